package org.apprentice.spi;

import java.util.random.RandomGenerator;

/** Chooses actions. */
public interface Policy {
  /** A fresh state for so many copies, drawing stochastic actions from the given generator. */
  PolicyState newState(int rows, RandomGenerator random);

  /**
   * Chooses one action per row, an allowed one.
   *
   * @param state advanced by one step
   * @param deterministic the most likely action (or the mean) instead of a draw
   */
  void act(PolicyInput input, PolicyState state, boolean deterministic, ActionBatch out);
}
