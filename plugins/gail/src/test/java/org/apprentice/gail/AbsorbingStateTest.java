package org.apprentice.gail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.apprentice.rl.Advantages;
import org.apprentice.rl.demonstrations.DemonstrationException;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;
import org.junit.jupiter.api.Test;

class AbsorbingStateTest {
  private static final EnvironmentSpec SPACES =
      new EnvironmentSpec(BoxSpace.unbounded(1), new ActionSpace.Discrete(2));

  /** Two copies, four steps: the first ends by itself after its third, the second is cut off. */
  private static Rollout rollout() {
    Rollout rollout = Rollout.allocate(SPACES, 4, 2, 0, false);
    rollout.terminated()[2 * 2] = true;
    rollout.truncated()[1 * 2 + 1] = true;
    return rollout;
  }

  private static Demonstrations demonstrations() {
    return Demonstrations.of(
        new int[] {1},
        new ObservationBatch.Float32(new float[7], 7, 1),
        new ActionBatch.Discrete(new int[7]),
        new float[7],
        new int[] {4, 3},
        new double[2]);
  }

  /** gamma 0.5: what comes after the end is 0.5 r + 0.25 r + ... = r. */
  @Test
  void theLastRewardTakesInAllThatWouldFollow() {
    Rollout rollout = rollout();
    Arrays.fill(rollout.rewards(), 1);

    new AbsorbingState(10, 0.5, 2).finish(rollout, 3);

    assertThat(rollout.rewards()).containsExactly(1, 1, 1, 1, 1 + 3, 1, 1, 1);
  }

  /**
   * With the same reward everywhere no end is better than another, and none better than going on.
   */
  @Test
  void underAConstantRewardNoStepHasAnAdvantage() {
    double gamma = 0.9;
    float value = (float) (0.7 / (1 - gamma));
    Rollout rollout = rollout();
    Arrays.fill(rollout.rewards(), 0.7f);
    Arrays.fill(rollout.values(), value);
    Arrays.fill(rollout.lastValues(), value);
    rollout.finalValues()[3] = value;

    new AbsorbingState(10, gamma, 2).finish(rollout, 0.7);

    float[] advantages = new float[8];
    Advantages.estimate(rollout, rollout.rewards(), gamma, 0.95, advantages, new float[8]);
    for (float advantage : advantages) {
      assertThat((double) advantage).isCloseTo(0, within(1e-5));
    }
  }

  @Test
  void whatIsMissingToTheHorizonIsCountedAlongTheCopies() throws IOException {
    AbsorbingState absorbing = new AbsorbingState(10, 0.5, 2);
    Rollout begins = rollout();
    assertThat(absorbing.steps(begins)).isEqualTo(10 - 3);
    absorbing.finish(begins, 0);

    // the first copy is one step into its next episode, the second two
    Rollout next = Rollout.allocate(SPACES, 4, 2, 0, false);
    next.terminated()[3 * 2] = true;
    next.terminated()[1] = true;
    assertThat(absorbing.steps(next)).isEqualTo((10 - 5) + (10 - 3));

    ByteArrayOutputStream state = new ByteArrayOutputStream();
    absorbing.save(new DataOutputStream(state));
    AbsorbingState restored = new AbsorbingState(10, 0.5, 2);
    restored.restore(new DataInputStream(new ByteArrayInputStream(state.toByteArray())));
    assertThat(restored.steps(next)).isEqualTo(12);
    assertThat(new AbsorbingState(4, 0.5, 2).steps(rollout())).isEqualTo(1);
    assertThat(new AbsorbingState(2, 0.5, 2).steps(rollout())).isZero();
  }

  @Test
  void onlyEpisodesThatEndByThemselvesGoOn() {
    AbsorbingState absorbing = new AbsorbingState(10, 0.5, 2);
    ObservationBatch finals = new ObservationBatch.Float32(new float[2], 2, 1);
    Demonstrations known = demonstrations().withEndings(finals, new boolean[] {false, true});

    assertThat(absorbing.steps(known, 1)).isEqualTo(10 - 3);
    assertThat(absorbing.steps(known, 2)).isEqualTo((10 - 6) / 2);
    assertThatThrownBy(() -> absorbing.steps(demonstrations(), 1))
        .isInstanceOf(DemonstrationException.class)
        .hasMessageContaining("say how their episodes ended");
  }

  @Test
  void aSumWithoutEndNeedsADiscount() {
    assertThatThrownBy(() -> new AbsorbingState(10, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gamma below 1");
  }
}
