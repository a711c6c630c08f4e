package org.apprentice.core.trial;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apprentice.core.config.Experiment;
import org.apprentice.core.config.Experiment.Evaluation.Video;
import org.apprentice.core.config.Secrets;
import org.apprentice.core.film.Film;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.StateFile;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.Progress;
import org.apprentice.spi.VectorEnvironment;

/**
 * The loop of one trial: iterate, journal, evaluate, checkpoint, until the algorithm is finished,
 * the task is solved (if asked), or a pause or a stop is requested.
 */
final class Trainer implements AutoCloseable {
  /** Folder of the algorithm's part of a checkpoint. */
  static final String ALGORITHM = "algorithm";

  /** Metrics of the evaluations that are due, and of those where a run was paused. */
  static final String EVALUATION = "evaluation/";

  static final String PAUSE = "rung/";

  private static final String FORMAT = "trainer-3";

  private final Experiment experiment;
  private final Algorithm algorithm;
  private final VectorEnvironment evaluationEnvironment;
  private final RandomStreams random;
  private final RunLog log;
  private final Checkpoints checkpoints;
  private final TrialListener listener;
  private final BooleanSupplier stopRequested;
  private final Costs costs = new Costs();
  private final SystemMetrics system;
  private final RecentEpisodes episodes = new RecentEpisodes();
  private final Set<String> warnings = new LinkedHashSet<>();
  private final long checkpointEvery;
  private long nextEvaluation;
  private long nextCheckpoint;
  private long solvedAt = -1;
  private long lastCheckpoint = -1;
  private boolean ended;
  private double trainingSeconds;

  /** The newest one; null before the first. */
  private Evaluation lastEvaluation;

  Trainer(
      Experiment experiment,
      Algorithm algorithm,
      EnvironmentFactory environments,
      RandomStreams random,
      RunLog log,
      Checkpoints checkpoints,
      TrialListener listener,
      BooleanSupplier stopRequested) {
    this.experiment = experiment;
    this.algorithm = algorithm;
    this.random = random;
    this.log = log;
    this.checkpoints = checkpoints;
    this.listener = listener;
    this.stopRequested = stopRequested;
    system = new SystemMetrics(log, algorithm.network() != null);
    evaluationEnvironment =
        environments.create(
            Math.min(experiment.evaluation().copies(), experiment.evaluation().episodes()));
    if (experiment.evaluation().video() != Video.NONE) {
      TrainedPolicy.requirePictures(
          experiment, evaluationEnvironment, "set evaluation.video = none");
    }
    nextEvaluation = experiment.evaluation().every();
    long every = experiment.checkpoint().every();
    checkpointEvery = every > 0 ? every : Math.max(1, algorithm.progress().total() / 10);
    nextCheckpoint = checkpointEvery;
  }

  /** Continues from a checkpoint; the journal then compares what is replayed. */
  void restore(Path checkpoint) throws IOException {
    algorithm.restore(checkpoint.resolve(ALGORITHM));
    StateFile.read(
        checkpoint.resolve("trainer.bin"),
        FORMAT,
        in -> {
          ended = in.readBoolean();
          nextEvaluation = in.readLong();
          nextCheckpoint = in.readLong();
          solvedAt = in.readLong();
          trainingSeconds = in.readDouble();
          episodes.restore(in);
          for (int count = in.readInt(); count > 0; count--) {
            warnings.add(in.readUTF());
          }
          if (in.readBoolean()) {
            lastEvaluation = readEvaluation(in, experiment.evaluation().episodes());
          }
          log.replayFrom(in.readLong());
        });
    costs.restore(checkpoint);
    lastCheckpoint = algorithm.progress().done();
  }

  /**
   * Trains to the end, where the last evaluation and checkpoint are made, or to the first iteration
   * at or beyond {@code until}, or until a stop is requested; each time a checkpoint is left.
   */
  Ending train(OptionalDouble expertReturn, OptionalLong until) throws IOException {
    while (!ended) {
      if (stopRequested.getAsBoolean()) {
        checkpointUnlessThere();
        return new Ending.Stopped();
      }
      if (until.isPresent() && algorithm.progress().done() >= until.getAsLong()) {
        return pause();
      }
      iterate();
      ended = algorithm.finished();
      long done = algorithm.progress().done();
      boolean evaluationDue = nextEvaluation > 0 && done >= nextEvaluation;
      if (evaluationDue) {
        nextEvaluation = after(done, experiment.evaluation().every());
      }
      if (ended || evaluationDue) {
        evaluateAsDue();
      }
      boolean checkpointDue = done >= nextCheckpoint;
      if (checkpointDue) {
        nextCheckpoint = after(done, checkpointEvery);
      }
      if (ended || checkpointDue) {
        checkpoint();
      }
    }
    system.sampleOnce(algorithm.progress().done());
    return new Ending.Finished(result(expertReturn));
  }

  /**
   * What is evaluated here is journaled apart and forgotten: whether a run was paused, and where,
   * changes nothing in its other metrics nor in its result. The checkpoint comes first, so that a
   * run which pauses here again repeats this part of its journal.
   */
  private Ending pause() throws IOException {
    checkpointUnlessThere();
    Evaluation evaluation = evaluate(Evaluation.Spectator.NOBODY);
    journal(PAUSE, evaluation);
    log.sync();
    listener.evaluated(algorithm.progress(), evaluation);
    return new Ending.Paused(algorithm.progress(), evaluation);
  }

  private static long after(long done, long every) {
    return (done / every + 1) * every;
  }

  private void iterate() {
    long stepsBefore = algorithm.progress().environmentSteps();
    costs.start();
    long start = System.nanoTime();
    Iteration iteration = algorithm.iterate();
    double seconds = (System.nanoTime() - start) * 1e-9;
    costs.stop();
    trainingSeconds += seconds;
    iteration.episodes().forEach(episodes::add);
    iteration.warnings().stream()
        .map(Secrets::hidden)
        .filter(warnings::add)
        .forEach(listener::warned);
    Progress progress = algorithm.progress();
    long step = progress.done();
    if (episodes.count() > 0) {
      log.metric("rollout/return-mean", episodes.meanReturn(), step);
      log.metric("rollout/length-mean", episodes.meanLength(), step);
      log.metric("rollout/episodes", (double) episodes.count(), step);
    }
    for (Map.Entry<String, Double> metric : iteration.metrics().entrySet()) {
      requireFinite(metric.getKey(), metric.getValue(), progress);
      if (!metric.getValue().isNaN()) {
        log.metric(metric.getKey(), metric.getValue(), step);
      }
    }
    double stepsPerSecond =
        (progress.environmentSteps() > stepsBefore ? progress.environmentSteps() - stepsBefore : 0)
            / seconds;
    if (stepsPerSecond > 0) {
      log.metric("time/steps-per-second", stepsPerSecond, step);
    }
    system.sampleIfDue(step);
    listener.progressed(progress, stepsPerSecond, episodes.meanReturn());
  }

  /**
   * A loss beyond all bounds means that training has diverged; an undefined statistic (NaN
   * variance) does not.
   */
  private static void requireFinite(String name, double value, Progress progress) {
    boolean loss = name.equals("losses/gradient-norm") || name.endsWith("/loss");
    if (loss && !Double.isFinite(value)) {
      throw new TrialException(
          ("training diverged: %s is %s after %d %s; try a smaller learning-rate, step-size or"
                  + " gradient norm")
              .formatted(name, value, progress.done(), progress.unit()));
    }
  }

  /** Also ends the training if it is to end when solved. */
  private void evaluateAsDue() {
    Experiment.Evaluation settings = experiment.evaluation();
    Film film = new Film(1, settings.video().explained());
    boolean perhapsFinal = ended || settings.stopWhenSolved();
    boolean filmed = settings.video().ofEvery() || (settings.video() != Video.NONE && perhapsFinal);
    Evaluation evaluation = evaluate(filmed ? film.spectator() : Evaluation.Spectator.NOBODY);
    lastEvaluation = evaluation;
    Progress progress = algorithm.progress();
    long step = progress.done();
    journal(EVALUATION, evaluation);
    boolean solved = settings.solved().isPresent() && isSolved(settings.solved().get(), evaluation);
    if (solved && solvedAt < 0) {
      solvedAt = step;
      log.metric("evaluation/solved-at", (double) step, step);
    }
    ended |= solved && settings.stopWhenSolved();
    if (filmed && (ended || settings.video().ofEvery())) {
      String file = "videos/episode-%d.gif".formatted(step);
      publish(film, file);
      log.image(file, "evaluation", step);
    }
    listener.evaluated(progress, evaluation);
  }

  private Evaluation evaluate(Evaluation.Spectator spectator) {
    return Evaluation.run(
        algorithm.policy(),
        evaluationEnvironment,
        experiment.evaluation().episodes(),
        experiment.evaluation().deterministic(),
        random.seed("evaluation"),
        new RandomStreams(random.seed("evaluation-actions")).stream("actions"),
        spectator);
  }

  private void journal(String group, Evaluation evaluation) {
    long step = algorithm.progress().done();
    log.metric(group + "return-mean", evaluation.mean(), step);
    log.metric(group + "return-std", evaluation.standardDeviation(), step);
    log.metric(group + "return-min", evaluation.minimum(), step);
    log.metric(group + "return-max", evaluation.maximum(), step);
    log.metric(group + "length-mean", evaluation.meanLength(), step);
  }

  private void publish(Film film, String file) {
    RunFolder folder = new RunFolder(checkpoints.runFolder());
    Path gif = folder.path().resolve(file);
    try {
      film.writeGif(gif);
    } catch (IOException e) {
      throw folder.unwritable(gif, e);
    }
    log.artifact(file, file);
  }

  static boolean isSolved(Experiment.Solved threshold, Evaluation evaluation) {
    return threshold.mean().isPresent()
        ? evaluation.mean() >= threshold.mean().get()
        : evaluation.minimum() >= threshold.each().orElseThrow();
  }

  private void checkpointUnlessThere() throws IOException {
    if (lastCheckpoint != algorithm.progress().done()) {
      checkpoint();
    }
  }

  private void checkpoint() throws IOException {
    long journalPosition = log.sync();
    lastCheckpoint = algorithm.progress().done();
    checkpoints.write(
        lastCheckpoint,
        folder -> {
          Path algorithmFolder = Files.createDirectory(folder.resolve(ALGORITHM));
          algorithm.save(algorithmFolder);
          costs.save(folder);
          StateFile.write(
              folder.resolve("trainer.bin"),
              FORMAT,
              out -> {
                out.writeBoolean(ended);
                out.writeLong(nextEvaluation);
                out.writeLong(nextCheckpoint);
                out.writeLong(solvedAt);
                out.writeDouble(trainingSeconds);
                episodes.save(out);
                out.writeInt(warnings.size());
                for (String warning : warnings) {
                  out.writeUTF(warning);
                }
                out.writeBoolean(lastEvaluation != null);
                if (lastEvaluation != null) {
                  write(out, lastEvaluation);
                }
                out.writeLong(journalPosition);
              });
        });
  }

  private static void write(DataOutput out, Evaluation evaluation) throws IOException {
    for (int episode = 0; episode < evaluation.episodes(); episode++) {
      out.writeDouble(evaluation.returns()[episode]);
      out.writeInt(evaluation.lengths()[episode]);
    }
  }

  private static Evaluation readEvaluation(DataInput in, int episodes) throws IOException {
    double[] returns = new double[episodes];
    int[] lengths = new int[episodes];
    for (int episode = 0; episode < episodes; episode++) {
      returns[episode] = in.readDouble();
      lengths[episode] = in.readInt();
    }
    return new Evaluation(returns, lengths);
  }

  private TrialResult result(OptionalDouble expertReturn) {
    Progress progress = algorithm.progress();
    Evaluation evaluation = lastEvaluation;
    Optional<Experiment.Solved> solved = experiment.evaluation().solved();
    return new TrialResult(
        progress.done(),
        progress.unit(),
        progress.environmentSteps(),
        trainingSeconds,
        evaluation.episodes(),
        evaluation.mean(),
        evaluation.standardDeviation(),
        evaluation.minimum(),
        evaluation.maximum(),
        solved.flatMap(it -> it.mean().or(it::each)).orElse(null),
        solved.map(it -> isSolved(it, evaluation)).orElse(null),
        solvedAt < 0 ? null : (Long) solvedAt,
        expertReturn.isPresent() ? (Double) expertReturn.getAsDouble() : null,
        progress.total(),
        costs.total(Optional.ofNullable(algorithm.network())),
        List.copyOf(warnings));
  }

  /** The final evaluation, for its table of returns. */
  Evaluation finalEvaluation() {
    return lastEvaluation;
  }

  @Override
  public void close() {
    evaluationEnvironment.close();
  }
}
