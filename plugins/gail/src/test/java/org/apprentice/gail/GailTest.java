package org.apprentice.gail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Injector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apprentice.core.config.ConfigurationException;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.Iteration;
import org.apprentice.testkit.Trials;
import org.apprentice.testkit.components.GameExpert;
import org.apprentice.testkit.components.Rule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GailTest {
  /** Pushes {@code cartpole} to the left until it falls. */
  private static final Rule LEFT =
      (values, width, row, out) -> ((ActionBatch.Discrete) out).values()[row] = 0;

  private static final String ENVIRONMENT =
      "{ plugin = identity, actions = 4, max-episode-steps = 20, copies = 4 }";

  private static final String IDENTITY =
      """
      environment = %s
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
      """
          .formatted(ENVIRONMENT);

  @TempDir Path folder;

  @BeforeEach
  void recordAnExpert() throws IOException {
    Trials.record(folder, ENVIRONMENT, new GameExpert(4));
  }

  private Injector trial(String... changes) {
    return Trials.of(folder, IDENTITY + String.join("\n", changes));
  }

  private Algorithm algorithm(String... changes) {
    return trial(changes).getInstance(Algorithm.class);
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
      Injector trial = trial("algorithm.reward = " + reward);
      Algorithm algorithm = trial.getInstance(Algorithm.class);

      List<Map<String, Double>> metrics = train(algorithm, 100);

      assertThat(metrics.get(0).get("reward/environment")).as(reward).isLessThan(0.6);
      assertThat(metrics.get(99).get("reward/environment")).as(reward).isGreaterThan(0.9);
      assertThat(algorithm.finished()).isTrue();
      assertThat(Trials.play(algorithm.policy(), trial, 20).meanReturn()).as(reward).isEqualTo(20);
    }
  }

  @Test
  void reportsWhatTheDiscriminatorThinks() {
    Algorithm algorithm = algorithm();

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
    Algorithm algorithm = algorithm("algorithm.generator-rounds = 3");

    List<Map<String, Double>> metrics = train(algorithm, 7);

    for (int round = 0; round < 7; round++) {
      assertThat(metrics.get(round).containsKey("discriminator/loss")).isEqualTo(round % 3 == 0);
      assertThat(metrics.get(round)).containsKey("reward/learned");
    }
  }

  @Test
  void aCheckpointOfAnotherDiscriminatorIsRefused() throws IOException {
    algorithm().save(folder);
    Algorithm other = algorithm("algorithm.discriminator.network.hidden = [8]");

    assertThatThrownBy(() -> other.restore(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("imitation.bin");
  }

  @Test
  void onlyPolicyOptimizersGenerate() {
    assertThatThrownBy(() -> trial("algorithm.generator = gail"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("gail")
        .hasMessageContaining("ppo");
  }

  @Test
  void anImageIsRefusedByADiscriminatorForVectors() {
    assertThatThrownBy(
            () ->
                trial(
                    "environment = null",
                    "environment { plugin = identity-image, max-episode-steps = 9, copies = 4 }",
                    "network.flatten = true"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("discriminator")
        .hasMessageContaining("network mlp takes vectors");
  }

  @Test
  void withheldDemonstrationsAreNotLearnedFrom() {
    Algorithm algorithm =
        algorithm("algorithm { demonstrations.corruption = withheld, reward = logit }");

    Map<String, Double> last = train(algorithm, 60).get(59);

    assertThat(last.get("discriminator/accuracy-expert")).isZero();
    assertThat(last.get("discriminator/accuracy-generator")).isOne();
    assertThat(last.get("reward/environment")).isLessThan(0.6);
  }

  @Test
  void shuffledActionsTeachNothing() {
    Algorithm algorithm = algorithm("algorithm.demonstrations.corruption = shuffled-actions");

    assertThat(train(algorithm, 100).get(99).get("reward/environment")).isLessThan(0.6);
  }

  @Test
  void aRandomPolicyTakesTheExpertsPlace() {
    Algorithm algorithm = algorithm("algorithm.demonstrations.corruption = random-policy");

    assertThat(train(algorithm, 100).get(99).get("reward/environment")).isLessThan(0.6);
  }

  /** A learning rate of almost nothing in the rounds: what is there was there before them. */
  @Test
  void theFirstRoundBeginsWithThePretrainedPolicy() {
    String still = "algorithm { generator.learning-rate = 1e-12, generator.epochs = 1 }";
    String cloned = "algorithm.pretraining { epochs = 30, learning-rate = 1e-2 }";
    Injector trial = trial(still, cloned);
    Algorithm pretrained = trial.getInstance(Algorithm.class);
    Algorithm plain = algorithm(still);

    Iteration first = pretrained.iterate();
    plain.iterate();

    assertThat(first.metrics()).containsKeys("pretraining/loss", "pretraining/accuracy");
    assertThat(first.metrics().get("reward/environment")).isGreaterThan(0.9);
    assertThat(pretrained.iterate().metrics()).doesNotContainKey("pretraining/loss");
    assertThat(Trials.play(pretrained.policy(), trial, 20).meanReturn()).isEqualTo(20);
    // the heads come last: 16 weights and a bias of the value's
    float[] left = pretrained.network().parameters();
    float[] before = plain.network().parameters();
    assertThat(Arrays.copyOfRange(left, left.length - 17, left.length))
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(Arrays.copyOfRange(before, before.length - 17, before.length));
    assertThat(left).isNotEqualTo(before);
  }

  @Test
  void episodesThatEndByThemselvesShowTheSignOfTheReward() throws IOException {
    String cartpole = "{ plugin = cartpole, max-episode-steps = 50, copies = 4 }";
    Trials.record(folder, cartpole, LEFT);
    String experiment = IDENTITY.replace(ENVIRONMENT, cartpole);

    assertThat(warnings(experiment)).singleElement().asString().contains("never negative");
    assertThat(warnings(experiment + "algorithm.reward = log-d"))
        .singleElement()
        .asString()
        .contains("log-d is never positive", "reward = negative-constant");
    assertThat(warnings(experiment + "algorithm.reward = logit")).isEmpty();
    assertThat(warnings(experiment + "algorithm.absorbing-horizon = 50")).isEmpty();
    assertThat(algorithm().iterate().warnings()).as("identity goes on to its limit").isEmpty();
  }

  private List<String> warnings(String experiment) {
    return Trials.of(folder, experiment).getInstance(Algorithm.class).iterate().warnings();
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
    assertThatThrownBy(() -> trial("algorithm." + change))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("experiment.conf:1")
        .hasMessageContaining(message);
  }
}
