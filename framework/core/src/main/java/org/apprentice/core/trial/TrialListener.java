package org.apprentice.core.trial;

import java.nio.file.Path;
import org.apprentice.core.config.Trial;
import org.apprentice.rl.Evaluation;
import org.apprentice.spi.Progress;

/** Hears what a trial is doing, on the training thread. */
public interface TrialListener {
  /** A trial begins, or goes on from a checkpoint at {@code resumedAt} (0: from the start). */
  default void started(Trial trial, Path runFolder, long resumedAt) {}

  /** A trial was trained before and is not trained again. */
  default void reused(Trial trial, Path runFolder, TrialStatus status) {}

  /**
   * @param meanReturn of the last 100 training episodes; NaN before the first
   */
  default void progressed(Progress progress, double stepsPerSecond, double meanReturn) {}

  default void evaluated(Progress progress, Evaluation evaluation) {}

  /** Something the user should know, in one line. */
  default void warned(String message) {}

  default void ended(Trial trial, Path runFolder, TrialStatus status) {}
}
