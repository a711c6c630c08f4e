package org.apprentice.classiccontrol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HiddenVelocitiesTest {
  @ParameterizedTest
  @CsvSource({
    "acrobot, '0 1 2 3'",
    "cartpole, '0 2'",
    "mountain-car, '0'",
    "mountain-car-continuous, '0'",
    "pendulum, '0 1'"
  })
  void theSameTaskShowsLess(String name, String elements) {
    int[] shown =
        java.util.Arrays.stream(elements.split(" ")).mapToInt(Integer::parseInt).toArray();
    Task<?> task = Environments.task(name);
    try (VectorEnvironment whole = task.createFrom(Environments.config(name, 20, true), 3);
        VectorEnvironment partial = task.createFrom(Environments.config(name, 20, false), 3)) {
      BoxSpace all = (BoxSpace) whole.spec().observationSpace();
      BoxSpace some = (BoxSpace) partial.spec().observationSpace();
      assertThat(some.low()).isEqualTo(select(all.low(), shown));
      assertThat(some.high()).isEqualTo(select(all.high(), shown));
      assertThat(partial.spec().actionSpace()).isEqualTo(whole.spec().actionSpace());

      StepBatch expected = StepBatch.allocate(all, 3);
      StepBatch found = StepBatch.allocate(some, 3);
      whole.reset(4, expected.observations());
      partial.reset(4, found.observations());
      ActionBatch actions = ActionBatch.allocate(whole.spec().actionSpace(), 3);
      Random random = new Random(9);
      for (int step = 0; step < 50; step++) {
        for (int copy = 0; copy < 3; copy++) {
          assertRow(expected.observations(), found.observations(), shown, copy);
          Environments.set(actions, copy, random.nextInt(2));
        }
        whole.step(actions, expected);
        partial.step(actions, found);
        assertThat(found.rewards()).isEqualTo(expected.rewards());
        assertThat(found.terminated()).isEqualTo(expected.terminated());
        assertThat(found.truncated()).isEqualTo(expected.truncated());
        for (int copy = 0; copy < 3; copy++) {
          if (expected.episodeEnded()[copy]) {
            assertRow(expected.finalObservations(), found.finalObservations(), shown, copy);
          }
        }
      }
      assertThat(partial.render(1).rgb()).isEqualTo(whole.render(1).rgb());
    }
  }

  private static void assertRow(
      ObservationBatch whole, ObservationBatch partial, int[] shown, int copy) {
    assertThat(Environments.row(partial, copy))
        .isEqualTo(select(Environments.row(whole, copy), shown));
  }

  private static float[] select(float[] values, int[] shown) {
    float[] selected = new float[shown.length];
    for (int i = 0; i < shown.length; i++) {
      selected[i] = values[shown[i]];
    }
    return selected;
  }
}
