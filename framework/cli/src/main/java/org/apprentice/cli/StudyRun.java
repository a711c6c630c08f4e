package org.apprentice.cli;

import com.google.inject.Injector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Sources;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;
import org.apprentice.core.execution.FrozenStudy;
import org.apprentice.core.execution.StudyExecution;
import org.apprentice.core.execution.StudyRunner;
import org.apprentice.core.trial.Deliveries;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.StopSignal;
import org.apprentice.core.trial.TrialRunner;
import org.apprentice.core.trial.TrialStatus;

/** Trains what experiments stand for and says on the console how it goes. */
final class StudyRun implements AutoCloseable {
  private static final int FAILED = 1;
  private static final int INTERRUPTED = 130;

  private final Console console = new Console();
  private final Path results;
  private final Optional<Path> plugins;
  private final Injector application;
  private final Deliveries deliveries;
  private final StopSignal stop;
  private final TrialRunner runner;

  /**
   * @param results the folder of the runs
   */
  StudyRun(CommonOptions options, Path results) {
    this.results = results;
    plugins = options.plugins();
    application = options.application(results);
    deliveries = application.getInstance(Deliveries.class);
    // Last: once it listens, the end of the process waits for this to be closed.
    stop = StopSignal.onShutdown();
    runner = new TrialRunner(results, deliveries, console, stop);
  }

  /**
   * Composes an experiment and trains all it stands for.
   *
   * @param fresh train anew beside runs that ended
   * @param check refuses studies
   * @return exit code of the process
   */
  int run(StudyOptions order, boolean fresh, Consumer<Study> check)
      throws IOException, InterruptedException {
    Sources.Recording sources = new Sources.Recording(Sources.onDisk());
    Study study = composer().compose(sources, order.file(), order.overrides());
    check.accept(study);
    return run(study, sources, order.overrides(), order.workers(), fresh);
  }

  /** Goes on with a study as it was when it was taken up last, whatever its files say now. */
  int resume(String name, Optional<Integer> workers) throws IOException, InterruptedException {
    FrozenStudy frozen = FrozenStudy.read(results, name);
    Sources.Recording sources = new Sources.Recording(frozen.sources());
    Study study = composer().compose(sources, frozen.file(), frozen.overrides());
    return run(study, sources, frozen.overrides(), workers, false);
  }

  private int run(
      Study study,
      Sources.Recording sources,
      List<String> overrides,
      Optional<Integer> workers,
      boolean fresh)
      throws IOException, InterruptedException {
    study.incompatible().forEach(it -> System.out.println("left out " + it));
    if (study.isSingle()) {
      Trial trial = study.trials().get(0);
      TrialStatus status = runner.run(trial, study.file(), fresh);
      console.printHowToView(deliveries.howToView(trial));
      return status.state() == TrialStatus.State.FINISHED ? 0 : INTERRUPTED;
    }
    StudyExecution.Order order =
        new StudyExecution.Order(study, sources, overrides, results, plugins, workers, fresh);
    try (StudyExecution execution = StudyExecution.open(order)) {
      execution
          .changes()
          .forEach(
              it ->
                  System.err.printf(
                      "apprentice: the study %s was begun before, and %s%n", study.name(), it));
      StudyExecution.Outcome outcome;
      try (StudyConsole studyConsole = new StudyConsole(study.name(), Console.isTerminal())) {
        outcome = execution.run(deliveries, studyConsole, stop);
      }
      return finish(study, outcome);
    }
  }

  private int finish(Study study, StudyExecution.Outcome outcome) throws IOException {
    if (outcome.end() == StudyRunner.End.INTERRUPTED) {
      System.out.printf("interrupted; go on with: apprentice resume \"%s\"%n", study.name());
      return INTERRUPTED;
    }
    study
        .rejected()
        .forEach(it -> System.err.println("apprentice: a point was left out: " + it.problem()));
    outcome.report().ifPresent(it -> System.out.printf("%n%s", it.text()));
    outcome.written().ifPresent(it -> System.out.printf("report   %s%n", it));
    console.printHowToView(deliveries.howToView(study.trials().get(0)));
    if (outcome.end() == StudyRunner.End.FAILED) {
      long failed =
          outcome.trials().values().stream()
              .filter(it -> it.state() == TrialStatus.State.FAILED)
              .count();
      System.err.printf(
          "apprentice: %d trials failed; running the study again tries them once more%n", failed);
      return FAILED;
    }
    return 0;
  }

  private Composer composer() {
    return application.getInstance(Composer.class);
  }

  /** The trial of a resolved experiment. */
  Trial compose(Path resolved) {
    return composer().compose(resolved, List.of()).trials().get(0);
  }

  /** Goes on with one trial in its own folder. */
  int resume(Trial trial, RunFolder folder) throws IOException {
    TrialStatus status = runner.resume(trial, folder);
    console.printHowToView(deliveries.howToView(trial));
    return status.state() == TrialStatus.State.FINISHED ? 0 : INTERRUPTED;
  }

  @Override
  public void close() {
    deliveries.close().ifPresent(left -> System.err.println("apprentice: " + left));
    stop.done();
  }
}
