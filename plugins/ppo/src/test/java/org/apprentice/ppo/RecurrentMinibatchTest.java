package org.apprentice.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apprentice.networks.GruConfig;
import org.apprentice.networks.GruPlugin;
import org.apprentice.networks.LstmConfig;
import org.apprentice.networks.LstmPlugin;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.RolloutCollector;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.Progress;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.Rollout;
import org.apprentice.spi.TrainingSettings;
import org.apprentice.testkit.components.ElmanConfig;
import org.apprentice.testkit.components.TestkitPlugin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Training on sequences, from rollouts of 50 steps with episodes of at most 40, so that some end
 * inside sequences.
 */
@Tag("own-kernels")
class RecurrentMinibatchTest {
  private static final int COPIES = 4;
  private static final int LENGTH = 50;
  private static final NetworkFactory ELMAN =
      spec -> TestkitPlugin.ELMAN.create(new ElmanConfig(9), spec);

  private static PpoConfig config(String... settings) {
    List<String> all = new ArrayList<>(List.of("rollout-length = " + LENGTH));
    all.addAll(List.of(settings));
    return Trial.DEFAULTS.with(all.toArray(new String[0]));
  }

  private static NetworkFactory network(String name) {
    return switch (name) {
      case "gru" -> spec -> new GruPlugin().create(GruConfig.of(9), spec);
      case "lstm" -> spec -> new LstmPlugin().create(LstmConfig.of(9, 16), spec);
      default -> ELMAN;
    };
  }

  private static PpoOptimizer optimizer(
      EnvironmentFactory environments, NetworkFactory network, PpoConfig config) {
    return new Trial(config, environments, network, new TrainingSettings(100_000, 8, 1))
        .optimizer();
  }

  private static RolloutCollector collector(
      EnvironmentFactory environments, PpoOptimizer optimizer) {
    return new RolloutCollector(
        environments.create(COPIES),
        optimizer.policy(),
        new RandomStreams(4).stream("actions"),
        LENGTH,
        2);
  }

  private static void update(PpoOptimizer optimizer, Rollout rollout) {
    optimizer.update(rollout, new Progress(0, 1, ProgressUnit.ENVIRONMENT_STEPS, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "elman, true, false",
    "elman, true, true",
    "elman, false, true",
    "gru, true, true",
    "gru, false, false",
    "lstm, true, true",
    "lstm, false, false"
  })
  void firstMinibatchRatioIsExactlyOne(String network, boolean discrete, boolean normalized) {
    EnvironmentFactory environments = discrete ? Trial.cartPole(COPIES) : Trial.pendulum(COPIES);
    PpoConfig config =
        config("learning-rate = 1e-2", "epochs = 2", "normalize-observations = " + normalized);
    PpoOptimizer optimizer = optimizer(environments, network(network), config);
    RolloutCollector collector = collector(environments, optimizer);
    for (int round = 0; round < 3; round++) {
      Rollout rollout = collector.collect();
      for (int length : new int[] {1, 7, 16, 50, 64}) {
        for (int size : new int[] {1, 33, 128, 1000}) {
          assertRatiosAreOne(
              config("sequence-length = " + length, "minibatch-size = " + size),
              (NetworkActorCritic) optimizer.policy(),
              rollout);
        }
      }
      update(optimizer, rollout);
    }
  }

  private static void assertRatiosAreOne(
      PpoConfig config, NetworkActorCritic policy, Rollout rollout) {
    Minibatch minibatch = new Minibatch(config, policy, COPIES);
    minibatch.begin(rollout, rollout.rewards(), rollout.values(), 1e-9);
    int[] order =
        IntStream.range(0, minibatch.sequences())
            .map(it -> minibatch.sequences() - 1 - it)
            .toArray();
    for (int start = 0; start < order.length; start += minibatch.maxSequences()) {
      minibatch.gather(order, start, Math.min(minibatch.maxSequences(), order.length - start));
      Losses losses = new Losses();
      minibatch.evaluate(losses);
      assertThat(minibatch.kl()).isZero();
      assertThat(losses.metrics(0, 0, 0))
          .containsEntry("losses/clip-fraction", 0.0)
          .containsEntry("losses/value", 0.0);
    }
  }

  /** The last piece of each copy has 50 - 3 * 16 = 2 steps beside whole ones of 16. */
  @ParameterizedTest
  @CsvSource({
    "objective = clip, value-clip = null, entropy = 0.1",
    "objective = clip, value-clip = 0.1, entropy = 0",
    "objective = kl-penalty, value-clip = null, entropy = 0.1",
  })
  void paddedSequencesGiveWhatEachGivesWithoutPadding(
      String objective, String valueClip, String entropy) {
    for (boolean discrete : new boolean[] {true, false}) {
      EnvironmentFactory environments = discrete ? Trial.cartPole(COPIES) : Trial.pendulum(COPIES);
      PpoConfig config =
          config(
              objective,
              valueClip,
              entropy,
              "sequence-length = 16",
              "minibatch-size = 256",
              "normalize-advantages = false");
      Given given = new Given(environments, config);
      Evaluated together = given.evaluate(0, 12, 5, 15, 3);
      int[] lengths = {16, 2, 16, 2, 16};
      Evaluated[] alone = {
        given.evaluate(0),
        given.evaluate(12),
        given.evaluate(5),
        given.evaluate(15),
        given.evaluate(3)
      };
      for (String metric : List.of("policy", "value", "entropy", "approx-kl", "clip-fraction")) {
        double mean = 0;
        for (int i = 0; i < alone.length; i++) {
          mean += lengths[i] * alone[i].metrics.get("losses/" + metric) / 52;
        }
        assertThat(together.metrics.get("losses/" + metric))
            .as(metric)
            .isCloseTo(mean, within(1e-5 * (1 + Math.abs(mean))));
      }
      for (int parameter = 0; parameter < together.gradient.length; parameter++) {
        double mean = 0;
        for (int i = 0; i < alone.length; i++) {
          mean += lengths[i] * (double) alone[i].gradient[parameter] / 52;
        }
        assertThat((double) together.gradient[parameter])
            .as("parameter %d", parameter)
            .isCloseTo(mean, within(2e-5 * (1 + Math.abs(mean))));
      }
    }
  }

  @Test
  void advantagesAreNormalizedOverTheRowsThatAreNoPadding() {
    EnvironmentFactory environments = Trial.cartPole(COPIES);
    String[] settings = {"sequence-length = 16", "minibatch-size = 256", "value-coefficient = 0"};
    Given given = new Given(environments, config(settings));
    Evaluated normalized = given.evaluate(13, 2);
    // 2 steps of copy 1 from step 48, 16 of copy 2 from step 0
    int[] rows =
        IntStream.concat(
                IntStream.of(48 * COPIES + 1, 49 * COPIES + 1),
                IntStream.range(0, 16).map(step -> step * COPIES + 2))
            .toArray();
    double mean =
        IntStream.of(rows).mapToDouble(it -> given.advantages[it]).average().orElseThrow();
    double squares =
        IntStream.of(rows).mapToDouble(it -> Math.pow(given.advantages[it] - mean, 2)).sum();
    for (int row : rows) {
      given.advantages[row] =
          (float) ((given.advantages[row] - mean) / Math.sqrt(squares / (rows.length - 1)));
    }
    Evaluated expected = given.with("normalize-advantages = false", settings).evaluate(13, 2);
    assertThat(normalized.gradient).containsExactly(expected.gradient, within(1e-5f));
  }

  private record Evaluated(Map<String, Double> metrics, float[] gradient) {}

  /** A rollout and a policy that has moved on since. */
  private static final class Given {
    private final PpoConfig config;
    private final NetworkActorCritic policy;
    private final Rollout rollout;
    private final float[] advantages;
    private final float[] returns;
    private final float[] oldParameters;
    private final float[] newParameters;

    Given(EnvironmentFactory environments, PpoConfig config) {
      this.config = config;
      PpoOptimizer optimizer = optimizer(environments, ELMAN, config);
      policy = (NetworkActorCritic) optimizer.policy();
      RolloutCollector collector = collector(environments, optimizer);
      collector.collect();
      rollout = collector.collect();
      Random random = new Random(5);
      advantages = new float[rollout.rows()];
      returns = new float[rollout.rows()];
      for (int row = 0; row < advantages.length; row++) {
        advantages[row] = 0.3f + (float) random.nextGaussian();
        returns[row] = (float) random.nextGaussian();
      }
      oldParameters = policy.network().parameters().clone();
      newParameters = oldParameters.clone();
      for (int i = 0; i < newParameters.length; i++) {
        newParameters[i] += 0.1f * (float) random.nextGaussian();
      }
    }

    private Given(Given other, PpoConfig config) {
      this.config = config;
      policy = other.policy;
      rollout = other.rollout;
      advantages = other.advantages;
      returns = other.returns;
      oldParameters = other.oldParameters;
      newParameters = other.newParameters;
    }

    Given with(String setting, String... settings) {
      List<String> all = new ArrayList<>(List.of(settings));
      all.add(setting);
      return new Given(this, config(all.toArray(new String[0])));
    }

    Evaluated evaluate(int... sequences) {
      use(oldParameters);
      Minibatch minibatch = new Minibatch(config, policy, COPIES);
      minibatch.begin(rollout, advantages, returns, 0.2);
      use(newParameters);
      minibatch.gather(sequences, 0, sequences.length);
      Losses losses = new Losses();
      minibatch.evaluate(losses);
      float[] gradient = new float[newParameters.length];
      minibatch.backward(gradient);
      return new Evaluated(losses.metrics(0, 0, 0), gradient);
    }

    private void use(float[] parameters) {
      System.arraycopy(parameters, 0, policy.network().parameters(), 0, parameters.length);
      policy.network().parametersChanged();
    }
  }
}
