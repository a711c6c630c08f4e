package org.apprentice.classiccontrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassicControlEnvironmentTest {
  private static final String[] TASKS = {
    "acrobot", "cartpole", "mountain-car", "mountain-car-continuous", "pendulum"
  };

  @Property(tries = 60)
  void restoredEnvironmentContinuesBitForBit(
      @ForAll @IntRange(max = 4) int task,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int copies,
      @ForAll @IntRange(max = 70) int stepsBefore) {
    VectorEnvironment original = Environments.create(TASKS[task], 25, copies);
    original.reset(seed, ObservationBatch.allocate(original.spec().observationSpace(), copies));
    run(original, new Random(seed), stepsBefore);
    byte[] saved = original.save();
    float[] expected = run(original, new Random(seed + 1), 60);

    VectorEnvironment other = Environments.create(TASKS[task], 25, copies);
    other.restore(saved);
    assertThat(other.save()).isEqualTo(saved);
    assertThat(run(other, new Random(seed + 1), 60)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"acrobot", "cartpole", "mountain-car", "mountain-car-continuous", "pendulum"})
  void aCopyDoesNotDependOnHowManyThereAre(String task) {
    VectorEnvironment few = Environments.create(task, 10, 2);
    VectorEnvironment many = Environments.create(task, 10, 7);
    StepBatch fromFew = reset(few, 3);
    StepBatch fromMany = reset(many, 3);
    ActionBatch forFew = ActionBatch.allocate(few.spec().actionSpace(), 2);
    ActionBatch forMany = ActionBatch.allocate(many.spec().actionSpace(), 7);
    Random random = new Random(4);
    for (int step = 0; step < 35; step++) {
      draw(forMany, random);
      forMany.copyTo(0, forFew, 0, 2);
      few.step(forFew, fromFew);
      many.step(forMany, fromMany);
      for (int copy = 0; copy < 2; copy++) {
        assertThat(Environments.row(fromFew.observations(), copy))
            .isEqualTo(Environments.row(fromMany.observations(), copy));
      }
    }
  }

  @Test
  void startsAreDrawnFromGymnasiumsRange() {
    float[] cartpole = starts("cartpole", 4);
    for (float value : cartpole) {
      assertThat(value).isBetween(-0.05f, 0.05f);
    }
    assertThat(mean(cartpole)).isBetween(-0.003, 0.003);
    float[] mountainCar = starts("mountain-car", 2);
    for (int i = 0; i < mountainCar.length; i += 2) {
      assertThat(mountainCar[i]).isBetween(-0.6f, -0.4f);
      assertThat(mountainCar[i + 1]).isZero();
    }
    float[] pendulum = starts("pendulum", 3);
    assertThat(mean(pendulum)).isBetween(-0.05, 0.05);
  }

  private static float[] starts(String task, int width) {
    VectorEnvironment environment = Environments.create(task, 10, 1000);
    float[] values = ((ObservationBatch.Float32) reset(environment, 5).observations()).values();
    assertThat(values).hasSize(1000 * width);
    return values;
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  @Test
  void actionOutOfRangeIsRefusedBeforeAnythingMoves() {
    VectorEnvironment environment = Environments.create("cartpole", 10, 2);
    StepBatch outcome = reset(environment, 1);
    byte[] before = environment.save();
    assertThatThrownBy(() -> environment.step(new ActionBatch.Discrete(new int[] {1, 2}), outcome))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cartpole: action of copy 1 must be in 0..1, found 2");
    assertThat(environment.save()).isEqualTo(before);
  }

  @Test
  void notANumberIsNoAction() {
    VectorEnvironment environment = Environments.create("pendulum", 10, 1);
    StepBatch outcome = reset(environment, 1);
    assertThatThrownBy(
            () ->
                environment.step(
                    new ActionBatch.Continuous(new float[] {Float.NaN}, 1, 1), outcome))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pendulum: action of copy 0 must be finite, found NaN");
  }

  @Test
  void actionsOfTheWrongKindOrNumberAreRefused() {
    VectorEnvironment environment = Environments.create("cartpole", 10, 2);
    StepBatch outcome = reset(environment, 1);
    assertThatThrownBy(
            () -> environment.step(new ActionBatch.Continuous(new float[2], 2, 1), outcome))
        .hasMessage("cartpole: actions must be discrete(2), found Continuous");
    assertThatThrownBy(() -> environment.step(new ActionBatch.Discrete(new int[3]), outcome))
        .hasMessage("cartpole: actions must have 2 rows, found 3");
  }

  @Test
  void stepBeforeResetIsRefused() {
    VectorEnvironment environment = Environments.create("cartpole", 10, 1);
    StepBatch outcome = StepBatch.allocate(environment.spec().observationSpace(), 1);
    assertThatThrownBy(() -> environment.step(new ActionBatch.Discrete(new int[1]), outcome))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cartpole: reset must be called before the first step");
  }

  @Test
  void foreignAndDamagedStatesAreRefused() {
    VectorEnvironment environment = Environments.create("mountain-car", 10, 2);
    reset(environment, 1);
    byte[] state = environment.save();
    assertThatThrownBy(() -> Environments.create("mountain-car-continuous", 10, 2).restore(state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "it is one of mountain-car with 2 copies, expected mountain-car-continuous with 2");
    assertThatThrownBy(() -> Environments.create("mountain-car", 10, 3).restore(state))
        .hasMessageContaining("mountain-car with 2 copies, expected mountain-car with 3");
    assertThatThrownBy(() -> environment.restore(new byte[] {1, 2, 3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no state of a classic control environment");
    assertThatThrownBy(() -> environment.restore(java.util.Arrays.copyOf(state, state.length - 1)))
        .hasMessageContaining("cut or damaged");
    byte[] flipped = state.clone();
    flipped[40] ^= 1;
    assertThatThrownBy(() -> environment.restore(flipped)).hasMessageContaining("cut or damaged");
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new CartPoleConfig(0, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("max-episode-steps must be at least 1, found 0");
    assertThatThrownBy(() -> new PendulumConfig(10, Double.NaN, true))
        .hasMessage("gravity must be a finite number, found NaN");
  }

  @Test
  void goalVelocityMakesTheGoalHarder() {
    double[] rewards = new double[1];
    boolean[] terminated = new boolean[1];
    ActionBatch push = new ActionBatch.Discrete(new int[] {2});
    new MountainCar(0).advance(new double[] {0.49, 0.03}, push, rewards, terminated);
    assertThat(terminated[0]).isTrue();
    new MountainCar(0.05).advance(new double[] {0.49, 0.03}, push, rewards, terminated);
    assertThat(terminated[0]).isFalse();
  }

  private static StepBatch reset(VectorEnvironment environment, long seed) {
    StepBatch outcome =
        StepBatch.allocate(environment.spec().observationSpace(), environment.size());
    environment.reset(seed, outcome.observations());
    return outcome;
  }

  private static void draw(ActionBatch actions, Random random) {
    for (int copy = 0; copy < actions.rows(); copy++) {
      Environments.set(
          actions,
          copy,
          actions instanceof ActionBatch.Discrete ? random.nextInt(2) : random.nextGaussian());
    }
  }

  /** Everything that random actions lead to, in a row. */
  private static float[] run(VectorEnvironment environment, Random random, int steps) {
    int copies = environment.size();
    StepBatch outcome = StepBatch.allocate(environment.spec().observationSpace(), copies);
    ActionBatch actions = ActionBatch.allocate(environment.spec().actionSpace(), copies);
    int width = outcome.observations().width();
    float[] seen = new float[steps * copies * (width + 3)];
    int at = 0;
    for (int step = 0; step < steps; step++) {
      draw(actions, random);
      environment.step(actions, outcome);
      for (int copy = 0; copy < copies; copy++) {
        System.arraycopy(Environments.row(outcome.observations(), copy), 0, seen, at, width);
        seen[at + width] = outcome.rewards()[copy];
        seen[at + width + 1] = outcome.terminated()[copy] ? 1 : 0;
        seen[at + width + 2] =
            outcome.episodeEnded()[copy] ? (float) outcome.episodeReturn()[copy] : 0;
        at += width + 3;
      }
    }
    return seen;
  }
}
