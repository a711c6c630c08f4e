package org.apprentice.dagger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.junit.jupiter.api.Test;

class MixedDemonstratorTest {
  private static final int COPIES = 3000;

  /** Always does the same, and counts its steps in its memory. */
  private record Stubborn(int action, boolean deterministic) implements Policy {
    @Override
    public PolicyState newState(int rows, RandomGenerator random) {
      return new PolicyState(rows, new float[rows], random);
    }

    @Override
    public void act(PolicyInput input, PolicyState state, boolean asked, ActionBatch out) {
      assertThat(asked).isEqualTo(deterministic);
      state.memory()[0]++;
      Arrays.fill(((ActionBatch.Discrete) out).values(), action + (int) state.memory()[0]);
    }
  }

  /** The share of copies that the expert acts in; what is written down is always the expert's. */
  private static double share(double beta, int steps) {
    RandomStreams random = new RandomStreams(1);
    MixedDemonstrator demonstrator =
        new MixedDemonstrator(
            new Stubborn(100, true),
            new Stubborn(200, false),
            beta,
            new ActionSpace.Discrete(300),
            COPIES,
            random.stream("acting"),
            random.stream("mixing"));
    ActionBatch.Discrete done = new ActionBatch.Discrete(new int[COPIES]);
    ObservationBatch observations = ObservationBatch.allocate(BoxSpace.unbounded(1), COPIES);
    double share = 0;
    for (int step = 1; step <= steps; step++) {
      ActionBatch.Discrete written =
          (ActionBatch.Discrete)
              demonstrator.act(PolicyInput.of(observations, new boolean[COPIES]), done);
      assertThat(written.values()).containsOnly(100 + step);
      assertThat(done.values()).containsAnyOf(100 + step, 200 + step);
      int expected = 100 + step;
      share = Arrays.stream(done.values()).filter(it -> it == expected).count() / (double) COPIES;
    }
    assertThat(demonstrator.steps()).isEqualTo((long) steps * COPIES);
    return share;
  }

  @Test
  void theExpertActsAsOftenAsBetaSaysAndRemembersEveryStep() {
    assertThat(share(1, 2)).isOne();
    assertThat(share(0, 2)).isZero();
    assertThat(share(0.3, 3)).isCloseTo(0.3, within(0.04));
  }
}
