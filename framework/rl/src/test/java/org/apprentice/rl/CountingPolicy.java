package org.apprentice.rl;

import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.ActorCritic;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;

/**
 * Values are the digits of a {@link CountingEnvironment}'s observation, copy - episode - step, plus
 * a 64th for each step that it remembers of the episode, this one included. Log-probabilities are
 * minus the drawn actions.
 */
final class CountingPolicy implements ActorCritic {
  /** The value of an observation at which the policy remembers as many steps as the episode had. */
  static float value(int copy, int episode, int time) {
    return 10_000 * copy + 100 * episode + time + (time + 1) / 64f;
  }

  @Override
  public PolicyState newState(int rows, RandomGenerator random) {
    return new PolicyState(rows, new float[rows], random);
  }

  private static float value(ObservationBatch observations, int row, float remembered) {
    float[] values = ((ObservationBatch.Float32) observations).values();
    return 10_000 * values[row * 3]
        + 100 * values[row * 3 + 1]
        + values[row * 3 + 2]
        + remembered / 64;
  }

  @Override
  public void act(
      PolicyInput input,
      PolicyState state,
      ActionBatch actions,
      float[] logProbabilities,
      float[] values) {
    act(input, state, false, actions);
    for (int row = 0; row < state.rows(); row++) {
      logProbabilities[row] = -((ActionBatch.Discrete) actions).values()[row];
      values[row] = value(input.observations(), row, state.memory()[row]);
    }
  }

  @Override
  public void act(PolicyInput input, PolicyState state, boolean deterministic, ActionBatch out) {
    for (int row = 0; row < state.rows(); row++) {
      state.memory()[row] = (input.episodeStarts()[row] ? 0 : state.memory()[row]) + 1;
      ((ActionBatch.Discrete) out).values()[row] = deterministic ? 0 : state.random().nextInt(3);
    }
  }

  @Override
  public void logProbabilities(
      PolicyInput input, PolicyState state, ActionBatch actions, float[] out) {
    act(input, state, true, ActionBatch.allocate(new ActionSpace.Discrete(3), state.rows()));
    for (int row = 0; row < state.rows(); row++) {
      out[row] = -((ActionBatch.Discrete) actions).values()[row];
    }
  }

  @Override
  public void values(PolicyInput input, PolicyState state, float[] out) {
    for (int row = 0; row < state.rows(); row++) {
      out[row] =
          value(
              input.observations(),
              row,
              (input.episodeStarts()[row] ? 0 : state.memory()[row]) + 1);
    }
  }
}
