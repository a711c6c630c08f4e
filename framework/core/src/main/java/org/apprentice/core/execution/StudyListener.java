package org.apprentice.core.execution;

import java.nio.file.Path;
import java.util.List;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.TrialStatus;

/** Hears how a study goes. */
public interface StudyListener extends LaunchListener {
  /**
   * Further trials belong to the study.
   *
   * @param trials all so far
   */
  void planned(List<Trial> trials);

  /**
   * A trial was trained before.
   *
   * @param others names of other studies that it was trained or used by; empty if by none
   */
  void reused(Trial trial, Path runFolder, TrialStatus status, List<String> others);

  /** A trial's training ended or paused, well or not. */
  void ended(Trial trial, Path runFolder, TrialStatus status);

  /** A trial does not go on, since its cell did worse than others. */
  void pruned(Trial trial, String why);

  /**
   * A trial's worker died.
   *
   * @param again whether the trial is tried again
   */
  void died(Trial trial, String how, boolean again);
}
