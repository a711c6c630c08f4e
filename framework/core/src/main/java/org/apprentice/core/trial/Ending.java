package org.apprentice.core.trial;

import org.apprentice.rl.Evaluation;
import org.apprentice.spi.Progress;

/** Why a training returned. */
sealed interface Ending {
  /** The trial is over. */
  record Finished(TrialResult result) implements Ending {}

  /**
   * It came to where it was to pause.
   *
   * @param evaluation of the policy there
   */
  record Paused(Progress progress, Evaluation evaluation) implements Ending {}

  /** A stop was requested. */
  record Stopped() implements Ending {}
}
