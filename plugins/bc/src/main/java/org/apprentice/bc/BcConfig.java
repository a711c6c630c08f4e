package org.apprentice.bc;

import java.util.Optional;
import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.apprentice.rl.imitation.Cloning;

/** Settings of {@code bc}; documented in {@code /algorithm/bc.conf}. */
public record BcConfig(
    DemonstrationSource demonstrations,
    int batchSize,
    int sequenceLength,
    int epochs,
    Optional<Integer> stepsPerEpoch,
    double learningRate,
    double adamEpsilon,
    double entropy,
    double l2,
    double validationSplit,
    Validation validation,
    Optional<Integer> patience,
    boolean normalizeObservations,
    double policyGain,
    double initialLogStd) {

  /** Which episodes are kept out of training. */
  public enum Validation {
    /** Drawn by the seed. */
    RANDOM,
    /** The last ones. */
    LAST
  }

  public BcConfig {
    demonstrations.requireShown("bc");
    new Cloning.Settings(batchSize, sequenceLength, learningRate, adamEpsilon, entropy, l2);
    require(epochs >= 1, "epochs must be at least 1, found " + epochs);
    require(
        stepsPerEpoch.isEmpty() || stepsPerEpoch.get() >= 1,
        "steps-per-epoch must be at least 1, found " + stepsPerEpoch.orElse(0));
    require(
        validationSplit >= 0 && validationSplit < 1,
        "validation-split must be in [0, 1), found " + validationSplit);
    require(
        patience.isEmpty() || patience.get() >= 1,
        "patience must be at least 1, found " + patience.orElse(0));
    require(policyGain > 0, "policy-gain must be greater than 0, found " + policyGain);
  }

  Cloning.Settings cloning() {
    return new Cloning.Settings(batchSize, sequenceLength, learningRate, adamEpsilon, entropy, l2);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
