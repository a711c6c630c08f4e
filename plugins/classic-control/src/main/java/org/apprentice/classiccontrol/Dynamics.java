package org.apprentice.classiccontrol;

import org.apache.commons.rng.UniformRandomProvider;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Frame;

/**
 * The equations of one task, without memory of their own. Copy {@code i} has its state in {@code
 * states[i * stateWidth() .. (i + 1) * stateWidth() - 1]}. Copies are advanced together so that the
 * call costs one dispatch per step, not one per copy.
 */
interface Dynamics {
  EnvironmentSpec spec();

  /** Numbers of state per copy. */
  int stateWidth();

  /** Draws the state that an episode of this copy starts from. */
  void start(UniformRandomProvider random, double[] states, int copy);

  /**
   * Advances every copy by one step.
   *
   * @param actions of the spec's action space: indices in range, or finite numbers
   * @param rewards {@code [copies]}, overwritten
   * @param terminated {@code [copies]}, overwritten
   */
  void advance(double[] states, ActionBatch actions, double[] rewards, boolean[] terminated);

  /** Writes what copies {@code from .. to - 1} show into their rows of {@code out}. */
  void observe(double[] states, int from, int to, float[] out);

  /** What a copy looks like. */
  Frame render(double[] states, int copy);
}
