package org.apprentice.testkit.components;

import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;

/** A policy without network and memory that observes vectors. */
@FunctionalInterface
public interface Rule extends Policy {
  /** Gives back the number that {@code identity-continuous} shows. */
  Rule REPEAT =
      (values, width, row, out) ->
          ((ActionBatch.Continuous) out).values()[row] = values[row * width];

  /**
   * Chooses the action of a row.
   *
   * @param observations {@code [rows x width]}
   */
  void choose(float[] observations, int width, int row, ActionBatch out);

  @Override
  default PolicyState newState(int rows, RandomGenerator random) {
    return new PolicyState(rows, new float[0], random);
  }

  @Override
  default void act(PolicyInput input, PolicyState state, boolean deterministic, ActionBatch out) {
    float[] values = ((ObservationBatch.Float32) input.observations()).values();
    for (int row = 0; row < state.rows(); row++) {
      choose(values, input.observations().width(), row, out);
    }
  }
}
