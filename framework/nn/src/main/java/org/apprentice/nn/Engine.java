package org.apprentice.nn;

import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;

/** What runs an architecture. */
public enum Engine {
  /** The kernels. */
  AUTO,
  /** {@link KernelNetwork}. */
  KERNELS;

  /** A new network with initial parameters drawn from the specification's seed. */
  public Network create(Architecture architecture, NetworkSpec spec) {
    return new KernelNetwork(architecture, spec);
  }
}
