package org.apprentice.core.trial;

import com.google.inject.Injector;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apprentice.core.config.Experiment;
import org.apprentice.core.config.Trial;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.VectorEnvironment;
import org.apprentice.tracking.Journal;

/**
 * Trains as {@link Trainer} does, journal included, and measures where the time goes. Evaluations
 * are not counted.
 */
public final class Benchmark {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private Benchmark() {}

  /**
   * Figures of one training, without evaluations. CPU seconds are those of the whole process,
   * compiler and collector included.
   *
   * @param solvedAt steps at the first evaluation that was solved; -1 if none was
   */
  public record Report(
      long steps,
      double seconds,
      double cpuSeconds,
      double environmentSeconds,
      double forwardSeconds,
      double updateSeconds,
      double trackingSeconds,
      long solvedAt,
      double cpuSecondsToSolve) {

    public double stepsPerSecond() {
      return steps / seconds;
    }

    public double stepsPerCpuSecond() {
      return steps / cpuSeconds;
    }

    /** Steps per second of acting alone. */
    public double rolloutStepsPerSecond() {
      return steps / (environmentSeconds + forwardSeconds);
    }

    public double otherSeconds() {
      return seconds - environmentSeconds - forwardSeconds - updateSeconds - trackingSeconds;
    }

    public double share(double part) {
      return part / seconds;
    }

    /** The median of each figure by itself. */
    public static Report median(List<Report> reports) {
      return new Report(
          (long) median(reports, Report::steps),
          median(reports, Report::seconds),
          median(reports, Report::cpuSeconds),
          median(reports, Report::environmentSeconds),
          median(reports, Report::forwardSeconds),
          median(reports, Report::updateSeconds),
          median(reports, Report::trackingSeconds),
          medianSolvedAt(reports),
          median(reports, Report::cpuSecondsToSolve));
    }

    /**
     * Counts what was not solved as later than everything that was; -1 if the median is such a one.
     */
    private static long medianSolvedAt(List<Report> reports) {
      double median =
          median(
              reports, it -> it.solvedAt() < 0 ? Double.POSITIVE_INFINITY : (double) it.solvedAt());
      return Double.isInfinite(median) ? -1 : (long) median;
    }

    private static double median(List<Report> reports, ToDoubleFunction<Report> figure) {
      double[] sorted = reports.stream().mapToDouble(figure).sorted().toArray();
      int middle = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
  }

  public static Report run(Trial trial, Path results) throws IOException {
    Path folder = Files.createTempDirectory("apprentice-benchmark");
    Injector injector = TrialModule.injector(trial, results);
    try (Journal journal = Journal.open(folder);
        Algorithm algorithm = TrialModule.algorithm(injector)) {
      RunLog log = new RunLog(journal, TrialStatus.begun(trial.key(), Summary.name(trial)));
      return new Measurement(trial.experiment(), algorithm, injector, log).run();
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static final class Measurement {
    private final Experiment experiment;
    private final Algorithm algorithm;
    private final EnvironmentFactory environments;
    private final RandomStreams random;
    private final RunLog log;
    private double environment;
    private double forward;
    private double update;
    private double tracking;
    private double seconds;
    private double cpuSeconds;
    private long solvedAt = -1;
    private double cpuSecondsToSolve = Double.NaN;

    Measurement(Experiment experiment, Algorithm algorithm, Injector injector, RunLog log) {
      this.experiment = experiment;
      this.algorithm = algorithm;
      environments = injector.getInstance(EnvironmentFactory.class);
      random = injector.getInstance(RandomStreams.class);
      this.log = log;
    }

    Report run() {
      long every = experiment.evaluation().every();
      long nextEvaluation = experiment.evaluation().solved().isPresent() ? every : 0;
      while (!algorithm.finished()) {
        long start = System.nanoTime();
        long cpuStart = PROCESS.getProcessCpuTime();
        iterate();
        cpuSeconds += (PROCESS.getProcessCpuTime() - cpuStart) * 1e-9;
        seconds += (System.nanoTime() - start) * 1e-9;
        long done = algorithm.progress().done();
        if (solvedAt < 0 && nextEvaluation > 0 && done >= nextEvaluation) {
          nextEvaluation = (done / every + 1) * every;
          if (isSolved()) {
            solvedAt = done;
            cpuSecondsToSolve = cpuSeconds;
            if (experiment.evaluation().stopWhenSolved()) {
              break;
            }
          }
        }
      }
      return new Report(
          algorithm.progress().environmentSteps(),
          seconds,
          cpuSeconds,
          environment,
          forward,
          update,
          tracking,
          solvedAt,
          cpuSecondsToSolve);
    }

    private void iterate() {
      Iteration iteration = algorithm.iterate();
      long start = System.nanoTime();
      long step = algorithm.progress().done();
      for (Map.Entry<String, Double> metric : iteration.metrics().entrySet()) {
        log.metric(metric.getKey(), metric.getValue(), step);
      }
      tracking += (System.nanoTime() - start) * 1e-9;
      environment += iteration.metrics().getOrDefault("time/environment", 0.0);
      forward += iteration.metrics().getOrDefault("time/forward", 0.0);
      update += iteration.metrics().getOrDefault("time/update", 0.0);
    }

    private boolean isSolved() {
      Experiment.Evaluation settings = experiment.evaluation();
      try (VectorEnvironment copies =
          environments.create(Math.min(settings.copies(), settings.episodes()))) {
        Evaluation evaluation =
            Evaluation.run(
                algorithm.policy(),
                copies,
                settings.episodes(),
                settings.deterministic(),
                random.seed("evaluation"),
                new RandomStreams(random.seed("evaluation-actions")).stream("actions"));
        return Trainer.isSolved(settings.solved().orElseThrow(), evaluation);
      }
    }
  }
}
