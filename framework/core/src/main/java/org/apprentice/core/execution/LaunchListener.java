package org.apprentice.core.execution;

import org.apprentice.core.config.Trial;
import org.apprentice.spi.Progress;

/** Hears how trainings go, on any thread. */
public interface LaunchListener {
  /**
   * @param slot that does it, from 0
   * @param resumedAt progress of the checkpoint that it goes on from; 0 at the start
   */
  void started(int slot, Trial trial, long resumedAt);

  /**
   * @param meanReturn of the last 100 training episodes; NaN before the first
   */
  void progressed(
      int slot, Trial trial, Progress progress, double stepsPerSecond, double meanReturn);

  void evaluated(int slot, Trial trial, double meanReturn);

  /** Something the user should know, in one line. */
  void warned(String message);
}
