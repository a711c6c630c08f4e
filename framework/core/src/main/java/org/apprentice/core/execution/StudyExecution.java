package org.apprentice.core.execution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apprentice.core.config.Launching;
import org.apprentice.core.config.Sources;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;
import org.apprentice.core.study.Comparison;
import org.apprentice.core.study.LocalRuns;
import org.apprentice.core.study.RunSource;
import org.apprentice.core.study.StudyReport;
import org.apprentice.core.trial.Deliveries;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.RunEvent;

/** A study taken up by this process: its folder is locked until this is closed. */
public final class StudyExecution implements AutoCloseable {
  /**
   * What to take up, and where.
   *
   * @param sources what the study was composed from
   * @param overrides that it was composed with
   * @param results the folder of results
   * @param plugins folder of further plugins, for workers
   * @param workers in place of those of the experiment; empty: as the experiment says
   * @param fresh train anew what was trained before
   */
  public record Order(
      Study study,
      Sources.Recording sources,
      List<String> overrides,
      Path results,
      Optional<Path> plugins,
      Optional<Integer> workers,
      boolean fresh) {}

  /**
   * What became of it.
   *
   * @param trials how each trial, and each expert, ended that was trained or reused, by key
   * @param report empty if less than two trials are finished, or the study was interrupted
   * @param written the report's {@code report.html}
   */
  public record Outcome(
      StudyRunner.End end,
      Map<String, TrialStatus> trials,
      Optional<StudyReport> report,
      Optional<Path> written) {}

  private final Order order;
  private final Ledger ledger;
  private final int workers;
  private final List<String> changes;

  private StudyExecution(Order order, Ledger ledger, int workers, List<String> changes) {
    this.order = order;
    this.ledger = ledger;
    this.workers = workers;
    this.changes = changes;
  }

  /**
   * Takes up a study, for the first time or again.
   *
   * @throws ExecutionException if another process works on it, or its folder cannot be written
   */
  public static StudyExecution open(Order order) throws IOException {
    Study study = order.study();
    Ledger ledger = Ledger.open(order.results(), study.name());
    try {
      Path file = study.file().toAbsolutePath().normalize();
      CodeState code = CodeState.of(file.getParent(), order.plugins());
      Optional<Ledger.Base> before = Ledger.base(ledger.folder());
      Ledger.Base base =
          Ledger.Base.of(study.name(), file, order.overrides(), order.sources().frozen(), code);
      List<String> changes = new ArrayList<>();
      before.ifPresent(
          it -> {
            if (!it.file().equals(base.file())) {
              changes.add("it was begun from another file, " + it.file());
            }
            changes.addAll(code.changesSince(it.code()));
          });
      gone(study, Ledger.planned(Ledger.entries(ledger.folder()))).ifPresent(changes::add);
      ledger.write(base);
      int workers = order.workers().orElseGet(study::workers);
      ledger.append(
          new LedgerEntry.Began(
              System.currentTimeMillis(), ProcessHandle.current().pid(), workers, code.commit()));
      return new StudyExecution(order, ledger, workers, changes);
    } catch (IOException | RuntimeException e) {
      ledger.close();
      throw e;
    }
  }

  /** Trials that the study had and has no more; a sampler may come to them yet. */
  private static Optional<String> gone(Study study, List<LedgerEntry.Planned> before) {
    Set<String> now = study.trials().stream().map(Trial::key).collect(Collectors.toSet());
    long gone = before.stream().filter(it -> !now.contains(it.key())).count();
    return gone > 0 && study.left().orElse(-1) == 0
        ? Optional.of(
            "%d of its %d trials do not belong to it any more; their runs are kept"
                .formatted(gone, before.size()))
        : Optional.empty();
  }

  /** Processes that train side by side; 0 for none but this one. */
  public int workers() {
    return workers;
  }

  /** What is not as it was when the study was taken up before, a sentence each. */
  public List<String> changes() {
    return changes;
  }

  /** The folder of the study's ledger and report. */
  public Path folder() {
    return ledger.folder();
  }

  /**
   * Trains what is missing.
   *
   * @param stopRequested asked all the time; trainings then end with a checkpoint
   */
  public Outcome run(Deliveries deliveries, StudyListener listener, BooleanSupplier stopRequested)
      throws IOException, InterruptedException {
    Launching launching = order.study().launching();
    StudyRunner.Policy policy =
        new StudyRunner.Policy(
            launching.retries(), launching.onFailure() == Launching.OnFailure.STOP);
    StudyRunner.End end = StudyRunner.End.FAILED;
    try (StudyRecord record =
        StudyRecord.open(order.results(), order.study(), order.study().settings(), deliveries)) {
      StudyRunner runner =
          new StudyRunner(
              order.results(),
              order.study(),
              new Chronicle(order.results(), order.study(), ledger, record, deliveries, listener),
              deliveries,
              listener,
              policy,
              stopRequested,
              order.fresh());
      try (Launcher launcher = launcher(runner.launchListener())) {
        end = runner.run(launcher);
      }
      return end(end, runner.ended(), record);
    } finally {
      ledger.append(new LedgerEntry.Left(System.currentTimeMillis(), end.name()));
    }
  }

  private Outcome end(StudyRunner.End end, Map<String, TrialStatus> trials, StudyRecord record)
      throws IOException {
    if (end == StudyRunner.End.INTERRUPTED) {
      return new Outcome(end, trials, Optional.empty(), Optional.empty());
    }
    long finished =
        order.study().trials().stream()
            .map(Trial::key)
            .distinct()
            .map(trials::get)
            .filter(it -> it != null && it.state() == TrialStatus.State.FINISHED)
            .count();
    Optional<StudyReport> report = finished > 1 ? Optional.of(report()) : Optional.empty();
    return new Outcome(
        end, trials, report, record.end(RunEvent.Status.valueOf(end.name()), report));
  }

  private StudyReport report() throws IOException {
    Study study = order.study();
    RunSource.Found found = new LocalRuns(order.results(), Comparison.EVALUATION).of(study);
    return new StudyReport(
        Comparison.of(study.name(), found, Comparison.Options.ofStudy(study.name())));
  }

  private Launcher launcher(LaunchListener listener) {
    return workers == 0
        ? new InProcessLauncher(order.results(), listener)
        : new WorkerPool(
            workers, order.results(), order.plugins(), ledger.folder().resolve("logs"), listener);
  }

  @Override
  public void close() {
    ledger.close();
  }
}
