package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.PolicyInput;
import org.junit.jupiter.api.Test;

class UniformPolicyTest {
  private static final int ROWS = 6000;

  private static ActionBatch draw(ActionSpace space, boolean[] mask) {
    UniformPolicy policy = new UniformPolicy(space);
    ActionBatch actions = ActionBatch.allocate(space, ROWS);
    ObservationBatch observations = ObservationBatch.allocate(BoxSpace.unbounded(1), ROWS);
    policy.act(
        new PolicyInput(observations, new boolean[ROWS], mask),
        policy.newState(ROWS, new RandomStreams(1).stream("actions")),
        true,
        actions);
    return actions;
  }

  private static double share(ActionBatch actions, int action) {
    int[] values = ((ActionBatch.Discrete) actions).values();
    return Arrays.stream(values).filter(it -> it == action).count() / (double) ROWS;
  }

  @Test
  void allActionsAreDrawnAlike() {
    ActionBatch actions = draw(new ActionSpace.Discrete(3), null);
    for (int action = 0; action < 3; action++) {
      assertThat(share(actions, action)).isCloseTo(1 / 3.0, within(0.03));
    }
  }

  @Test
  void onlyAllowedActionsAreDrawn() {
    boolean[] mask = new boolean[ROWS * 4];
    for (int row = 0; row < ROWS; row++) {
      mask[row * 4 + 1] = true;
      mask[row * 4 + 3] = true;
    }
    ActionBatch actions = draw(new ActionSpace.Discrete(4), mask);
    assertThat(share(actions, 1)).isCloseTo(0.5, within(0.03));
    assertThat(share(actions, 3)).isCloseTo(0.5, within(0.03));
  }

  @Test
  void continuousActionsFillTheirBoundsOrAreNormal() {
    float infinity = Float.POSITIVE_INFINITY;
    ActionSpace space =
        new ActionSpace.Continuous(new float[] {2, -infinity}, new float[] {4, infinity});
    float[] values = ((ActionBatch.Continuous) draw(space, null)).values();
    double squares = 0;
    double sum = 0;
    for (int row = 0; row < ROWS; row++) {
      assertThat(values[2 * row]).isBetween(2f, 4f);
      sum += values[2 * row] / ROWS;
      squares += values[2 * row + 1] * values[2 * row + 1] / ROWS;
    }
    assertThat(sum).isCloseTo(3, within(0.05));
    assertThat(squares).isCloseTo(1, within(0.1));
  }
}
