package org.apprentice.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apprentice.networks.MlpConfig;
import org.apprentice.networks.MlpPlugin;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.RolloutCollector;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.apprentice.spi.Progress;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.Rollout;
import org.apprentice.spi.TrainingSettings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What acting computed for a few rows, training computes again for many, bit for bit: before the
 * first step of an update every probability ratio is exactly 1. This is not so with OpenBLAS, which
 * rounds otherwise and is used for large batches only.
 */
@Tag("own-kernels")
class FirstMinibatchTest {
  private static final int COPIES = 5;
  private static final int LENGTH = 60;
  private static final int ROWS = COPIES * LENGTH;

  /** A width of many whole vectors and one that leaves some elements over. */
  private static final NetworkFactory NETWORK =
      spec -> new MlpPlugin().create(MlpConfig.tanh(64, 19), spec);

  private final RandomStreams random = new RandomStreams(4);

  private static PpoOptimizer optimizer(
      EnvironmentFactory environments, boolean normalized, int threads, String... changes) {
    List<String> settings = new ArrayList<>(List.of(changes));
    settings.add("rollout-length = " + LENGTH);
    settings.add("minibatch-size = 32");
    settings.add("epochs = 3");
    settings.add("learning-rate = 1e-2");
    settings.add("normalize-observations = " + normalized);
    PpoConfig config = Trial.DEFAULTS.with(settings.toArray(new String[0]));
    return new Trial(config, environments, NETWORK, new TrainingSettings(100_000, 8, threads))
        .optimizer();
  }

  private static EnvironmentFactory environments(boolean discrete) {
    return discrete ? Trial.cartPole(COPIES) : Trial.pendulum(COPIES);
  }

  private RolloutCollector collector(EnvironmentFactory environments, PpoOptimizer optimizer) {
    return new RolloutCollector(
        environments.create(COPIES), optimizer.policy(), random.stream("actions"), LENGTH, 2);
  }

  private static void update(PpoOptimizer optimizer, Rollout rollout) {
    optimizer.update(rollout, new Progress(0, 1, ProgressUnit.ENVIRONMENT_STEPS, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "true, false, 1",
    "true, true, 1",
    "false, false, 1",
    "false, true, 1",
    "true, true, 2"
  })
  void firstMinibatchRatioIsExactlyOne(boolean discrete, boolean normalized, int threads) {
    EnvironmentFactory environments = environments(discrete);
    assertRatiosAreOne(environments, optimizer(environments, normalized, threads));
  }

  @ParameterizedTest
  @CsvSource({
    "log-std = state-dependent, actions = clip",
    "log-std = state-dependent, actions = squash",
    "log-std = gsde, actions = clip",
    "log-std = gsde, actions = squash",
    "log-std = independent, actions = squash"
  })
  void everyFormOfExplorationStartsFromRatioOne(String logStd, String actions) {
    EnvironmentFactory environments = Trial.pendulum(COPIES);
    assertRatiosAreOne(
        environments,
        optimizer(environments, true, 1, logStd, actions, "sde-sample-frequency = 7"));
  }

  @Test
  void maskedActionsStartFromRatioOneAndAreNeverTaken() {
    EnvironmentFactory environments = Trial.identityMasked(COPIES);
    PpoOptimizer optimizer = optimizer(environments, false, 1);
    assertRatiosAreOne(environments, optimizer);
    // the environment refuses what is not allowed
    for (boolean deterministic : new boolean[] {true, false}) {
      Evaluation evaluation =
          Evaluation.run(
              optimizer.policy(),
              environments.create(3),
              20,
              deterministic,
              3,
              random.stream("evaluation"));
      assertThat(evaluation.episodes()).isEqualTo(20);
    }
    Rollout rollout = collector(environments, optimizer).collect();
    for (int row = 0; row < ROWS; row++) {
      int action = ((ActionBatch.Discrete) rollout.actions()).values()[row];
      assertThat(rollout.actionMasks()[4 * row + action]).isTrue();
      // one of two actions, of which none is certain yet
      assertThat(rollout.logProbabilities()[row]).isNegative();
    }
  }

  private void assertRatiosAreOne(EnvironmentFactory environments, PpoOptimizer optimizer) {
    RolloutCollector collector = collector(environments, optimizer);
    int[] order = IntStream.range(0, ROWS).map(i -> i * 7 % ROWS).toArray();
    for (int round = 0; round < 3; round++) {
      Rollout rollout = collector.collect();
      for (int size : new int[] {1, 8, 77, ROWS}) {
        PpoConfig config =
            Trial.DEFAULTS.with("rollout-length = " + LENGTH, "minibatch-size = " + size);
        Minibatch minibatch =
            new Minibatch(config, (NetworkActorCritic) optimizer.policy(), COPIES);
        minibatch.begin(rollout, rollout.rewards(), rollout.values(), 1e-9);
        for (int start = 0; start < ROWS; start += size) {
          minibatch.gather(order, start, Math.min(size, ROWS - start));
          Losses losses = new Losses();
          minibatch.evaluate(losses);
          assertThat(minibatch.kl()).isZero();
          assertThat(losses.metrics(0, 0, 0)).containsEntry("losses/clip-fraction", 0.0);
        }
      }
      update(optimizer, rollout);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, false", "true, true", "false, false", "false, true"})
  void logProbabilitiesAndValuesAreThoseOfTheRolloutBitForBit(
      boolean discrete, boolean normalized) {
    EnvironmentFactory environments = environments(discrete);
    PpoOptimizer optimizer = optimizer(environments, normalized, 1);
    NetworkActorCritic policy = (NetworkActorCritic) optimizer.policy();
    RolloutCollector collector = collector(environments, optimizer);
    for (int round = 0; round < 3; round++) {
      Rollout rollout = collector.collect();
      ObservationBatch observations =
          ObservationBatch.allocate(environments.spec().observationSpace(), ROWS);
      rollout.observations().copyTo(0, observations, 0, ROWS);
      policy.normalizer().ifPresent(it -> it.apply(rollout.observations(), observations, ROWS));
      Pass pass = policy.network().pass(1, ROWS);
      policy.network().forward(pass, Inputs.of(observations, ROWS));
      float[][] parameters = new float[policy.distributionHeads().length][];
      policy.parameters(pass, parameters);
      float[] logProbabilities = new float[ROWS];
      policy
          .distribution(ROWS)
          .evaluate(parameters, rollout.actions(), ROWS, logProbabilities, new float[ROWS]);
      assertThat(logProbabilities).containsExactly(rollout.logProbabilities());
      assertThat(pass.output(policy.valueHead())).containsExactly(rollout.values());
      update(optimizer, rollout);
    }
  }
}
