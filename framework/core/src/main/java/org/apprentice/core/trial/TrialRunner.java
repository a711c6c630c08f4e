package org.apprentice.core.trial;

import com.google.inject.Injector;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apprentice.core.config.Secrets;
import org.apprentice.core.config.Trial;
import org.apprentice.rl.DamagedStateException;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Table;
import org.apprentice.tracking.Journal;
import org.apprentice.tracking.RunManifest;

/**
 * Trains trials, each in its folder {@code <results>/runs/<key>}: what is finished is reused, what
 * was interrupted goes on from its newest checkpoint.
 */
public final class TrialRunner {
  private static final String AGENT_AND_EXPERT = "agent-and-expert.png";
  private static final long WAITING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Path results;
  private final JournalOutlet outlet;
  private final TrialListener listener;
  private final BooleanSupplier stopRequested;
  private final boolean patient;

  /**
   * @param outlet {@link Deliveries}, or {@link LeftToFollower} in a worker process
   * @param stopRequested asked between iterations; a stopped trial writes a checkpoint and ends as
   *     KILLED
   */
  public TrialRunner(
      Path results, JournalOutlet outlet, TrialListener listener, BooleanSupplier stopRequested) {
    this(results, outlet, listener, stopRequested, false);
  }

  /**
   * @param patient wait while another process trains the same trial; otherwise that is an error
   */
  public TrialRunner(
      Path results,
      JournalOutlet outlet,
      TrialListener listener,
      BooleanSupplier stopRequested,
      boolean patient) {
    this.results = results;
    this.outlet = outlet;
    this.listener = listener;
    this.stopRequested = stopRequested;
    this.patient = patient;
  }

  /**
   * Trains a trial and, before it, the experts it learns from.
   *
   * @param source the experiment file
   * @param fresh train anew beside a run of the same key that ended
   */
  public TrialStatus run(Trial trial, Path source, boolean fresh) throws IOException {
    return run(trial, source, fresh, OptionalLong.empty(), Optional.empty());
  }

  /**
   * Trains a trial of a study and, before it, the experts it learns from.
   *
   * @param source the experiment file
   * @param fresh train anew beside a run of the same key that ended or was paused; otherwise the
   *     newest goes on
   * @param until progress (steps or epochs) at or beyond which training pauses, after the first
   *     iteration that comes to it: the policy is evaluated there, which the status tells, a
   *     checkpoint is left, and the run is KILLED. Run again it goes on as if it had not paused.
   * @param parent id of the study's own run at the tracking place, below which this one is shown
   *     unless it is shown below another study's already; experts are not
   */
  public TrialStatus run(
      Trial trial, Path source, boolean fresh, OptionalLong until, Optional<String> parent)
      throws IOException {
    outlet.prepare(trial);
    Optional<TrialStatus> interrupted = runExperts(trial);
    return interrupted.isPresent()
        ? interrupted.get()
        : run(
            trial, source, RunFolder.forTrial(results, trial.key(), fresh), until, patient, parent);
  }

  /** Goes on with a trial in the folder where it was interrupted. */
  public TrialStatus resume(Trial trial, RunFolder folder) throws IOException {
    outlet.prepare(trial);
    Optional<TrialStatus> interrupted = runExperts(trial);
    return interrupted.isPresent()
        ? interrupted.get()
        : run(
            trial, folder.resolvedConfig(), folder, OptionalLong.empty(), false, Optional.empty());
  }

  /**
   * Gives a trial up that cannot be trained, such as one whose processes died: it counts as failed.
   *
   * @param source the experiment file
   * @param fresh as for {@link #run(Trial, Path, boolean, OptionalLong, Optional)}
   * @param parent as there
   * @param message why
   */
  public TrialStatus giveUp(
      Trial trial, Path source, boolean fresh, Optional<String> parent, String message)
      throws IOException {
    RunFolder folder = RunFolder.forTrial(results, trial.key(), fresh);
    try (Journal journal = folder.openJournal()) {
      Optional<TrialStatus> before = folder.status();
      Attempt attempt = new Attempt(trial, source, folder, journal, before, parent);
      return before.isPresent() && before.get().state() == TrialStatus.State.FINISHED
          ? before.get()
          : attempt.giveUp(message);
    }
  }

  /** The status of the expert that was interrupted; empty if all are finished. */
  private Optional<TrialStatus> runExperts(Trial trial) throws IOException {
    for (Map.Entry<Path, Trial> entry : trial.experts().entrySet()) {
      Trial expert = entry.getValue();
      outlet.prepare(expert);
      Optional<TrialStatus> interrupted = runExperts(expert);
      if (interrupted.isPresent()) {
        return interrupted;
      }
      RunFolder folder = RunFolder.forTrial(results, expert.key(), false);
      TrialStatus status =
          run(expert, entry.getKey(), folder, OptionalLong.empty(), true, Optional.empty());
      if (status.state() != TrialStatus.State.FINISHED) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }

  /**
   * Under a lock: of several processes that need the same expert one trains it, the others wait and
   * reuse it.
   *
   * @param patient wait for another process that trains this; otherwise it is an error
   */
  private TrialStatus run(
      Trial trial,
      Path source,
      RunFolder folder,
      OptionalLong until,
      boolean patient,
      Optional<String> parent)
      throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                folder.path().resolve("training.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = patient ? waitFor(channel, trial) : tryLock(channel)) {
      Optional<TrialStatus> before = folder.status();
      if (before.isPresent() && before.get().state() == TrialStatus.State.FINISHED) {
        reuse(trial, folder, lock, parent);
        listener.reused(trial, folder.path(), before.get());
        outlet.redeliver(trial, before.get().spec(trial, folder.path()));
        return before.get();
      }
      // Without the lock this throws, naming the process that has it.
      try (Journal journal = folder.openJournal()) {
        return new Attempt(trial, source, folder, journal, before, parent).run(until);
      }
    }
  }

  /**
   * A finished run's journal takes further tags: of those who may write it, only this one holds its
   * locks. Without them another process is about to say much the same, and the tags may wait.
   */
  private static void reuse(Trial trial, RunFolder folder, FileLock lock, Optional<String> parent)
      throws IOException {
    boolean joined = folder.enroll(Membership.of(trial));
    if ((joined || folder.lacksParent(trial, parent)) && lock != null) {
      try (Journal journal = folder.openJournal()) {
        TrialStatus status = folder.status().orElseThrow();
        join(trial, folder, new RunLog(journal, status), parent);
      }
    }
  }

  /** Tells which studies a run belongs to. */
  private static void join(Trial trial, RunFolder folder, RunLog log, Optional<String> parent)
      throws IOException {
    log.belongsTo(folder.memberships());
    if (folder.lacksParent(trial, parent)) {
      log.childOf(parent.get());
    }
    log.sync();
    if (folder.lacksParent(trial, parent)) {
      folder.writeParent(parent.get());
    }
  }

  private FileLock waitFor(FileChannel channel, Trial expert) throws IOException {
    FileLock lock = tryLock(channel);
    if (lock == null) {
      listener.warned("waiting for another process that trains " + Summary.name(expert));
    }
    while (lock == null) {
      if (stopRequested.getAsBoolean()) {
        throw new TrialException("interrupted while another process trained the same");
      }
      LockSupport.parkNanos(WAITING_NANOS);
      lock = tryLock(channel);
    }
    return lock;
  }

  /** Null if another process, or another thread of this one, has the lock. */
  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** One attempt at a trial: from its start, or from a checkpoint to its end. */
  private final class Attempt {
    private final Trial trial;
    private final Path source;
    private final RunFolder folder;
    private final Journal journal;
    private final Optional<String> parent;
    private final RunLog log;
    private final Checkpoints checkpoints;
    private final TrialDemonstrations demonstrations;
    private final boolean first;
    private TrialStatus status;

    Attempt(
        Trial trial,
        Path source,
        RunFolder folder,
        Journal journal,
        Optional<TrialStatus> before,
        Optional<String> parent) {
      this.trial = trial;
      this.source = source;
      this.folder = folder;
      this.journal = journal;
      this.parent = parent;
      checkpoints = new Checkpoints(folder.path(), trial.experiment().checkpoint().keep());
      demonstrations = new TrialDemonstrations(trial, results);
      first = before.isEmpty();
      status =
          before.isPresent()
              ? before.get().running()
              : TrialStatus.begun(trial.key(), Summary.name(trial));
      log = new RunLog(journal, status);
    }

    TrialStatus run(OptionalLong until) throws IOException {
      begin();
      try {
        Ending ending = train(until);
        if (ending instanceof Ending.Finished finished) {
          end(status.finished(finished.result()));
        } else if (ending instanceof Ending.Paused paused) {
          end(status.paused(paused.progress(), paused.evaluation().mean()));
        } else {
          end(status.killed("interrupted"));
        }
      } catch (IOException | RuntimeException | Error e) {
        fail(e);
        throw e;
      } finally {
        listener.ended(trial, folder.path(), status);
      }
      return status;
    }

    TrialStatus giveUp(String message) throws IOException {
      begin();
      fail(new TrialException(message));
      return status;
    }

    /** What describes the run is on disk before its status: a run that has one is described. */
    private void begin() throws IOException {
      folder.writeResolvedConfig(trial);
      folder.enroll(Membership.of(trial));
      if (first) {
        log.describe(trial, source, folder.path());
      }
      join(trial, folder, log, parent);
      status.write(folder.path());
      RunSpec spec = status.spec(trial, folder.path());
      RunManifest.write(
          spec, trial.experiment().tracking().uri(), trial.experiment().tracking().points());
      outlet.track(trial, journal, spec);
      log.started();
    }

    /** From the newest sound checkpoint. */
    private Ending train(OptionalLong until) throws IOException {
      Optional<Path> checkpoint = checkpoints.newest();
      while (checkpoint.isPresent()) {
        try {
          return trainFrom(checkpoint, until);
        } catch (DamagedStateException e) {
          if (checkpoints.all().size() == 1) {
            throw new TrialException(
                "%s; no other checkpoint is left. Delete %s to train the run from its start"
                    .formatted(e.getMessage(), checkpoint.get()),
                e);
          }
          checkpoints.setAside(checkpoint.get());
          checkpoint = checkpoints.newest();
          listener.warned(
              "%s; the run goes on from the checkpoint before, %s"
                  .formatted(e.getMessage(), checkpoint.get().getFileName()));
        }
      }
      return trainFrom(Optional.empty(), until);
    }

    private Ending trainFrom(Optional<Path> checkpoint, OptionalLong until) throws IOException {
      Injector injector = TrialModule.injector(trial, demonstrations);
      try (Algorithm algorithm = TrialModule.algorithm(injector);
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
        if (checkpoint.isPresent()) {
          trainer.restore(checkpoint.get());
        } else {
          trial
              .experiment()
              .training()
              .initial()
              .ifPresent(it -> WarmStart.apply(it, results, algorithm));
          log.replayFrom(0);
        }
        demonstrations.loaded().forEach(it -> log.dataset(it.dataset()));
        demonstrations.warnings().forEach(listener::warned);
        listener.started(trial, folder.path(), algorithm.progress().done());
        Ending ending = trainer.train(demonstrations.meanReturn(), until);
        if (ending instanceof Ending.Finished finished) {
          try {
            writeArtifacts(algorithm, trainer.finalEvaluation(), finished.result());
          } catch (IOException e) {
            throw folder.unwritable(folder.path(), e);
          }
        }
        return ending;
      }
    }

    private void writeArtifacts(Algorithm algorithm, Evaluation evaluation, TrialResult result)
        throws IOException {
      Path path = folder.path();
      List<Table> tables = new ArrayList<>(List.of(RunTables.of(evaluation)));
      tables.addAll(algorithm.tables());
      RunTables.write(path, tables, log);
      if (algorithm.network() != null) {
        ModelFolder.write(path, trial, status, algorithm.network(), log);
      }
      LearningCurve.of(folder.path())
          .write(
              path.resolve("learning-curve.png"),
              status.name(),
              result.unit().toString(),
              Optional.ofNullable(result.threshold()),
              Optional.ofNullable(result.expertReturn()));
      log.artifact("learning-curve.png", "learning-curve.png");
      Optional<double[]> expert = demonstrations.returns();
      if (expert.isPresent()) {
        AgentAndExpert.of(path, evaluation.returns(), expert.get())
            .write(path.resolve(AGENT_AND_EXPERT), status.name(), result.unit().toString());
        log.artifact(AGENT_AND_EXPERT, AGENT_AND_EXPERT);
      }
      log.tag("mlflow.note.content", Summary.markdown(trial, result));
      log.result(result);
    }

    private void end(TrialStatus ended) throws IOException {
      log.finished(RunEvent.Status.valueOf(ended.state().name()));
      status = ended;
      status.write(folder.path());
    }

    /** Writes down why, wherever it can: that this too may fail must not hide the cause. */
    private void fail(Throwable cause) {
      String message =
          Secrets.hidden(cause.getMessage() == null ? cause.toString() : cause.getMessage());
      status = status.failed(message);
      try {
        status.write(folder.path());
      } catch (IOException | RuntimeException e) {
        cause.addSuppressed(e);
      }
      try {
        log.failed(message);
      } catch (RuntimeException e) {
        cause.addSuppressed(e);
      }
    }
  }
}
