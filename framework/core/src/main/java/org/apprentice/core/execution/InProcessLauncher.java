package org.apprentice.core.execution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.LeftToFollower;
import org.apprentice.core.trial.TrialListener;
import org.apprentice.core.trial.TrialRunner;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.rl.Evaluation;
import org.apprentice.spi.Progress;

/** Trains in this process, one trial after the other. What ends the process ends the study. */
final class InProcessLauncher implements Launcher {
  private final Path results;
  private final LaunchListener listener;
  private final LeftToFollower journals = new LeftToFollower();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(it -> new Thread(it, "training"));

  InProcessLauncher(Path results, LaunchListener listener) {
    this.results = results;
    this.listener = listener;
  }

  @Override
  public int slots() {
    return 1;
  }

  @Override
  public CompletableFuture<TrialStatus> submit(Assignment assignment) {
    return CompletableFuture.supplyAsync(() -> train(assignment), thread);
  }

  private TrialStatus train(Assignment assignment) {
    Reports reports = new Reports();
    BooleanSupplier stop = stopped::get;
    try {
      return new TrialRunner(results, journals, reports, stop, true)
          .run(
              assignment.trial(),
              assignment.source(),
              assignment.fresh(),
              assignment.until(),
              assignment.parent());
    } catch (IOException | RuntimeException e) {
      if (reports.ended == null) {
        throw new CompletionException(e);
      }
      return reports.ended;
    }
  }

  @Override
  public void stop() {
    stopped.set(true);
  }

  @Override
  public void close() {
    stop();
    thread.shutdown();
    try {
      thread.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    journals.close();
  }

  private final class Reports implements TrialListener {
    private Trial trial;
    private TrialStatus ended;

    @Override
    public void started(Trial started, Path runFolder, long resumedAt) {
      trial = started;
      listener.started(0, started, resumedAt);
    }

    @Override
    public void progressed(Progress progress, double stepsPerSecond, double meanReturn) {
      listener.progressed(0, trial, progress, stepsPerSecond, meanReturn);
    }

    @Override
    public void evaluated(Progress progress, Evaluation evaluation) {
      listener.evaluated(0, trial, evaluation.mean());
    }

    @Override
    public void warned(String message) {
      listener.warned(message);
    }

    @Override
    public void ended(Trial trained, Path runFolder, TrialStatus status) {
      ended = status;
    }
  }
}
