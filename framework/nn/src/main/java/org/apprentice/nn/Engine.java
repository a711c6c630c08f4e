package org.apprentice.nn;

import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;

/** What runs an architecture. */
public enum Engine {
  /**
   * The kernels on the CPU, DL4J where its CUDA backend is on the class path and can run all
   * layers.
   */
  AUTO,
  /** {@link KernelNetwork}. */
  KERNELS,
  /** {@link Dl4jNetwork}. */
  DL4J;

  private static final String CUDA_BACKEND = "org/nd4j/linalg/jcublas/JCublasBackend.class";

  /** A new network with initial parameters drawn from the specification's seed. */
  public Network create(Architecture architecture, NetworkSpec spec) {
    boolean kernelsOnly = this == AUTO && architecture.uses(Architecture.Layer.Dropout.class);
    return resolve() == DL4J && !kernelsOnly
        ? Dl4jNetwork.of(architecture, spec)
        : new KernelNetwork(architecture, spec);
  }

  /**
   * The engine of a network whose parts are to run on this one and on another.
   *
   * @throws IllegalArgumentException if they contradict each other
   */
  public Engine and(Engine other) {
    if (this != AUTO && other != AUTO && this != other) {
      throw new IllegalArgumentException(
          "the parts of one network cannot run on different engines: one has engine = kernels, another"
              + " engine = dl4j");
    }
    return this == AUTO ? other : this;
  }

  /** What {@link #AUTO} means in this JVM; the others mean themselves. */
  public Engine resolve() {
    if (this != AUTO) {
      return this;
    }
    return Engine.class.getClassLoader().getResource(CUDA_BACKEND) == null ? KERNELS : DL4J;
  }
}
