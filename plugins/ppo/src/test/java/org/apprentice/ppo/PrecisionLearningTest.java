package org.apprentice.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.apprentice.networks.CnnConfig;
import org.apprentice.networks.CnnPlugin;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;
import org.apprentice.nn.Precision;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.TrainingSettings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Whether convolutions in bfloat16 learn as those in float32 do. */
@Tag("learning")
class PrecisionLearningTest {
  private static final int SEEDS = 5;

  /** Of 16, by naming the bright quadrant at each of 16 steps. */
  private static final double LEARNED = 15.5;

  private static final int MOST_ROUNDS = 60;

  private static CnnConfig network(Precision precision) {
    return new CnnConfig(
        List.of(16, 16),
        List.of(4, 2),
        List.of(2, 1),
        List.of(),
        List.of(),
        List.of(32),
        List.of(),
        Activation.RELU,
        Initialization.ORTHOGONAL,
        true,
        precision,
        Engine.KERNELS);
  }

  /** Rounds of 512 steps until a round's mean return is reached. */
  private static int roundsToLearn(Precision precision, long seed) {
    PpoConfig config =
        Trial.DEFAULTS.with(
            "rollout-length = 64", "minibatch-size = 128", "learning-rate = 2e-3", "epochs = 4");
    Algorithm algorithm =
        new Trial(
                config,
                Trial.identityImage(8),
                spec -> new CnnPlugin().create(network(precision), spec),
                new TrainingSettings(1_000_000, seed, 1))
            .algorithm();
    for (int round = 1; round <= MOST_ROUNDS; round++) {
      double mean =
          algorithm.iterate().episodes().stream()
              .mapToDouble(Iteration.Episode::episodeReturn)
              .average()
              .orElse(0);
      if (mean >= LEARNED) {
        return round;
      }
    }
    return MOST_ROUNDS + 1;
  }

  private static double meanRounds(Precision precision, TestReporter reporter) {
    double sum = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      int rounds = roundsToLearn(precision, seed);
      reporter.publishEntry(precision + ", seed " + seed, rounds + " rounds");
      assertThat(rounds).as("rounds of %s, seed %d", precision, seed).isLessThan(MOST_ROUNDS);
      sum += rounds;
    }
    return sum / SEEDS;
  }

  @Test
  void bfloat16LearnsInAboutAsManyRounds(TestReporter reporter) {
    assumeTrue(Precision.BF16.limit().isEmpty());
    assertThat(meanRounds(Precision.BF16, reporter))
        .isLessThan(1.25 * meanRounds(Precision.F32, reporter) + 1);
  }
}
