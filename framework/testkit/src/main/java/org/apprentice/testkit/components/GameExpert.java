package org.apprentice.testkit.components;

import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;

/**
 * Plays the test environments with discrete actions as well as can be, without a network: it names
 * what was shown last or, where that is not allowed, the next action that is.
 *
 * @param actions how many actions the environment has
 */
public record GameExpert(int actions) implements Policy {
  /** The memory is what was shown last. */
  @Override
  public PolicyState newState(int rows, RandomGenerator random) {
    return new PolicyState(rows, new float[rows], random);
  }

  @Override
  public void act(PolicyInput input, PolicyState state, boolean deterministic, ActionBatch out) {
    for (int row = 0; row < state.rows(); row++) {
      int shown = shown(input.observations(), row);
      if (shown >= 0) {
        state.memory()[row] = shown;
      }
      int action = (int) state.memory()[row];
      while (input.actionMask() != null && !input.actionMask()[row * actions + action]) {
        action = (action + 1) % actions;
      }
      ((ActionBatch.Discrete) out).values()[row] = action;
    }
  }

  /** The only bright element of a vector or quadrant of a picture; -1 if there is none. */
  private int shown(ObservationBatch observations, int row) {
    boolean[] bright = new boolean[actions];
    if (observations instanceof ObservationBatch.Float32 vectors) {
      for (int i = 0; i < actions; i++) {
        bright[i] = vectors.values()[row * vectors.width() + i] == 1;
      }
    } else if (observations instanceof ObservationBatch.UInt8 pictures) {
      for (int i = 0; i < actions; i++) {
        int pixel = row * pictures.width() + IdentityImage.firstPixel(i);
        bright[i] = pictures.values()[pixel] == IdentityImage.BRIGHT;
      }
    }
    int first = -1;
    for (int i = 0; i < actions; i++) {
      if (bright[i]) {
        if (first >= 0) {
          return -1;
        }
        first = i;
      }
    }
    return first;
  }
}
