package org.apprentice.nn;

import java.util.Locale;

/** Elementwise functions between dense layers. All map 0 to 0, so padding stays zero. */
public enum Activation {
  IDENTITY,
  /** Approximated by a rational function with an absolute error of at most 3e-7 in the kernels. */
  TANH,
  RELU,
  /** Slope 0.01 for negative inputs. */
  LEAKY_RELU,
  /** {@code exp(x) - 1} for negative inputs. */
  ELU;

  static final float LEAKY_SLOPE = 0.01f;

  /** As experiment files write it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
