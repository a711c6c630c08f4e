package org.apprentice.testkit.components;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ServiceLoader;
import java.util.random.RandomGenerator;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GamesTest {
  /** Chooses an action from one observation. */
  private interface Player {
    void act(ObservationBatch shown, ActionBatch out);
  }

  @Test
  void repeatingTheShownActionIsOptimal() {
    assertThat(
            meanReturn(
                TestkitPlugin.IDENTITY.create(new IdentityConfig(4, 16), 1),
                (shown, out) -> discrete(out)[0] = brightest(floats(shown), 4)))
        .isEqualTo(16);
    assertThat(
            meanReturn(
                TestkitPlugin.IDENTITY.create(new IdentityConfig(4, 16), 1),
                (shown, out) -> discrete(out)[0] = 0))
        .isCloseTo(4, within(0.5));
  }

  @Test
  void repeatingTheShownNumberIsOptimal() {
    assertThat(
            meanReturn(
                TestkitPlugin.IDENTITY_CONTINUOUS.create(new IdentityContinuousConfig(16), 1),
                (shown, out) -> ((ActionBatch.Continuous) out).values()[0] = floats(shown)[0]))
        .isZero();
    assertThat(
            meanReturn(
                TestkitPlugin.IDENTITY_CONTINUOUS.create(new IdentityContinuousConfig(16), 1),
                (shown, out) -> ((ActionBatch.Continuous) out).values()[0] = 0))
        .isCloseTo(-16 / 3.0, within(0.4));
  }

  @Test
  void namingTheBrightQuadrantIsOptimal() {
    assertThat(
            meanReturn(
                TestkitPlugin.IDENTITY_IMAGE.create(new IdentityImageConfig(16), 1),
                (shown, out) -> {
                  byte[] pixels = ((ObservationBatch.UInt8) shown).values();
                  int[] corners = {0, 7, 56, 63};
                  for (int quadrant = 0; quadrant < 4; quadrant++) {
                    if ((pixels[corners[quadrant]] & 0xFF) == 255) {
                      discrete(out)[0] = quadrant;
                    }
                  }
                }))
        .isEqualTo(16);
  }

  @Test
  void recallNeedsMemory() {
    int[] cue = new int[1];
    Player remembers =
        (shown, out) -> {
          float[] values = floats(shown);
          if (values[0] + values[1] > 0) {
            cue[0] = brightest(values, 2);
          }
          discrete(out)[0] = cue[0];
        };
    Player forgets = (shown, out) -> discrete(out)[0] = brightest(floats(shown), 2);
    assertThat(meanReturn(TestkitPlugin.RECALL.create(new RecallConfig(2, 5), 1), remembers))
        .isEqualTo(1);
    assertThat(meanReturn(TestkitPlugin.RECALL.create(new RecallConfig(2, 5), 1), forgets))
        .isCloseTo(0.5, within(0.08));
  }

  @ParameterizedTest
  @CsvSource({
    "identity, 16, 4",
    "identity-masked, 16, 8",
    "identity-image, 16, 4",
    "recall, 1, 0.5",
    "recall-image, 1, 0.25"
  })
  void theExpertReachesTheOptimumAndGuessingDoesNot(String name, double optimum, double guessed) {
    EnvironmentPlugin<?> plugin =
        new TestkitPlugin()
            .environments().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
    Record config =
        switch (name) {
          case "recall" -> new RecallConfig(2, 5);
          case "recall-image" -> new RecallImageConfig(5);
          case "identity-image" -> new IdentityImageConfig(16);
          default -> new IdentityConfig(4, 16);
        };
    int actions = plugin.specOf(config).actionSpace().width();
    assertThat(play(new GameExpert(actions), plugin.createFrom(config, 3))).isEqualTo(optimum);
    assertThat(play(new Guess(actions), plugin.createFrom(config, 3)))
        .isCloseTo(guessed, within(0.15 * optimum));
  }

  /** Takes any action that is allowed. */
  private record Guess(int actions) implements Policy {
    @Override
    public PolicyState newState(int rows, RandomGenerator random) {
      return new PolicyState(rows, new float[0], random);
    }

    @Override
    public void act(PolicyInput input, PolicyState state, boolean deterministic, ActionBatch out) {
      for (int row = 0; row < state.rows(); row++) {
        int action;
        do {
          action = state.random().nextInt(actions);
        } while (input.actionMask() != null && !input.actionMask()[row * actions + action]);
        discrete(out)[row] = action;
      }
    }
  }

  private static double play(Policy policy, VectorEnvironment environment) {
    return Evaluation.run(policy, environment, 200, true, 5, new RandomStreams(5).stream("actions"))
        .mean();
  }

  @Test
  void pluginIsFoundOnTheClassPath() {
    assertThat(ServiceLoader.load(Plugin.class))
        .anySatisfy(
            plugin ->
                assertThat(plugin.environments())
                    .extracting(EnvironmentPlugin::name)
                    .containsExactly(
                        "identity",
                        "identity-continuous",
                        "identity-image",
                        "identity-masked",
                        "recall",
                        "recall-image"));
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new IdentityConfig(1, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("actions must be at least 2, found 1");
    assertThatThrownBy(() -> new RecallConfig(2, 1))
        .hasMessage("length must be at least 2, found 1");
  }

  private static double meanReturn(VectorEnvironment environment, Player player) {
    StepBatch outcome = StepBatch.allocate(environment.spec().observationSpace(), 1);
    ActionBatch actions = ActionBatch.allocate(environment.spec().actionSpace(), 1);
    environment.reset(3, outcome.observations());
    double sum = 0;
    int episodes = 0;
    for (int step = 0; step < 4000; step++) {
      player.act(outcome.observations(), actions);
      environment.step(actions, outcome);
      if (outcome.episodeEnded()[0]) {
        sum += outcome.episodeReturn()[0];
        episodes++;
      }
    }
    return sum / episodes;
  }

  private static int[] discrete(ActionBatch actions) {
    return ((ActionBatch.Discrete) actions).values();
  }

  private static float[] floats(ObservationBatch shown) {
    return ((ObservationBatch.Float32) shown).values();
  }

  private static int brightest(float[] values, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
