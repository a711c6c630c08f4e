package org.apprentice.bc;

import java.util.Optional;
import org.apprentice.rl.demonstrations.DemonstrationSource;

/** Settings of {@code bc}; documented in {@code /algorithm/bc.conf}. */
public record BcConfig(
    DemonstrationSource demonstrations,
    int batchSize,
    int epochs,
    double learningRate,
    double adamEpsilon,
    double entropy,
    double l2,
    double validationSplit,
    Optional<Integer> patience,
    boolean normalizeObservations,
    double policyGain,
    double initialLogStd) {

  public BcConfig {
    require(batchSize >= 1, "batch-size must be at least 1, found " + batchSize);
    require(epochs >= 1, "epochs must be at least 1, found " + epochs);
    require(learningRate > 0, "learning-rate must be greater than 0, found " + learningRate);
    require(adamEpsilon > 0, "adam-epsilon must be greater than 0, found " + adamEpsilon);
    require(entropy >= 0, "entropy must be at least 0, found " + entropy);
    require(l2 >= 0, "l2 must be at least 0, found " + l2);
    require(
        validationSplit >= 0 && validationSplit < 1,
        "validation-split must be in [0, 1), found " + validationSplit);
    require(
        patience.isEmpty() || patience.get() >= 1,
        "patience must be at least 1, found " + patience.orElse(0));
    require(policyGain > 0, "policy-gain must be greater than 0, found " + policyGain);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
