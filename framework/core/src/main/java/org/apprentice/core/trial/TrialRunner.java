package org.apprentice.core.trial;

import com.google.inject.Guice;
import com.google.inject.Injector;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apprentice.core.config.Trial;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.tracking.Journal;

/**
 * Trains trials, each in its folder {@code <results>/runs/<key>}: what is finished is reused, what
 * was interrupted goes on from its newest checkpoint.
 */
public final class TrialRunner {
  private final Path results;
  private final Deliveries deliveries;
  private final TrialListener listener;
  private final BooleanSupplier stopRequested;

  /**
   * @param stopRequested asked between iterations; a stopped trial writes a checkpoint and ends as
   *     KILLED
   */
  public TrialRunner(
      Path results, Deliveries deliveries, TrialListener listener, BooleanSupplier stopRequested) {
    this.results = results;
    this.deliveries = deliveries;
    this.listener = listener;
    this.stopRequested = stopRequested;
  }

  /**
   * Trains a trial and, before it, the experts it learns from.
   *
   * @param source the experiment file
   * @param fresh train anew beside a finished run of the same key
   */
  public TrialStatus run(Trial trial, Path source, boolean fresh) throws IOException {
    deliveries.open(trial);
    for (Trial expert : trial.prerequisites()) {
      TrialStatus status = runExpert(expert, source);
      if (status.state() != TrialStatus.State.FINISHED) {
        return status;
      }
    }
    return run(trial, source, RunFolder.forTrial(results, trial.key(), fresh));
  }

  /** Goes on with a trial in the folder where it was interrupted. */
  public TrialStatus resume(Trial trial, RunFolder folder) throws IOException {
    deliveries.open(trial);
    for (Trial expert : trial.prerequisites()) {
      TrialStatus status = runExpert(expert, folder.resolvedConfig());
      if (status.state() != TrialStatus.State.FINISHED) {
        return status;
      }
    }
    return run(trial, folder.resolvedConfig(), folder);
  }

  /**
   * Under a lock: of several processes that need the same expert one trains it, the others wait and
   * reuse it.
   */
  private TrialStatus runExpert(Trial expert, Path source) throws IOException {
    RunFolder folder = RunFolder.forTrial(results, expert.key(), false);
    try (FileChannel channel =
            FileChannel.open(
                folder.path().resolve("expert.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = waitFor(channel, expert)) {
      return run(expert, source, false);
    }
  }

  private FileLock waitFor(FileChannel channel, Trial expert) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock != null) {
      return lock;
    }
    listener.warned("waiting for another process that trains the expert " + Summary.name(expert));
    return channel.lock();
  }

  private TrialStatus run(Trial trial, Path source, RunFolder folder) throws IOException {
    Optional<TrialStatus> before = folder.status();
    if (before.isPresent() && before.get().state() == TrialStatus.State.FINISHED) {
      listener.reused(trial, folder.path(), before.get());
      return before.get();
    }
    try (Journal journal = folder.openJournal()) {
      return new Attempt(trial, source, folder, journal).run();
    }
  }

  /** One attempt at a trial: from its start, or from a checkpoint to its end. */
  private final class Attempt {
    private final Trial trial;
    private final Path source;
    private final RunFolder folder;
    private final Journal journal;
    private final RunLog log;
    private final Checkpoints checkpoints;
    private final TrialDemonstrations demonstrations;
    private TrialStatus status;

    Attempt(Trial trial, Path source, RunFolder folder, Journal journal) {
      this.trial = trial;
      this.source = source;
      this.folder = folder;
      this.journal = journal;
      log = new RunLog(journal);
      checkpoints = new Checkpoints(folder.path(), trial.experiment().checkpoint().keep());
      demonstrations = new TrialDemonstrations(trial, results);
    }

    TrialStatus run() throws IOException {
      begin();
      try {
        Optional<TrialResult> result = train();
        if (result.isPresent()) {
          end(TrialStatus.State.FINISHED, null, result.get());
        } else {
          end(TrialStatus.State.KILLED, "interrupted", null);
        }
      } catch (IOException | RuntimeException | Error e) {
        fail(e);
        throw e;
      }
      listener.ended(trial, folder.path(), status);
      return status;
    }

    private void begin() throws IOException {
      Optional<TrialStatus> before = folder.status();
      String name = Summary.name(trial);
      status =
          before.isPresent()
              ? before.get().running()
              : new TrialStatus(
                  trial.key(),
                  RunSpec.newUid(),
                  name,
                  TrialStatus.State.RUNNING,
                  System.currentTimeMillis(),
                  null,
                  null);
      Files.writeString(
          folder.path().resolve("resolved.conf"), trial.resolved(), StandardCharsets.UTF_8);
      if (before.isEmpty()) {
        log.describe(trial, source, folder.path());
      }
      status.write(folder.path());
      deliveries.track(
          trial,
          journal,
          new RunSpec(
              status.uid(),
              trial.experiment().tracking().experiment(),
              name,
              status.startMillis(),
              folder.path()));
      log.started();
    }

    private Optional<TrialResult> train() throws IOException {
      Injector injector = Guice.createInjector(new TrialModule(trial.experiment(), demonstrations));
      try (Algorithm algorithm = injector.getInstance(Algorithm.class);
          Trainer trainer =
              new Trainer(
                  trial.experiment(),
                  algorithm,
                  injector.getInstance(EnvironmentFactory.class),
                  injector.getInstance(RandomStreams.class),
                  log,
                  checkpoints,
                  listener,
                  stopRequested)) {
        Optional<Path> checkpoint = checkpoints.newest();
        if (checkpoint.isPresent()) {
          trainer.restore(checkpoint.get());
        } else {
          log.replayFrom(0);
        }
        listener.started(trial, folder.path(), algorithm.progress().done());
        Optional<TrialResult> result = trainer.train(demonstrations.meanReturn());
        if (result.isPresent()) {
          writeArtifacts(algorithm, trainer.finalEvaluation(), result.get());
        }
        return result;
      }
    }

    private void writeArtifacts(Algorithm algorithm, Evaluation evaluation, TrialResult result)
        throws IOException {
      Path path = folder.path();
      StringBuilder table = new StringBuilder("episode,return,length\n");
      for (int episode = 0; episode < evaluation.episodes(); episode++) {
        table
            .append(episode)
            .append(',')
            .append(evaluation.returns()[episode])
            .append(',')
            .append(evaluation.lengths()[episode])
            .append('\n');
      }
      Files.writeString(path.resolve("evaluation.csv"), table, StandardCharsets.UTF_8);
      log.artifact("evaluation.csv", "evaluation.csv");
      if (algorithm.network() != null) {
        algorithm.network().export(path.resolve("model.zip"));
        log.artifact("model.zip", "model/model.zip");
      }
      LearningCurve.of(folder.path())
          .write(
              path.resolve("learning-curve.png"),
              status.name(),
              result.unit().toString(),
              Optional.ofNullable(result.threshold()),
              Optional.ofNullable(result.expertReturn()));
      log.artifact("learning-curve.png", "learning-curve.png");
      log.artifact("resolved.conf", "resolved.conf");
      log.tag("mlflow.note.content", Summary.markdown(trial, result));
    }

    private void end(TrialStatus.State state, String message, TrialResult result)
        throws IOException {
      log.finished(RunEvent.Status.valueOf(state.name()));
      status = status.ended(state, message, result);
      status.write(folder.path());
    }

    /** Writes down why; that this too may fail (a full disk) must not hide the cause. */
    private void fail(Throwable cause) {
      try {
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        log.tag("mlflow.note.content", "Failed: " + message);
        end(TrialStatus.State.FAILED, message, null);
      } catch (IOException | RuntimeException e) {
        cause.addSuppressed(e);
      }
    }
  }
}
