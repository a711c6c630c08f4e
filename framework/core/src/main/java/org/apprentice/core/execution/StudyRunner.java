package org.apprentice.core.execution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.Deliveries;
import org.apprentice.core.trial.Membership;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.TrialListener;
import org.apprentice.core.trial.TrialRunner;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.Progress;

/**
 * Carries out a study: what its schedule wants next goes to a launcher, experts before those who
 * learn from them, and what was trained before is not trained again. What is finished is known by
 * the runs' own folders, so a study that was cut off anywhere goes on by being run again.
 */
public final class StudyRunner {
  /**
   * What to do when something goes wrong.
   *
   * @param retries how often a training whose worker died is taken up again
   * @param stopOnFailure end the study at the first trial that fails
   */
  public record Policy(int retries, boolean stopOnFailure) {}

  /** How a study ended. */
  public enum End {
    FINISHED,
    /** Some of its trials failed. */
    FAILED,
    INTERRUPTED
  }

  /** A training under way, or to be: for a task, or of an expert for several. */
  private record Job(Trial trial, Path source, OptionalLong until, Optional<Schedule.Task> task) {}

  /** What a launcher, on a thread of its own, has to tell. */
  private sealed interface News {
    /** The run's folder is there. */
    record Started(Trial trial, int slot, long resumedAt) implements News {}

    /** Either is null. */
    record Ended(Job job, TrialStatus status, Throwable failure) implements News {}
  }

  private static final long STOP_POLL_MILLIS = 100;

  private final Path results;
  private final Study study;
  private final Schedule schedule;
  private final Scores scores;
  private final Chronicle chronicle;
  private final Deliveries deliveries;
  private final StudyListener listener;
  private final Policy policy;
  private final BooleanSupplier stopRequested;
  private final boolean fresh;

  private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
  private final Deque<Schedule.Task> ready = new ArrayDeque<>();
  private final Deque<Job> jobs = new ArrayDeque<>();

  /** Tasks that wait for a trial's training to end, by its key. */
  private final Map<String, List<Schedule.Task>> waiting = new HashMap<>();

  private final Set<String> running = new HashSet<>();
  private final Set<String> trained = new HashSet<>();
  private final Map<String, Integer> deaths = new HashMap<>();
  private final Map<String, TrialStatus> ended = new LinkedHashMap<>();
  private Launcher launcher;
  private boolean stopping;

  /**
   * @param fresh train anew what was trained before
   */
  StudyRunner(
      Path results,
      Study study,
      Chronicle chronicle,
      Deliveries deliveries,
      StudyListener listener,
      Policy policy,
      BooleanSupplier stopRequested,
      boolean fresh) {
    this.results = results;
    this.study = study;
    this.schedule = new Schedule(study);
    this.scores = new Scores(study);
    this.chronicle = chronicle;
    this.deliveries = deliveries;
    this.listener = listener;
    this.policy = policy;
    this.stopRequested = stopRequested;
    this.fresh = fresh;
  }

  /** What became of the trials, by key, in the order of their ends. */
  Map<String, TrialStatus> ended() {
    return ended;
  }

  /**
   * Trains what is missing.
   *
   * @param where tells {@link #launchListener}; is closed by its owner
   */
  End run(Launcher where) throws IOException, InterruptedException {
    launcher = where;
    while (true) {
      submit();
      if (running.isEmpty()) {
        return end();
      }
      News next = news.poll(STOP_POLL_MILLIS, TimeUnit.MILLISECONDS);
      if (next instanceof News.Started started) {
        chronicle.started(started.trial(), started.slot(), started.resumedAt());
      } else if (next instanceof News.Ended end) {
        heard(end);
      }
      if (!stopping && stopRequested.getAsBoolean()) {
        stop();
      }
    }
  }

  private End end() {
    if (stopRequested.getAsBoolean()) {
      return End.INTERRUPTED;
    }
    boolean failed = ended.values().stream().anyMatch(it -> it.state() == TrialStatus.State.FAILED);
    return failed ? End.FAILED : End.FINISHED;
  }

  private void stop() {
    stopping = true;
    launcher.stop();
  }

  private void submit() throws IOException {
    while (!stopping && running.size() < launcher.slots()) {
      Optional<Job> job = nextJob();
      if (job.isEmpty()) {
        return;
      }
      begin(job.get());
    }
  }

  private Optional<Job> nextJob() throws IOException {
    while (true) {
      if (!jobs.isEmpty()) {
        return Optional.of(jobs.removeFirst());
      }
      chronicle.keepUp(schedule);
      Schedule.Task task = ready.isEmpty() ? schedule.next().orElse(null) : ready.removeFirst();
      if (task == null) {
        chronicle.keepUp(schedule); // that there is nothing more to do may have pruned the rest
        return Optional.empty();
      }
      consider(task);
    }
  }

  /** Makes jobs of what a task needs, or none if it is done already or has to wait. */
  private void consider(Schedule.Task task) throws IOException {
    Trial trial = task.trial();
    if (isUnderWay(trial)) {
      await(trial, task);
      return;
    }
    if (!isToBeAnew(trial.key()) && isFinished(trial)) {
      reuse(trial);
      schedule.done(task, known(task).orElseThrow());
      return;
    }
    Optional<Outcome> known = known(task);
    if (known.isPresent()) {
      schedule.done(task, known.get());
      return;
    }
    TrialStatus before = ended.get(trial.key());
    if (before != null && before.state() == TrialStatus.State.FAILED) {
      schedule.done(task, new Outcome.Failed());
      return;
    }
    Optional<Trial> failed = failedExpert(trial);
    if (failed.isPresent()) {
      Job job = new Job(trial, study.file(), task.until(), Optional.of(task));
      conclude(job, giveUp(job, "its expert %s failed".formatted(failed.get().key())));
      schedule.done(task, new Outcome.Failed());
      return;
    }
    Optional<Trial> expert = needExpert(trial);
    if (expert.isPresent()) {
      await(expert.get(), task);
    } else {
      jobs.add(new Job(trial, study.file(), task.until(), Optional.of(task)));
    }
  }

  /** What a task comes to by the run that there is. */
  private Optional<Outcome> known(Schedule.Task task) throws IOException {
    String key = task.trial().key();
    return isToBeAnew(key)
        ? Optional.empty()
        : scores.known(RunFolder.newest(results, key).path(), task.until());
  }

  /** Whether the runs that there are of a trial do not count. */
  private boolean isToBeAnew(String key) {
    return fresh && !trained.contains(key);
  }

  /** Experts serve many studies: they are never trained anew for one. */
  private boolean isToBeAnew(Job job) {
    return job.task().isPresent() && isToBeAnew(job.trial().key());
  }

  private boolean isUnderWay(Trial trial) {
    return running.contains(trial.key())
        || jobs.stream().anyMatch(job -> job.trial().key().equals(trial.key()));
  }

  private void await(Trial trial, Schedule.Task task) {
    waiting.computeIfAbsent(trial.key(), key -> new ArrayList<>()).add(task);
  }

  private boolean isFinished(Trial trial) throws IOException {
    return RunFolder.status(results, trial.key())
        .filter(it -> it.state() == TrialStatus.State.FINISHED)
        .isPresent();
  }

  /** The first expert, of experts of experts first, that is still to be trained. */
  private Optional<Trial> needExpert(Trial trial) throws IOException {
    for (Map.Entry<Path, Trial> entry : trial.experts().entrySet()) {
      Trial expert = entry.getValue();
      if (isFinished(expert)) {
        continue;
      }
      Optional<Trial> deeper = needExpert(expert);
      if (deeper.isEmpty() && !isUnderWay(expert)) {
        jobs.add(new Job(expert, entry.getKey(), OptionalLong.empty(), Optional.empty()));
      }
      return deeper.or(() -> Optional.of(expert));
    }
    return Optional.empty();
  }

  private Optional<Trial> failedExpert(Trial trial) {
    for (Trial expert : trial.prerequisites()) {
      TrialStatus status = ended.get(expert.key());
      if (status != null && status.state() == TrialStatus.State.FAILED) {
        return Optional.of(expert);
      }
      Optional<Trial> deeper = failedExpert(expert);
      if (deeper.isPresent()) {
        return deeper;
      }
    }
    return Optional.empty();
  }

  /** Counts a finished trial to the study, unless this study trained it just now. */
  private void reuse(Trial trial) throws IOException {
    if (ended.containsKey(trial.key())) {
      return;
    }
    RunFolder folder = RunFolder.newest(results, trial.key());
    Set<String> others = new LinkedHashSet<>();
    for (Membership membership : folder.memberships()) {
      if (!membership.study().equals(study.name())) {
        others.add(membership.study());
      }
    }
    TrialStatus status =
        runner()
            .run(trial, study.file(), false, OptionalLong.empty(), Optional.of(chronicle.parent()));
    ended.put(trial.key(), status);
    chronicle.reused(trial, status, List.copyOf(others));
  }

  // What is ignored is the future of the report, not the training's.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void begin(Job job) {
    running.add(job.trial().key());
    Assignment assignment =
        new Assignment(
            job.trial(),
            job.source(),
            job.until(),
            isToBeAnew(job),
            job.task().map(it -> chronicle.parent()));
    launcher
        .submit(assignment)
        .whenComplete((status, failure) -> news.add(new News.Ended(job, status, failure)));
  }

  /** What the launcher is to tell. */
  LaunchListener launchListener() {
    return new LaunchListener() {
      @Override
      public void started(int slot, Trial trial, long resumedAt) {
        news.add(new News.Started(trial, slot, resumedAt));
        listener.started(slot, trial, resumedAt);
      }

      @Override
      public void progressed(
          int slot, Trial trial, Progress progress, double stepsPerSecond, double meanReturn) {
        listener.progressed(slot, trial, progress, stepsPerSecond, meanReturn);
      }

      @Override
      public void evaluated(int slot, Trial trial, double meanReturn) {
        listener.evaluated(slot, trial, meanReturn);
      }

      @Override
      public void warned(String message) {
        listener.warned(message);
      }
    };
  }

  private void heard(News.Ended heard) throws IOException {
    Job job = heard.job();
    Trial trial = job.trial();
    running.remove(trial.key());
    Throwable failure =
        heard.failure() instanceof CompletionException wrapper && wrapper.getCause() != null
            ? wrapper.getCause()
            : heard.failure();
    if (failure instanceof WorkerDiedException death && !stopping) {
      died(job, death);
    } else if (failure != null && !stopping) {
      conclude(job, giveUp(job, failure.getMessage()));
      done(job);
    } else if (heard.status() != null) {
      trained.add(trial.key());
      boolean cutOff =
          heard.status().state() == TrialStatus.State.KILLED && heard.status().pause() == null;
      if (cutOff && !stopping && !stopRequested.getAsBoolean()) {
        died(job, new WorkerDiedException("its worker process was asked to end", ""));
        return;
      }
      conclude(job, heard.status());
      done(job);
    }
  }

  /** Tells the schedule what it asked for; those who waited for the training have another look. */
  private void done(Job job) throws IOException {
    TrialStatus status = ended.get(job.trial().key());
    boolean stopped = status.state() == TrialStatus.State.KILLED && status.pause() == null;
    if (job.task().isPresent() && !stopped) {
      boolean failed = status.state() == TrialStatus.State.FAILED;
      schedule.done(
          job.task().get(), failed ? new Outcome.Failed() : known(job.task().get()).orElseThrow());
    }
    List<Schedule.Task> tasks = waiting.remove(job.trial().key());
    if (tasks != null) {
      ready.addAll(tasks);
    }
  }

  private void died(Job job, WorkerDiedException death) throws IOException {
    Trial trial = job.trial();
    int count = deaths.merge(trial.key(), 1, Integer::sum);
    boolean again = count <= policy.retries();
    chronicle.died(trial, death.getMessage(), again);
    if (again) {
      jobs.addFirst(job);
      return;
    }
    conclude(
        job,
        giveUp(
            job,
            "%s, %d times%s"
                .formatted(
                    death.getMessage(),
                    count,
                    death.logTail().isBlank() ? "" : "; its last words:\n" + death.logTail())));
    done(job);
  }

  private TrialStatus giveUp(Job job, String why) throws IOException {
    return runner()
        .giveUp(job.trial(), study.file(), isToBeAnew(job), Optional.of(chronicle.parent()), why);
  }

  /** For what needs no training. */
  private TrialRunner runner() {
    return new TrialRunner(results, deliveries, new TrialListener() {}, stopRequested, true);
  }

  private void conclude(Job job, TrialStatus status) throws IOException {
    ended.put(job.trial().key(), status);
    chronicle.ended(job.trial(), status, job.task().isPresent());
    if (status.state() == TrialStatus.State.FAILED && policy.stopOnFailure() && !stopping) {
      stop();
    }
  }
}
