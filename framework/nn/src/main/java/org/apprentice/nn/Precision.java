package org.apprentice.nn;

import java.util.Optional;

/** Numbers in which image layers compute. Parameters and their updates are always float32. */
public enum Precision {
  /** float32. */
  F32,
  /**
   * Activations, gradients and working copies of weights as bfloat16 (8 bits of precision), sums as
   * float32; for CPUs with AVX-512 BF16.
   */
  BF16;

  /** Why this machine cannot compute in it; empty if it can. */
  public Optional<String> limit() {
    return this == F32 ? Optional.empty() : Convolutions.selected().limit(this);
  }
}
