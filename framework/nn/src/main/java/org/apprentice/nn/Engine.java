package org.apprentice.nn;

import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;

/** What runs an architecture. */
public enum Engine {
  /** The kernels on the CPU, DL4J where its CUDA backend is on the class path. */
  AUTO,
  /** {@link KernelNetwork}. */
  KERNELS,
  /** {@link Dl4jNetwork}. */
  DL4J;

  private static final String CUDA_BACKEND = "org/nd4j/linalg/jcublas/JCublasBackend.class";

  /** A new network with initial parameters drawn from the specification's seed. */
  public Network create(Architecture architecture, NetworkSpec spec) {
    return resolve() == DL4J
        ? Dl4jNetwork.of(architecture, spec)
        : new KernelNetwork(architecture, spec);
  }

  /** What {@link #AUTO} means in this JVM; the others mean themselves. */
  public Engine resolve() {
    if (this != AUTO) {
      return this;
    }
    return Engine.class.getClassLoader().getResource(CUDA_BACKEND) == null ? KERNELS : DL4J;
  }
}
