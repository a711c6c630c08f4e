package org.apprentice.sarsa;

import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;

/**
 * The greedy policy of the values, the first of equally good actions; with draws the epsilon-greedy
 * one that training follows. Acting leaves the values as they are.
 */
final class TilePolicy implements Policy {
  private final ActionValues values;
  private final DoubleSupplier epsilon;

  TilePolicy(ActionValues values, DoubleSupplier epsilon) {
    this.values = values;
    this.epsilon = epsilon;
  }

  @Override
  public PolicyState newState(int rows, RandomGenerator random) {
    return new State(rows, random, values);
  }

  @Override
  public void act(PolicyInput input, PolicyState state, boolean deterministic, ActionBatch out) {
    State scratch = (State) state;
    ObservationBatch.Float32 observations = (ObservationBatch.Float32) input.observations();
    int[] actions = ((ActionBatch.Discrete) out).values();
    for (int row = 0; row < actions.length; row++) {
      values.coding().find(observations.values(), row * observations.width(), scratch.tiles, 0);
      values.all(scratch.tiles, 0, scratch.values);
      int maskAt = row * values.actions();
      actions[row] =
          deterministic
              ? ActionValues.greedy(scratch.values, input.actionMask(), maskAt)
              : ActionValues.epsilonGreedy(
                  scratch.values,
                  input.actionMask(),
                  maskAt,
                  epsilon.getAsDouble(),
                  state.random());
    }
  }

  /** Nothing is carried from step to step; this is room to work in. */
  private static final class State extends PolicyState {
    private final int[] tiles;
    private final double[] values;

    State(int rows, RandomGenerator random, ActionValues values) {
      super(rows, new float[0], random);
      tiles = new int[values.coding().tilings()];
      this.values = new double[values.actions()];
    }
  }
}
