package org.apprentice.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.inject.Injector;
import java.util.Random;
import java.util.ServiceLoader;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyOptimizer;
import org.apprentice.spi.PolicyOptimizerPlugin;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.ProgressUnit;
import org.junit.jupiter.api.Test;

class PpoPluginTest {
  @Test
  void isFoundOnTheClassPathAndCanBeAGenerator() {
    assertThat(ServiceLoader.load(Plugin.class))
        .flatExtracting(Plugin::algorithms)
        .filteredOn(it -> it instanceof PolicyOptimizerPlugin<?>)
        .extracting(AlgorithmPlugin::name)
        .containsOnlyOnce("ppo");
    assertThat(new PpoPlugin().progressUnit()).isEqualTo(ProgressUnit.ENVIRONMENT_STEPS);
    assertThat(new PpoPlugin().usesNetwork()).isTrue();
  }

  @Test
  void algorithmActsWithThePolicyThatItsOptimizerImproves() {
    Injector injector =
        Trial.of(Trial.DEFAULTS.with("rollout-length = 4"), Trial.cartPole(2), 100, 1).injector();
    Algorithm algorithm = injector.getInstance(Algorithm.class);
    PolicyOptimizer optimizer = injector.getInstance(PolicyOptimizer.class);
    assertThat(algorithm).isSameAs(injector.getInstance(Algorithm.class));
    assertThat(algorithm.policy()).isSameAs(optimizer.policy());
    assertThat(algorithm.network()).isSameAs(optimizer.network());
  }

  /** Mean return of the last round of so many. */
  private static double learn(Algorithm algorithm, int rounds) {
    Iteration last = algorithm.iterate();
    for (int round = 1; round < rounds; round++) {
      last = algorithm.iterate();
    }
    return last.episodes().stream()
        .mapToDouble(Iteration.Episode::episodeReturn)
        .average()
        .orElseThrow();
  }

  @Test
  void learnsToNameWhatItSees() {
    PpoConfig config =
        Trial.DEFAULTS.with(
            "rollout-length = 32", "minibatch-size = 64", "learning-rate = 1e-2", "epochs = 4");
    EnvironmentFactory environments = Trial.identity(8);
    Algorithm algorithm = Trial.of(config, environments, 100_000, 1).algorithm();
    assertThat(learn(algorithm, 1)).isBetween(0.1, 0.4);
    assertThat(learn(algorithm, 25)).isGreaterThan(0.97);
    ObservationBatch.Float32 contexts =
        new ObservationBatch.Float32(
            new float[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}, 4, 4);
    ActionBatch actions = act(algorithm, environments.spec(), contexts);
    assertThat(((ActionBatch.Discrete) actions).values()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void learnsToHitATarget() {
    PpoConfig config =
        Trial.DEFAULTS.with(
            "rollout-length = 32",
            "minibatch-size = 64",
            "learning-rate = 3e-3",
            "initial-log-std = -0.5");
    EnvironmentFactory environments = Trial.identityContinuous(8);
    Algorithm algorithm = Trial.of(config, environments, 100_000, 1).algorithm();
    // the squared error of a fixed action 0 is 1 / 3, and noise adds its clipped variance
    assertThat(learn(algorithm, 1)).isBetween(-0.8, -0.4);
    assertThat(learn(algorithm, 100)).isGreaterThan(-0.05);
    ObservationBatch.Float32 contexts =
        new ObservationBatch.Float32(new float[] {-0.8f, 0, 0.8f}, 3, 1);
    ActionBatch actions = act(algorithm, environments.spec(), contexts);
    float[] values = ((ActionBatch.Continuous) actions).values();
    assertThat(values).containsExactly(contexts.values(), within(0.2f));
  }

  private static ActionBatch act(
      Algorithm algorithm, EnvironmentSpec spec, ObservationBatch observations) {
    int rows = observations.rows();
    ActionBatch actions = ActionBatch.allocate(spec.actionSpace(), rows);
    PolicyState state = algorithm.policy().newState(rows, new Random(1));
    algorithm.policy().act(PolicyInput.of(observations, new boolean[rows]), state, true, actions);
    return actions;
  }
}
