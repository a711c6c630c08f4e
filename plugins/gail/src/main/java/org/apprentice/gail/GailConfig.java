package org.apprentice.gail;

import java.util.Optional;
import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.apprentice.rl.imitation.AdversarialImitation;
import org.apprentice.rl.imitation.Pretraining;
import org.apprentice.spi.Choice;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.PolicyOptimizerPlugin;

/** Settings of {@code gail}; documented in {@code /algorithm/gail.conf}. */
public record GailConfig(
    Choice<PolicyOptimizerPlugin<?>> generator,
    DiscriminatorConfig discriminator,
    ImitationReward reward,
    Optional<Double> rewardClip,
    Optional<Integer> absorbingHorizon,
    int generatorRounds,
    Pretraining pretraining,
    DemonstrationSource demonstrations) {

  public GailConfig {
    require(
        rewardClip.isEmpty() || rewardClip.get() > 0,
        "reward-clip must be greater than 0, found " + rewardClip.orElse(0.0));
    require(
        absorbingHorizon.isEmpty() || absorbingHorizon.get() >= 1,
        "absorbing-horizon must be at least 1, found " + absorbingHorizon.orElse(0));
    new AdversarialImitation.Settings(generatorRounds, pretraining, demonstrations);
  }

  AdversarialImitation.Settings imitation() {
    return new AdversarialImitation.Settings(generatorRounds, pretraining, demonstrations);
  }

  /** The {@code discriminator} node. */
  public record DiscriminatorConfig(
      Choice<NetworkPlugin<?>> network,
      Crop crop,
      boolean spectralNorm,
      double gradientPenalty,
      double learningRate,
      double adamEpsilon,
      int updates,
      Optional<Integer> batchSize,
      int sequenceLength,
      boolean normalizeObservations,
      double actionNoise,
      double entropy) {

    public DiscriminatorConfig {
      require(
          gradientPenalty >= 0, "gradient-penalty must be at least 0, found " + gradientPenalty);
      require(learningRate > 0, "learning-rate must be greater than 0, found " + learningRate);
      require(adamEpsilon > 0, "adam-epsilon must be greater than 0, found " + adamEpsilon);
      require(updates >= 1, "updates must be at least 1, found " + updates);
      require(
          batchSize.isEmpty() || batchSize.get() >= 1,
          "batch-size must be at least 1, found " + batchSize.orElse(0));
      require(sequenceLength >= 1, "sequence-length must be at least 1, found " + sequenceLength);
      require(actionNoise >= 0, "action-noise must be at least 0, found " + actionNoise);
      require(entropy >= 0, "entropy must be at least 0, found " + entropy);
    }
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
