package org.apprentice.testkit.components;

import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;

/** Rules of a game in which a secret is shown and has to be given back. */
interface Game {
  EnvironmentSpec spec();

  /** Steps of an episode. */
  int length();

  /** Whether the last step ends the task (terminated) or only the episode (truncated). */
  boolean terminates();

  /** Whether there is a new secret in every step, or one for the whole episode. */
  boolean redraws();

  /** Whether some actions are not allowed in some steps. */
  default boolean masked() {
    return false;
  }

  /** Whether an action is allowed in step {@code step} (from 0) of an episode. */
  default boolean allowed(int step, int action) {
    return true;
  }

  double draw(RandomGenerator random);

  /** Writes what the policy sees before it takes step {@code step} (from 0) of an episode. */
  void show(double secret, int step, ObservationBatch out, int row);

  double reward(double secret, int step, ActionBatch actions, int row);
}
