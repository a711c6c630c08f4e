package org.apprentice.airl;

import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.apprentice.rl.imitation.AdversarialImitation;
import org.apprentice.rl.imitation.Pretraining;
import org.apprentice.spi.Choice;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.PolicyOptimizerPlugin;

/** Settings of {@code airl}; documented in {@code /algorithm/airl.conf}. */
public record AirlConfig(
    Choice<PolicyOptimizerPlugin<?>> generator,
    DiscriminatorConfig discriminator,
    int generatorRounds,
    Pretraining pretraining,
    DemonstrationSource demonstrations) {

  public AirlConfig {
    new AdversarialImitation.Settings(generatorRounds, pretraining, demonstrations);
  }

  AdversarialImitation.Settings imitation() {
    return new AdversarialImitation.Settings(generatorRounds, pretraining, demonstrations);
  }

  /** The {@code discriminator} node. */
  public record DiscriminatorConfig(
      Choice<NetworkPlugin<?>> reward,
      boolean stateOnly,
      Choice<NetworkPlugin<?>> potential,
      double learningRate,
      double adamEpsilon,
      int updates,
      int batchSize,
      boolean normalizeObservations,
      double entropy) {

    public DiscriminatorConfig {
      require(learningRate > 0, "learning-rate must be greater than 0, found " + learningRate);
      require(adamEpsilon > 0, "adam-epsilon must be greater than 0, found " + adamEpsilon);
      require(updates >= 1, "updates must be at least 1, found " + updates);
      require(batchSize >= 1, "batch-size must be at least 1, found " + batchSize);
      require(entropy >= 0, "entropy must be at least 0, found " + entropy);
    }

    private static void require(boolean holds, String rule) {
      if (!holds) {
        throw new IllegalArgumentException(rule);
      }
    }
  }
}
