package org.apprentice.core.execution;

import java.util.concurrent.CompletableFuture;
import org.apprentice.core.trial.TrialStatus;

/** Carries out trainings somewhere: in worker processes, or in this one. */
public interface Launcher extends AutoCloseable {
  /** How many trainings go on at once. */
  int slots();

  /**
   * Begins a training, or goes on with it. To be called while less than {@link #slots} are under
   * way.
   *
   * @return how the training ended or paused, well or not. Completed exceptionally with {@link
   *     WorkerDiedException} if whoever did it is gone, with another exception if it could not even
   *     begin.
   */
  CompletableFuture<TrialStatus> submit(Assignment assignment);

  /** Has trainings end soon, each with a checkpoint. */
  void stop();

  /** Waits for trainings under way. */
  @Override
  void close();
}
