package org.apprentice.trpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.apprentice.networks.MlpConfig;
import org.apprentice.networks.MlpPlugin;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrpoOptimizerTest {
  private static final int COPIES = 3;
  private static final NetworkFactory ELMAN =
      spec -> TestkitPlugin.ELMAN.create(new ElmanConfig(6), spec);

  private static final NetworkFactory SHARED =
      spec -> {
        MlpConfig tanh = MlpConfig.tanh(8);
        MlpConfig shared =
            new MlpConfig(
                tanh.hidden(),
                tanh.activation(),
                tanh.initialization(),
                true,
                false,
                0,
                tanh.engine());
        return new MlpPlugin().create(shared, spec);
      };

  /** An optimiser with what collects its rollouts. */
  private static final class Training {
    private final TrpoOptimizer optimizer;
    private final RolloutCollector collector;

    Training(TrpoConfig config, EnvironmentFactory environments, NetworkFactory networks) {
      optimizer =
          new Trial(config, environments, networks, new TrainingSettings(100_000, 5, 1))
              .optimizer();
      collector =
          new RolloutCollector(
              environments.create(COPIES),
              optimizer.policy(),
              new RandomStreams(6).stream("actions"),
              config.rolloutLength(),
              7);
    }

    Map<String, Double> round() {
      return update(collector.collect());
    }

    Map<String, Double> update(Rollout rollout) {
      return optimizer.update(rollout, new Progress(0, 1, ProgressUnit.ENVIRONMENT_STEPS, 0));
    }

    NetworkActorCritic policy() {
      return (NetworkActorCritic) optimizer.policy();
    }

    float[] parameters(NetworkActorCritic.Range range) {
      return Arrays.copyOfRange(optimizer.network().parameters(), range.from(), range.to());
    }
  }

  private static TrpoConfig config(String... changes) {
    String[] all = Arrays.copyOf(changes, changes.length + 1);
    all[changes.length] = "rollout-length = 40";
    return Trial.DEFAULTS.with(all);
  }

  static Stream<Training> everyKindOfTask() {
    return Stream.of(
        new Training(config(), Trial.cartPole(COPIES), Trial.MLP),
        new Training(
            config("normalize-observations = true", "normalize-rewards = true"),
            Trial.pendulum(COPIES),
            Trial.MLP),
        new Training(config("sequence-length = 16"), Trial.cartPole(COPIES), ELMAN),
        new Training(config("entropy = 0.01"), Trial.identityContinuous(COPIES), ELMAN));
  }

  @ParameterizedTest
  @MethodSource("everyKindOfTask")
  void everyStepImprovesTheSurrogateWithinTheBound(Training training) {
    int taken = 0;
    for (int round = 0; round < 60; round++) {
      float[] before = training.parameters(training.policy().policyParameters());
      Map<String, Double> metrics = training.round();
      float[] after = training.parameters(training.policy().policyParameters());
      assertThat(metrics.get("losses/kl")).isBetween(0.0, 0.01);
      boolean moved = metrics.get("losses/step-fraction") > 0;
      assertThat(Arrays.equals(before, after)).as("round %d", round).isEqualTo(!moved);
      assertThat(metrics.get("losses/kl") > 0).isEqualTo(moved);
      taken += moved ? 1 : 0;
    }
    assertThat(taken).isGreaterThan(40);
  }

  /** The curvature at one of the rows says little of the others, so that the step is too long. */
  @Test
  void refusedUpdateLeavesTheActorAndStillFitsTheCritic() {
    Training training =
        new Training(
            config("fisher-subsample = 1000", "damping = 1e-4", "line-search-steps = 1"),
            Trial.cartPole(COPIES),
            Trial.MLP);
    float[] actor = training.parameters(training.policy().policyParameters());
    float[] critic = training.parameters(training.policy().valueParameters());
    Map<String, Double> metrics = training.round();
    assertThat(metrics).containsEntry("losses/step-fraction", 0.0).containsEntry("losses/kl", 0.0);
    assertThat(training.parameters(training.policy().policyParameters())).containsExactly(actor);
    assertThat(training.parameters(training.policy().valueParameters())).isNotEqualTo(critic);
  }

  @Test
  void equalAdvantagesGiveNoStepEvenWhereActorAndCriticWouldShareLayers() {
    Training training =
        new Training(config("gamma = 0", "gae-lambda = 0"), Trial.cartPole(COPIES), SHARED);
    Rollout rollout = training.collector.collect();
    // r - V is the same everywhere
    for (int row = 0; row < rollout.rows(); row++) {
      rollout.rewards()[row] = 1;
      rollout.values()[row] = 0.5f;
    }
    float[] actor = training.parameters(training.policy().policyParameters());
    float[] critic = training.parameters(training.policy().valueParameters());
    Map<String, Double> metrics = training.update(rollout);
    assertThat(metrics).containsEntry("losses/step-fraction", 0.0);
    assertThat(training.parameters(training.policy().policyParameters())).containsExactly(actor);
    assertThat(training.parameters(training.policy().valueParameters())).isNotEqualTo(critic);
  }

  @Test
  void linearScheduleNarrowsTheBoundWithWhatIsLeftOfTheBudget() {
    Training training =
        new Training(config("max-kl-schedule = linear"), Trial.cartPole(COPIES), Trial.MLP);
    for (int done = 0; done < 100; done += 10) {
      Progress progress = new Progress(done, 100, ProgressUnit.ENVIRONMENT_STEPS, done);
      Map<String, Double> metrics =
          training.optimizer.update(training.collector.collect(), progress);
      assertThat(metrics.get("losses/max-kl")).isEqualTo(0.01 * (1 - done / 100.0));
      assertThat(metrics.get("losses/kl")).isLessThanOrEqualTo(metrics.get("losses/max-kl"));
    }
  }

  @Test
  void criticApproachesTheReturns() {
    Training training =
        new Training(
            config("critic-updates = 60", "critic-learning-rate = 1e-2", "gamma = 0.9"),
            Trial.cartPole(COPIES),
            Trial.MLP);
    double first = training.round().get("losses/value");
    double last = 0;
    for (int round = 0; round < 5; round++) {
      last = training.round().get("losses/value");
    }
    assertThat(last).isLessThan(first / 5);
  }

  /** In a task whose every reward is 1, normalised rewards and so values are smaller. */
  @Test
  void normalizedRewardsAreWhatTheCriticLearns() {
    double plain =
        new Training(config(), Trial.cartPole(COPIES), Trial.MLP).round().get("losses/value");
    double normalized =
        new Training(config("normalize-rewards = true"), Trial.cartPole(COPIES), Trial.MLP)
            .round()
            .get("losses/value");
    assertThat(normalized).isLessThan(plain / 4);
  }

  @Test
  void stateOfAnotherNetworkIsRefused(@TempDir Path folder) throws IOException {
    Training training = new Training(config(), Trial.cartPole(COPIES), Trial.MLP);
    training.optimizer.save(folder);
    Training other = new Training(config(), Trial.cartPole(COPIES), ELMAN);
    assertThatThrownBy(() -> other.optimizer.restore(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.resolve("trpo.bin").toString());
  }

  @Test
  void rolloutBeyondAnyMemoryIsRefused() {
    assertThatThrownBy(
            () ->
                new Trial(
                        Trial.DEFAULTS.with("rollout-length = 8000000"),
                        Trial.cartPole(COPIES),
                        Trial.MLP,
                        new TrainingSettings(100, 1, 1))
                    .optimizer())
        .hasRootCauseMessage(
            "rollout-length x environment.copies must be at most 16777216 steps, found 8000000 x 3");
  }
}
