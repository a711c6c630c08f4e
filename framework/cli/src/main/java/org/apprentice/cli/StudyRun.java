package org.apprentice.cli;

import com.google.inject.Injector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apprentice.core.config.Cell;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;
import org.apprentice.core.study.Comparison;
import org.apprentice.core.study.LocalRuns;
import org.apprentice.core.study.RunSource;
import org.apprentice.core.study.StudyReport;
import org.apprentice.core.trial.Deliveries;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.StopSignal;
import org.apprentice.core.trial.TrialResult;
import org.apprentice.core.trial.TrialRunner;
import org.apprentice.core.trial.TrialStatus;

/** Runs trials one after the other in this process and says on the console how they go. */
final class StudyRun implements AutoCloseable {
  private static final int INTERRUPTED = 130;

  private final Console console = new Console();
  private final Path results;
  private final Injector application;
  private final Deliveries deliveries;
  private final StopSignal stop;
  private final TrialRunner runner;

  /**
   * @param results the folder of the runs
   */
  StudyRun(CommonOptions options, Path results) {
    this.results = results;
    application = options.application(results);
    deliveries = application.getInstance(Deliveries.class);
    // Last: once it listens, the end of the process waits for this to be closed.
    stop = StopSignal.onShutdown();
    runner = new TrialRunner(results, deliveries, console, stop);
  }

  Study compose(Path file, List<String> overrides) {
    return application.getInstance(Composer.class).compose(file, overrides);
  }

  /** Exit code of the process. */
  int run(Study study, boolean fresh) throws IOException {
    study.incompatible().forEach(it -> System.out.println("left out " + it));
    Map<String, TrialStatus> finished = new LinkedHashMap<>();
    List<Cell> batch = List.copyOf(study.cells());
    while (!batch.isEmpty()) {
      for (Cell cell : batch) {
        if (!runNew(study, cell, fresh, finished)) {
          return INTERRUPTED;
        }
        double[] scores =
            cell.trials().stream()
                .mapToDouble(trial -> finished.get(trial.key()).result().meanReturn())
                .toArray();
        study.tell(cell, study.objective(scores));
      }
      batch = study.ask();
    }
    study
        .rejected()
        .forEach(it -> System.err.println("apprentice: a point was left out: " + it.problem()));
    if (finished.size() > 1) {
      printTable(List.copyOf(finished.values()));
      Comparison comparison = compare(study);
      comparison.controls().forEach(System.out::println);
      Path folder = StudyReport.folder(results, study.name());
      System.out.printf("report   %s%n", new StudyReport(comparison).write(folder));
    }
    console.printHowToView(deliveries.howToView(study.trials().get(0)));
    return 0;
  }

  /** Whether all trials were run to their end. */
  private boolean runNew(Study study, Cell cell, boolean fresh, Map<String, TrialStatus> finished)
      throws IOException {
    for (Trial trial : cell.trials()) {
      if (finished.containsKey(trial.key())) {
        continue;
      }
      TrialStatus status = runner.run(trial, study.file(), fresh);
      if (status.state() != TrialStatus.State.FINISHED) {
        return false;
      }
      finished.put(trial.key(), status);
    }
    return true;
  }

  private Comparison compare(Study study) throws IOException {
    RunSource.Found found = new LocalRuns(results, Comparison.EVALUATION).of(study);
    return Comparison.of(study.name(), found, Comparison.Options.ofStudy(study.name()));
  }

  /** Goes on with one trial in its own folder. */
  int resume(Trial trial, RunFolder folder) throws IOException {
    TrialStatus status = runner.resume(trial, folder);
    console.printHowToView(deliveries.howToView(trial));
    return status.state() == TrialStatus.State.FINISHED ? 0 : INTERRUPTED;
  }

  private static void printTable(List<TrialStatus> finished) {
    System.out.println();
    int width = finished.stream().mapToInt(it -> it.name().length()).max().orElse(0);
    double sum = 0;
    long solved = 0;
    for (TrialStatus status : finished) {
      TrialResult result = status.result();
      sum += result.meanReturn();
      solved += Boolean.TRUE.equals(result.solved()) ? 1 : 0;
      System.out.printf(
          Locale.ROOT,
          "%-" + width + "s  %9.1f +- %-8.1f %-10s %s%n",
          status.name(),
          result.meanReturn(),
          result.standardDeviation(),
          result.solved() == null ? "" : result.solved() ? "solved" : "not solved",
          result.solvedAt() == null ? "" : "first after " + result.solvedAt());
    }
    System.out.printf(
        Locale.ROOT,
        "%d trials: mean return %.1f%s%n",
        finished.size(),
        sum / finished.size(),
        finished.get(0).result().solved() == null
            ? ""
            : ", %d of %d solved".formatted(solved, finished.size()));
  }

  @Override
  public void close() {
    deliveries.close().ifPresent(left -> System.err.println("apprentice: " + left));
    stop.done();
  }
}
