package org.apprentice.wrappers;

import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;

/** What settings and environments have to be. */
final class Checks {
  private Checks() {}

  static void atLeast(String key, int least, int value) {
    if (value < least) {
      throw new IllegalArgumentException(key + " must be at least " + least + ", found " + value);
    }
  }

  static void positive(String key, double value) {
    if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(key + " must be a number above 0, found " + value);
    }
  }

  static ImageSpace images(EnvironmentSpec inner) {
    if (inner.observationSpace() instanceof ImageSpace image) {
      return image;
    }
    throw new IllegalArgumentException(
        "needs images, and the environment shows " + inner.observationSpace());
  }

  static BoxSpace vectors(EnvironmentSpec inner) {
    if (inner.observationSpace() instanceof BoxSpace box) {
      return box;
    }
    throw new IllegalArgumentException(
        "needs vectors, and the environment shows "
            + inner.observationSpace()
            + "; networks divide the bytes of images by 255 themselves");
  }

  static void discrete(EnvironmentSpec inner) {
    if (!(inner.actionSpace() instanceof ActionSpace.Discrete)) {
      throw new IllegalArgumentException(
          "needs numbered actions, and the environment takes " + inner.actionSpace());
    }
  }

  /** The same environment with other observations. */
  static EnvironmentSpec showing(org.apprentice.spi.Space observations, EnvironmentSpec inner) {
    return new EnvironmentSpec(observations, inner.actionSpace(), inner.actionNames());
  }
}
