package org.apprentice.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apprentice.networks.MlpConfig;
import org.apprentice.networks.MlpPlugin;
import org.apprentice.rl.Advantages;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.ObservationNormalizer;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.RolloutCollector;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Progress;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.Rollout;
import org.apprentice.spi.TrainingSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PpoOptimizerTest {
  private static final int COPIES = 3;
  private static final int LENGTH = 20;
  private static final int ROWS = COPIES * LENGTH;
  private static final Progress START = progress(0);

  private static Progress progress(long done) {
    return new Progress(done, 100, ProgressUnit.ENVIRONMENT_STEPS, done);
  }

  private static PpoOptimizer optimizer(String... settings) {
    return Trial.of(config(settings), Trial.cartPole(COPIES), 100, 6).optimizer();
  }

  private static PpoConfig config(String... settings) {
    List<String> all = new ArrayList<>(List.of("rollout-length = " + LENGTH));
    all.addAll(Arrays.asList(settings));
    return Trial.DEFAULTS.with(all.toArray(new String[0]));
  }

  private static Rollout rollout(PpoOptimizer optimizer) {
    return collector(optimizer).collect();
  }

  private static RolloutCollector collector(PpoOptimizer optimizer) {
    return new RolloutCollector(
        Trial.cartPole(COPIES).create(COPIES),
        optimizer.policy(),
        new RandomStreams(3).stream("actions"),
        optimizer.rolloutLength(),
        9);
  }

  private static float[] parameters(PpoOptimizer optimizer) {
    return optimizer.network().parameters().clone();
  }

  // ---- epochs and minibatches

  @Test
  void everyEpochVisitsTheRolloutInMinibatchesAndARemainder() {
    PpoOptimizer optimizer = optimizer("minibatch-size = 25", "epochs = 4");
    assertThat(optimizer.update(rollout(optimizer), START)).containsEntry("losses/updates", 12.0);
  }

  @Test
  void minibatchIsNoLargerThanTheRollout() {
    PpoOptimizer optimizer = optimizer("minibatch-size = 1000", "epochs = 4");
    assertThat(optimizer.update(rollout(optimizer), START)).containsEntry("losses/updates", 4.0);
  }

  /** With steps too small to matter, the mean of all minibatches is that of all rows. */
  @Test
  void everyRowIsUsedOnceInAnEpoch() {
    for (int size : new int[] {1, 12}) {
      PpoOptimizer optimizer =
          optimizer("minibatch-size = " + size, "epochs = 1", "learning-rate = 1e-30");
      Rollout rollout = rollout(optimizer);
      float[] returns = new float[ROWS];
      Advantages.estimate(rollout, rollout.rewards(), 0.99, 0.95, new float[ROWS], returns);
      double halfSquares = 0;
      for (int row = 0; row < ROWS; row++) {
        halfSquares += Math.pow(returns[row] - rollout.values()[row], 2) / 2;
      }
      Map<String, Double> metrics = optimizer.update(rollout, START);
      assertThat(metrics.get("losses/value")).isCloseTo(halfSquares / ROWS, within(1e-4));
      assertThat(metrics.get("losses/approx-kl")).isZero();
    }
  }

  @Test
  void targetKlStopsTheUpdateBeforeTheStepThatWouldLeaveIt() {
    PpoOptimizer stopped = optimizer("target-kl = 1e-9", "epochs = 10", "minibatch-size = " + ROWS);
    PpoOptimizer once = optimizer("epochs = 1", "minibatch-size = " + ROWS);
    // the ratio is 1 in the first minibatch, and too far from it in the second
    assertThat(stopped.update(rollout(stopped), START)).containsEntry("losses/updates", 1.0);
    once.update(rollout(once), START);
    assertThat(parameters(stopped)).containsExactly(parameters(once));
  }

  @Test
  void targetKlThatIsNotReachedChangesNothing() {
    PpoOptimizer bounded = optimizer("target-kl = 1e9");
    PpoOptimizer free = optimizer();
    assertThat(bounded.update(rollout(bounded), START))
        .isEqualTo(free.update(rollout(free), START));
    assertThat(parameters(bounded)).containsExactly(parameters(free));
  }

  // ---- adaptive penalty

  @Test
  void penaltyIsHalvedWhileThePolicyHardlyMoves() {
    PpoOptimizer optimizer =
        optimizer("objective = kl-penalty", "kl-penalty = 3", "learning-rate = 1e-7");
    RolloutCollector collector = collector(optimizer);
    for (double beta : new double[] {3, 1.5, 0.75}) {
      Map<String, Double> metrics = optimizer.update(collector.collect(), START);
      assertThat(metrics).containsEntry("losses/kl-penalty", beta);
      assertThat(metrics.get("losses/kl")).isBetween(0.0, 0.01 / 1.5);
    }
  }

  @Test
  void penaltyIsDoubledWhileThePolicyMovesTooFar() {
    PpoOptimizer optimizer =
        optimizer(
            "objective = kl-penalty",
            "kl-penalty = 0.5",
            "kl-target = 1e-6",
            "learning-rate = 3e-3");
    RolloutCollector collector = collector(optimizer);
    for (double beta : new double[] {0.5, 1, 2}) {
      Map<String, Double> metrics = optimizer.update(collector.collect(), START);
      assertThat(metrics).containsEntry("losses/kl-penalty", beta);
      assertThat(metrics.get("losses/kl")).isGreaterThan(1.5e-6);
    }
  }

  @Test
  void penaltyStaysWhileThePolicyMovesAsWanted() {
    PpoOptimizer free = optimizer("objective = kl-penalty");
    double divergence = free.update(rollout(free), START).get("losses/kl");
    for (double factor : new double[] {0.7, 1.45}) {
      PpoOptimizer aimed =
          optimizer("objective = kl-penalty", "kl-target = " + divergence * factor);
      RolloutCollector collector = collector(aimed);
      aimed.update(collector.collect(), START);
      assertThat(aimed.update(collector.collect(), START)).containsEntry("losses/kl-penalty", 1.0);
    }
  }

  // ---- schedules

  @Test
  void linearSchedulesReachZeroAtTheEnd() {
    PpoOptimizer optimizer =
        optimizer(
            "learning-rate-schedule = linear",
            "clip-schedule = linear",
            "learning-rate = 0.01",
            "clip = 0.4");
    Rollout rollout = rollout(optimizer);
    assertThat(optimizer.update(rollout, progress(25)))
        .containsEntry("losses/learning-rate", 0.0075)
        .containsEntry("losses/clip", 0.4 * 0.75);
    float[] before = parameters(optimizer);
    for (long done : new long[] {100, 101}) {
      assertThat(optimizer.update(rollout, progress(done)))
          .containsEntry("losses/learning-rate", 0.0)
          .containsEntry("losses/clip", 0.0);
    }
    assertThat(parameters(optimizer)).containsExactly(before);
  }

  @Test
  void constantSchedulesStay() {
    PpoOptimizer optimizer = optimizer("learning-rate = 0.01", "clip = 0.4");
    Rollout rollout = rollout(optimizer);
    float[] before = parameters(optimizer);
    assertThat(optimizer.update(rollout, progress(100)))
        .containsEntry("losses/learning-rate", 0.01)
        .containsEntry("losses/clip", 0.4);
    assertThat(parameters(optimizer)).isNotEqualTo(before);
  }

  // ---- normalisation

  /** With one minibatch, before its step: observations look as they did when acting. */
  @Test
  void observationNormalizerLearnsAfterTheUpdateOnly() {
    PpoOptimizer optimizer =
        optimizer("normalize-observations = true", "epochs = 1", "minibatch-size = " + ROWS);
    RolloutCollector collector = collector(optimizer);
    ObservationNormalizer normalizer =
        ((NetworkActorCritic) optimizer.policy()).normalizer().orElseThrow();
    float[] before = normalized(normalizer);
    for (int round = 0; round < 3; round++) {
      Rollout rollout = collector.collect();
      assertThat(normalized(normalizer)).containsExactly(before);
      assertThat(optimizer.update(rollout, START)).containsEntry("losses/approx-kl", 0.0);
      assertThat(normalized(normalizer)).isNotEqualTo(before);
      before = normalized(normalizer);
    }
  }

  private static float[] normalized(ObservationNormalizer normalizer) {
    float[] values = new float[4];
    normalizer.apply(
        new ObservationBatch.Float32(new float[] {1, 1, 1, 1}, 1, 4),
        new ObservationBatch.Float32(values, 1, 4),
        1);
    return values;
  }

  @Test
  void rewardNormalizationMakesTheScaleOfRewardsIrrelevant() {
    PpoOptimizer small = optimizer("normalize-rewards = true");
    PpoOptimizer large = optimizer("normalize-rewards = true");
    Rollout rewards = rollout(small);
    Rollout thousandfold = rollout(large);
    for (int row = 0; row < ROWS; row++) {
      rewards.rewards()[row] = row % 5;
      thousandfold.rewards()[row] = 1024 * (row % 5);
    }
    double value = small.update(rewards, START).get("losses/value");
    assertThat(large.update(thousandfold, START).get("losses/value"))
        .isCloseTo(value, within(1e-3));
    assertThat(value).isLessThan(100);
  }

  // ---- saving

  private static final String[] EVERYTHING = {
    "minibatch-size = 16",
    "epochs = 3",
    "normalize-observations = true",
    "normalize-rewards = true",
    "learning-rate = 0.01",
    "learning-rate-schedule = linear",
    "clip-schedule = linear",
    "entropy = 0.01",
    "value-clip = 0.3",
    "target-kl = 0.1"
  };

  private static Algorithm algorithm(
      EnvironmentFactory environments, long seed, String... changes) {
    List<String> settings = new ArrayList<>(Arrays.asList(EVERYTHING));
    settings.addAll(Arrays.asList(changes));
    PpoConfig config = config(settings.toArray(new String[0]));
    return Trial.of(config, environments, 10 * ROWS, seed).algorithm();
  }

  /** Everything that a round gave but its times. */
  private static String describe(Algorithm algorithm) {
    Iteration iteration = algorithm.iterate();
    Map<String, Double> metrics =
        iteration.metrics().entrySet().stream()
            .filter(it -> !it.getKey().startsWith("time/"))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return metrics
        + " "
        + iteration.episodes()
        + " "
        + Arrays.hashCode(algorithm.network().parameters());
  }

  @Test
  void sameSeedGivesTheSameBits() {
    Algorithm one = algorithm(Trial.cartPole(COPIES), 5);
    Algorithm same = algorithm(Trial.cartPole(COPIES), 5);
    Algorithm other = algorithm(Trial.cartPole(COPIES), 6);
    for (int round = 0; round < 4; round++) {
      String expected = describe(one);
      assertThat(describe(same)).isEqualTo(expected);
      assertThat(describe(other)).isNotEqualTo(expected);
    }
    assertThat(same.network().parameters()).containsExactly(one.network().parameters());
  }

  @Test
  void restoredTrainingContinuesBitForBit(@TempDir Path folder) throws IOException {
    for (EnvironmentFactory environments :
        List.of(Trial.cartPole(COPIES), Trial.pendulum(COPIES), Trial.identityContinuous(COPIES))) {
      assertContinues(environments, folder);
    }
    assertContinues(Trial.cartPole(COPIES), folder, "objective = kl-penalty");
    assertContinues(Trial.identityMasked(COPIES), folder);
    assertContinues(Trial.pendulum(COPIES), folder, "log-std = state-dependent");
    // noise matrices that outlive a rollout of 20 steps
    assertContinues(Trial.pendulum(COPIES), folder, "log-std = gsde", "sde-sample-frequency = 7");
    assertContinues(Trial.pendulum(COPIES), folder, "actions = squash");
  }

  private static void assertContinues(
      EnvironmentFactory environments, Path folder, String... changes) throws IOException {
    Algorithm algorithm = algorithm(environments, 5, changes);
    for (int round = 0; round < 3; round++) {
      algorithm.iterate();
    }
    algorithm.save(folder);
    Algorithm restored = algorithm(environments, 77, changes);
    restored.iterate();
    restored.restore(folder);
    assertThat(restored.progress()).isEqualTo(algorithm.progress());
    for (int round = 0; round < 4; round++) {
      assertThat(describe(restored)).isEqualTo(describe(algorithm));
    }
    assertThat(restored.network().parameters()).containsExactly(algorithm.network().parameters());
  }

  @Test
  void stateOfAnotherNetworkIsRefused(@TempDir Path folder) throws IOException {
    optimizer().save(folder);
    PpoOptimizer wider =
        new Trial(
                config(),
                Trial.cartPole(COPIES),
                spec -> new MlpPlugin().create(MlpConfig.tanh(17), spec),
                new TrainingSettings(100, 1, 1))
            .optimizer();
    assertThatThrownBy(() -> wider.restore(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.resolve("ppo.bin").toString())
        .hasMessageContaining("dense(17, tanh)");
  }

  @Test
  void stateOfOtherOptionsIsRefused(@TempDir Path folder) throws IOException {
    optimizer("normalize-rewards = true").save(folder);
    for (PpoOptimizer other :
        List.of(optimizer(), optimizer("rollout-length = 40", "normalize-rewards = true"))) {
      assertThatThrownBy(() -> other.restore(folder))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(folder.resolve("ppo.bin").toString());
    }
  }

  @Test
  void missingStateIsNamed(@TempDir Path folder) {
    assertThat(Files.exists(folder.resolve("ppo.bin"))).isFalse();
    assertThatThrownBy(() -> optimizer().restore(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.resolve("ppo.bin") + " is missing");
  }
}
