package org.apprentice.gail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apprentice.core.config.ConfigurationException;
import org.apprentice.core.config.Experiment;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.Choice;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.Iteration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdversarialImitationTest {
  private static final String IDENTITY =
      """
      environment { plugin = identity, actions = 4, max-episode-steps = 20, copies = 4 }
      network { plugin = mlp, hidden = [16] }
      algorithm {
        plugin = gail
        generator {
          rollout-length = 32, minibatch-size = 32, epochs = 4, learning-rate = 1e-2, gamma = 0.5
        }
        discriminator { network.hidden = [16], batch-size = 64, updates = 4, learning-rate = 1e-2 }
        demonstrations.file = "demonstrations.npz"
      }
      training.steps = 12800
      """;

  @TempDir Path folder;

  @BeforeEach
  void recordAnExpert() throws IOException {
    EnvironmentFactory environments = Imitating.environments(experiment());
    Demonstrations demonstrations = Imitating.play(Imitating.NAME, environments, 10);
    assertThat(demonstrations.meanReturn()).isEqualTo(20);
    DemonstrationFile.write(folder.resolve("demonstrations.npz"), demonstrations);
  }

  private Experiment experiment(String... changes) {
    try {
      if (!Files.exists(folder.resolve("demonstrations.npz"))) {
        Files.createFile(folder.resolve("demonstrations.npz"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Imitating.experiment(folder, IDENTITY + String.join("\n", changes));
  }

  private static List<Map<String, Double>> train(Algorithm algorithm, int rounds) {
    List<Map<String, Double>> metrics = new ArrayList<>();
    for (int round = 0; round < rounds && !algorithm.finished(); round++) {
      Map<String, Double> own = new LinkedHashMap<>(algorithm.iterate().metrics());
      own.keySet().removeIf(name -> name.startsWith("time/"));
      metrics.add(own);
    }
    return metrics;
  }

  @Test
  void imitatesWithoutSeeingTheReward() {
    for (String reward : new String[] {"log-d", "neg-log-one-minus-d", "logit"}) {
      Experiment experiment = experiment("algorithm.reward = " + reward);
      Algorithm algorithm = Imitating.algorithm(experiment);

      List<Map<String, Double>> metrics = train(algorithm, 100);

      assertThat(metrics.get(0).get("reward/environment")).as(reward).isLessThan(0.6);
      assertThat(metrics.get(99).get("reward/environment")).as(reward).isGreaterThan(0.9);
      assertThat(algorithm.finished()).isTrue();
      assertThat(
              Imitating.play(algorithm.policy(), Imitating.environments(experiment), 20)
                  .meanReturn())
          .as(reward)
          .isEqualTo(20);
    }
  }

  @Test
  void reportsWhatTheDiscriminatorThinks() {
    Algorithm algorithm = Imitating.algorithm(experiment());

    Iteration first = algorithm.iterate();

    assertThat(first.metrics())
        .containsKeys(
            "discriminator/loss",
            "discriminator/accuracy-expert",
            "discriminator/accuracy-generator",
            "discriminator/entropy",
            "reward/environment",
            "reward/learned",
            "losses/policy",
            "time/discriminator",
            "time/update",
            "time/environment",
            "time/forward");
    assertThat(first.episodes()).hasSize(4).allMatch(episode -> episode.length() == 20);
    assertThat(algorithm.progress().environmentSteps()).isEqualTo(128);
  }

  @Test
  void theDiscriminatorRestsBetweenItsRounds() {
    Algorithm algorithm = Imitating.algorithm(experiment("algorithm.generator-rounds = 3"));

    List<Map<String, Double>> metrics = train(algorithm, 7);

    for (int round = 0; round < 7; round++) {
      assertThat(metrics.get(round).containsKey("discriminator/loss")).isEqualTo(round % 3 == 0);
      assertThat(metrics.get(round)).containsKey("reward/learned");
    }
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    Algorithm one = Imitating.algorithm(experiment());
    Algorithm same = Imitating.algorithm(experiment());
    Algorithm other = Imitating.algorithm(experiment("training.seed = 2"));

    assertThat(train(same, 5)).isEqualTo(train(one, 5));
    train(other, 5);

    assertThat(same.network().parameters()).isEqualTo(one.network().parameters());
    assertThat(other.network().parameters()).isNotEqualTo(one.network().parameters());
  }

  @Test
  void resumingGivesTheSameBits() throws IOException {
    Experiment experiment =
        experiment("algorithm.generator-rounds = 2", "algorithm.demonstrations.subsample = 3");
    Algorithm whole = Imitating.algorithm(experiment);
    train(whole, 5);
    whole.save(folder);
    List<Map<String, Double>> expected = train(whole, 5);

    Algorithm resumed = Imitating.algorithm(experiment);
    train(resumed, 2);
    resumed.restore(folder);

    assertThat(resumed.progress().environmentSteps()).isEqualTo(5 * 128);
    assertThat(train(resumed, 5)).isEqualTo(expected);
    assertThat(resumed.network().parameters()).isEqualTo(whole.network().parameters());
  }

  @Test
  void aCheckpointOfAnotherDiscriminatorIsRefused() throws IOException {
    Imitating.algorithm(experiment()).save(folder);
    Algorithm other =
        Imitating.algorithm(experiment("algorithm.discriminator.network.hidden = [8]"));

    assertThatThrownBy(() -> other.restore(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gail.bin");
  }

  @Test
  void onlyPolicyOptimizersGenerate() {
    assertThatThrownBy(() -> experiment("algorithm.generator = gail"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("gail")
        .hasMessageContaining("ppo");
  }

  @Test
  void anImageIsRefusedByADiscriminatorForVectors() {
    Experiment experiment = experiment();
    GailConfig config = (GailConfig) experiment.algorithm().config();
    assertThat(new GailPlugin().conflict(config, Imitating.environments(experiment).spec()))
        .isEmpty();

    Choice<?> images =
        Imitating.experiment(
                folder,
                """
                environment { plugin = identity-image, max-episode-steps = 9 }
                network { plugin = mlp, flatten = true }
                algorithm { plugin = ppo }
                training.steps = 9
                """)
            .environment()
            .component();
    EnvironmentPlugin<?> plugin = (EnvironmentPlugin<?>) images.plugin();
    assertThat(new GailPlugin().conflict(config, plugin.specOf(images.config())))
        .get()
        .asString()
        .startsWith("discriminator: network mlp takes vectors");
  }

  @Test
  void valuesOutOfRangeAreRefusedWithTheirPlace() {
    refused("generator-rounds = 0", "generator-rounds must be at least 1, found 0");
    refused("discriminator.updates = 0", "updates must be at least 1, found 0");
    refused("discriminator.batch-size = 0", "batch-size must be at least 1, found 0");
    refused("discriminator.learning-rate = 0", "learning-rate must be greater than 0, found 0.0");
    refused("discriminator.entropy = -1", "entropy must be at least 0, found -1.0");
    refused("reward = log", "neg-log-one-minus-d");
  }

  private void refused(String change, String message) {
    assertThatThrownBy(() -> experiment("algorithm." + change))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("experiment.conf:1")
        .hasMessageContaining(message);
  }
}
