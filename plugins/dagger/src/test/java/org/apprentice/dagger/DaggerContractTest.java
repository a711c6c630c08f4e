package org.apprentice.dagger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apprentice.core.config.ConfigurationException;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.Iteration;
import org.apprentice.testkit.AlgorithmContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaggerContractTest {
  private static final String EXPERT =
      """
      environment { plugin = identity, actions = 4, copies = 8 }
      network { plugin = mlp, hidden = [16] }
      algorithm { plugin = ppo, rollout-length = 32, epochs = 4, learning-rate = 1e-2, gamma = 0.5 }
      training.steps = 12000
      tracking.uri = none
      """;

  private static final String LEARNER =
      """
      environment { plugin = identity, actions = 4, copies = 4 }
      network { plugin = mlp, hidden = [16] }
      algorithm {
        plugin = dagger, round-episodes = 4, learning-rate = 1e-2
        beta { rounds = 3 }
        demonstrations { expert = "expert.conf", episodes = 1, subsample = 8 }
      }
      training.steps = 2000
      """;

  @TempDir static Path existing;

  @BeforeAll
  static void provideAnExpert() throws IOException {
    Asking.train(existing, EXPERT);
  }

  @Nested
  class DiscreteActions implements AlgorithmContract<DaggerConfig> {
    @Override
    public AlgorithmPlugin<DaggerConfig> plugin() {
      return new DaggerPlugin();
    }

    @Override
    public String requiredSettings() {
      return "demonstrations.expert = \"" + existing.resolve("expert.conf") + "\"";
    }

    @Override
    public String experiment(Path folder) throws IOException {
      Asking.train(folder, EXPERT);
      return LEARNER;
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }
  }

  @Test
  void everyRoundAddsItsEpisodesAndBetaFalls() throws IOException {
    try (Algorithm algorithm = Asking.trial(existing, LEARNER).getInstance(Algorithm.class)) {
      for (int round = 0; round < 5; round++) {
        Iteration iteration = algorithm.iterate();
        assertThat(iteration.metrics().get("dagger/beta")).isEqualTo(Math.max(0, 1 - round / 3.0));
        assertThat(iteration.metrics().get("dagger/transitions"))
            .isEqualTo(2.0 + (round + 1) * 4 * 16);
        assertThat(iteration.episodes()).hasSize(4);
        assertThat(algorithm.progress().done()).isEqualTo((round + 1) * 64L);
      }
    }
  }

  @Test
  void aFileCannotBeAsked() throws IOException {
    Files.createFile(existing.resolve("expert.npz"));

    assertThatThrownBy(
            () ->
                Asking.trial(
                    existing, LEARNER.replace("expert = \"expert.conf\"", "file = \"expert.npz\"")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("dagger asks the expert what it would do, and a file cannot answer");
  }
}
