package org.apprentice.rl;

import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;

/**
 * Draws all allowed actions alike, whatever it sees, and whether or not it shall be deterministic;
 * continuous ones uniformly within their bounds, or from a standard normal distribution where these
 * are infinite.
 */
public final class UniformPolicy implements Policy {
  private final ActionSpace space;

  public UniformPolicy(ActionSpace space) {
    this.space = space;
  }

  @Override
  public PolicyState newState(int rows, RandomGenerator random) {
    return new PolicyState(rows, new float[0], random);
  }

  @Override
  public void act(PolicyInput input, PolicyState state, boolean deterministic, ActionBatch out) {
    for (int row = 0; row < state.rows(); row++) {
      if (space instanceof ActionSpace.Discrete discrete) {
        ((ActionBatch.Discrete) out).values()[row] =
            draw(discrete.n(), input.actionMask(), row, state.random());
      } else if (space instanceof ActionSpace.Continuous continuous) {
        draw(continuous, ((ActionBatch.Continuous) out).values(), row, state.random());
      }
    }
  }

  private static int draw(int n, boolean[] mask, int row, RandomGenerator random) {
    int allowed = 0;
    for (int action = 0; action < n; action++) {
      allowed += mask == null || mask[row * n + action] ? 1 : 0;
    }
    int left = random.nextInt(allowed);
    int action = 0;
    while (mask != null && (!mask[row * n + action] || left > 0)) {
      left -= mask[row * n + action] ? 1 : 0;
      action++;
    }
    return mask == null ? left : action;
  }

  private static void draw(
      ActionSpace.Continuous space, float[] out, int row, RandomGenerator random) {
    for (int i = 0; i < space.width(); i++) {
      float low = space.low()[i];
      float high = space.high()[i];
      boolean bounded = Float.isFinite(low) && Float.isFinite(high);
      out[row * space.width() + i] =
          (float) (bounded ? low + (high - low) * random.nextDouble() : random.nextGaussian());
    }
  }
}
