package org.apprentice.core.execution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.text.StringEscapeUtils;
import org.apprentice.core.config.Cell;
import org.apprentice.core.config.Experiment;
import org.apprentice.core.config.Secrets;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;
import org.apprentice.core.study.Comparison;
import org.apprentice.core.study.Course;
import org.apprentice.core.study.LocalRuns;
import org.apprentice.core.study.RecordedRun;
import org.apprentice.core.study.StudyReport;
import org.apprentice.core.trial.Deliveries;
import org.apprentice.core.trial.Membership;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.SourceState;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.tracking.Journal;
import org.apprentice.tracking.RunManifest;

/**
 * The study's own run at the tracking place, which MLflow shows above those of its trials: the
 * settings that all share, aggregates as trials and cells end, and the report. Its journal is in
 * the study's folder, {@link StudyReport#folder}.
 *
 * <p>Taking the study up again goes on with the same run, and telling it the same again changes
 * nothing, in whatever order and wherever the process died: {@link RecordFile} says first what
 * happened, and metrics follow from it.
 *
 * <p>Metrics by the number of trials that have ended: {@code study/trials-finished}, {@code
 * study/trials-failed}, {@code study/trials-pruned}. By the number of cells that have: {@code
 * study/objective}, {@code study/best-objective}. In studies of at most {@value #MOST_CURVES}
 * cells, by steps of training, {@code CELL/return-mean} and, over several seeds, {@code
 * CELL/return-iqm} with the ends of its 95 % bootstrap interval, {@code -lower} and {@code -upper}:
 * the learning curves of the report. They are of evaluations; where these have no course, of
 * training too: {@code CELL/training-return-mean} and so on.
 *
 * <p>Not safe for several threads.
 */
public final class StudyRecord implements AutoCloseable {
  static final int MOST_CURVES = 50;

  /** MLflow cuts notes at 8000 characters. */
  private static final int LONGEST_NOTE = 7_500;

  private static final String NOTE = "mlflow.note.content";

  private static final String REUSED = "reused.csv";

  private final Path results;
  private final Study study;
  private final Path folder;
  private final Journal journal;
  private final RecordFile file;
  private final StudyMetrics metrics;
  private final RecordEntry.Begun begun;
  private final boolean drawing;
  private boolean ended;

  private StudyRecord(Path results, Study study, Journal journal, RecordFile file)
      throws IOException {
    this.results = results;
    this.study = study;
    this.journal = journal;
    this.file = file;
    folder = journal.runDirectory();
    drawing = study.cells().size() <= MOST_CURVES;
    metrics = new StudyMetrics(journal);
    List<RecordEntry> entries = file.entries();
    if (entries.isEmpty()) {
      begun = new RecordEntry.Begun(RunSpec.newUid(), System.currentTimeMillis());
      file.append(begun);
    } else {
      begun = (RecordEntry.Begun) entries.get(0);
    }
    entries.forEach(metrics::add);
  }

  /**
   * Begins the record of a study, or goes on with it.
   *
   * @param study with its first batch of cells
   * @param settings of the study itself, such as its sampler, by name; shown as {@code study.NAME}
   * @param deliveries are closed after this record
   * @throws org.apprentice.tracking.RunInUseException if another process has it open
   * @throws org.apprentice.tracking.JournalException if the study's folder cannot be written
   */
  public static StudyRecord open(
      Path results, Study study, Map<String, String> settings, Deliveries deliveries)
      throws IOException {
    Path folder = StudyReport.folder(results.toAbsolutePath().normalize(), study.name());
    Journal journal = Journal.open(folder);
    RecordFile file = null;
    try {
      file = RecordFile.open(folder);
      StudyRecord record = new StudyRecord(results, study, journal, file);
      record.begin(settings, deliveries);
      return record;
    } catch (IOException | RuntimeException e) {
      if (file != null) {
        file.close();
      }
      journal.close();
      throw e;
    }
  }

  private void begin(Map<String, String> settings, Deliveries deliveries) throws IOException {
    Experiment experiment = study.trials().get(0).experiment();
    tag("mlflow.runName", study.name());
    SourceState.tags(study.file()).forEach(this::tag);
    tag("study", study.name());
    tag("run-folder", folder.toString());
    tag(
        "seeds",
        study.trials().stream()
            .map(trial -> String.valueOf(trial.experiment().training().seed()))
            .distinct()
            .collect(Collectors.joining(", ")));
    experiment.notes().ifPresent(this::note);
    experiment
        .description()
        .ifPresent(it -> journal.append(new RunEvent.ExperimentTag(NOTE, Secrets.hidden(it))));
    Map<String, String> parameters = sharedParameters();
    settings.forEach((name, value) -> parameters.put("study." + name, value));
    parameters.replaceAll((name, value) -> Secrets.hidden(value));
    describe(parameters);
    journal.sync();
    String uri = experiment.tracking().uri();
    RunSpec spec =
        new RunSpec(
            begun.uid(),
            experiment.tracking().experiment(),
            study.name(),
            begun.startMillis(),
            folder);
    RunManifest.write(spec, uri, experiment.tracking().points());
    deliveries.track(uri, journal, spec);
    journal.append(new RunEvent.Started(System.currentTimeMillis()));
  }

  /**
   * What all trials so far have in common. Not what the study varies: later cells may differ in
   * that, even if the first ones do not.
   */
  private Map<String, String> sharedParameters() {
    List<Trial> trials = study.trials();
    Map<String, String> shared = new LinkedHashMap<>(trials.get(0).parameters());
    Set<String> varied = new HashSet<>(Set.of("training.seed"));
    study.cells().forEach(cell -> varied.addAll(cell.point().keySet()));
    shared
        .keySet()
        .removeIf(
            key -> varied.stream().anyMatch(it -> key.equals(it) || key.startsWith(it + ".")));
    for (Trial trial : trials) {
      shared.entrySet().removeIf(it -> !it.getValue().equals(trial.parameters().get(it.getKey())));
    }
    return shared;
  }

  /**
   * MLflow's parameters are set once: one that has changed since, for example because there are
   * more variants, is told by a tag of the same name.
   */
  private void describe(Map<String, String> parameters) {
    Map<String, String> before = new HashMap<>();
    Set<String> tagged = new HashSet<>();
    Journal.read(
        folder,
        event -> {
          if (event instanceof RunEvent.Param param) {
            before.put(param.key(), param.value());
          } else if (event instanceof RunEvent.Tag tag) {
            tagged.add(tag.key());
          }
        });
    parameters.forEach(
        (key, value) -> {
          if (!before.containsKey(key)) {
            journal.append(new RunEvent.Param(key, value));
          } else if (!before.get(key).equals(value) || tagged.contains(key)) {
            tag(key, value);
          }
        });
  }

  /** The id of the study's run, for {@code mlflow.parentRunId} of those below it. */
  public String uid() {
    return begun.uid();
  }

  /**
   * A trial of the study ended, now or before, in this study or in another one that has trained it.
   * Those that were interrupted have not ended.
   */
  public void trialEnded(Trial trial, TrialStatus status) throws IOException {
    if (status.state() == TrialStatus.State.FINISHED) {
      trialEnded(trial, RecordEntry.End.FINISHED);
    } else if (status.state() == TrialStatus.State.FAILED) {
      trialEnded(trial, RecordEntry.End.FAILED);
    }
  }

  /** A trial does not go on, since others do better. */
  public void trialPruned(Trial trial) throws IOException {
    trialEnded(trial, RecordEntry.End.PRUNED);
  }

  private void trialEnded(Trial trial, RecordEntry.End end) throws IOException {
    String trainedBy =
        RunFolder.newest(results, trial.key()).memberships().stream()
            .limit(1)
            .map(Membership::study)
            .filter(it -> !it.equals(study.name()))
            .findFirst()
            .orElse(null);
    long seed = trial.experiment().training().seed();
    add(
        new RecordEntry.TrialEnded(
            trial.key(), Membership.of(trial).label(), seed, end, trainedBy));
  }

  /**
   * All trials of a cell ended, now or before.
   *
   * @param objective larger is better, NaN if it failed
   */
  public void cellEnded(Cell cell, double objective) throws IOException {
    String name = Membership.of(cell.trials().get(0)).label();
    add(new RecordEntry.CellEnded(name, Double.isNaN(objective) ? null : (Double) objective));
    if (drawing && (metrics.isDrawn(name) || metrics.drawn() < MOST_CURVES)) {
      draw(cell, name);
    }
  }

  private void add(RecordEntry entry) throws IOException {
    if (metrics.lacks(entry)) {
      file.append(entry);
      metrics.add(entry);
    }
  }

  /** Journaled first, so that an entry which says that it is there cannot be wrong. */
  private void draw(Cell cell, String name) throws IOException {
    Set<String> keys = cell.trials().stream().map(Trial::key).collect(Collectors.toSet());
    long finished =
        metrics.trials().stream()
            .filter(it -> keys.contains(it.key()) && it.end() == RecordEntry.End.FINISHED)
            .count();
    RecordEntry.Drawn entry = new RecordEntry.Drawn(name, (int) finished);
    if (finished == 0 || !metrics.lacks(entry)) {
      return;
    }
    List<RecordedRun> runs =
        new LocalRuns(results, Comparison.EVALUATION)
            .of(cell.trials()).runs().stream()
                .filter(run -> run.status().state() == TrialStatus.State.FINISHED)
                .toList();
    Optional<Course> evaluations = Course.of(runs, Comparison.EVALUATION);
    evaluations.ifPresent(it -> metrics.draw(name, "return", it, runs.size()));
    if (evaluations.filter(it -> it.steps().length > 1).isEmpty()) {
      Course.of(runs, Comparison.TRAINING)
          .ifPresent(it -> metrics.draw(name, "training-return", it, runs.size()));
    }
    journal.sync();
    add(entry);
  }

  /**
   * Ends the record, with the report among the run's artifacts and its figures in the run's note.
   *
   * @param report is written to the study's folder; empty if there is nothing to report
   * @return the path of the report's {@code report.html}
   */
  public Optional<Path> end(RunEvent.Status status, Optional<StudyReport> report)
      throws IOException {
    Optional<Path> html = report.map(it -> it.write(folder));
    report.ifPresent(it -> it.fileNames().forEach(this::artifact));
    if (writeReused()) {
      artifact(REUSED);
    }
    StringBuilder note = new StringBuilder();
    study.trials().get(0).experiment().notes().ifPresent(it -> note.append(it).append("\n\n"));
    note.append(counts()).append("\n\n");
    report.ifPresent(it -> note.append(it.summary()));
    note(note.toString());
    finish(status);
    return html;
  }

  private void artifact(String name) {
    journal.append(new RunEvent.Artifact(name, "report/" + name));
  }

  /** The trials of the study that others have trained; whether there are any. */
  private boolean writeReused() throws IOException {
    StringBuilder table = new StringBuilder("trial-key,cell,seed,trained-by\n");
    List<RecordEntry.TrialEnded> reused = ended().filter(it -> it.trainedBy() != null).toList();
    for (RecordEntry.TrialEnded trial : reused) {
      table
          .append(trial.key())
          .append(',')
          .append(StringEscapeUtils.escapeCsv(trial.cell()))
          .append(',')
          .append(trial.seed())
          .append(',')
          .append(StringEscapeUtils.escapeCsv(trial.trainedBy()))
          .append('\n');
    }
    Files.writeString(folder.resolve(REUSED), table, StandardCharsets.UTF_8);
    return !reused.isEmpty();
  }

  /** Without trials that the study does not have any more. */
  private Stream<RecordEntry.TrialEnded> ended() {
    Set<String> keys = study.trials().stream().map(Trial::key).collect(Collectors.toSet());
    return metrics.trials().stream().filter(it -> keys.contains(it.key()));
  }

  /** For example {@code 60 trials: 58 finished (5 of them trained by first), 2 failed}. */
  private String counts() {
    Map<RecordEntry.End, Long> counts =
        ended()
            .collect(
                Collectors.groupingBy(
                    RecordEntry.TrialEnded::end,
                    () -> new EnumMap<>(RecordEntry.End.class),
                    Collectors.counting()));
    List<RecordEntry.TrialEnded> reused = ended().filter(it -> it.trainedBy() != null).toList();
    long all = study.trials().stream().map(Trial::key).distinct().count();
    long open = all - counts.values().stream().mapToLong(Long::longValue).sum();
    List<String> parts = new ArrayList<>();
    counts.forEach((end, count) -> parts.add(count + " " + end.name().toLowerCase(Locale.ROOT)));
    if (open > 0) {
      parts.add(open + " not ended");
    }
    if (!reused.isEmpty()) {
      parts.add(
          "%d of them trained by %s"
              .formatted(
                  reused.size(),
                  reused.stream()
                      .map(RecordEntry.TrialEnded::trainedBy)
                      .distinct()
                      .collect(Collectors.joining(", "))));
    }
    return "%d %s: %s".formatted(all, all == 1 ? "trial" : "trials", String.join(", ", parts));
  }

  private void tag(String key, String value) {
    journal.append(new RunEvent.Tag(key, Secrets.hidden(value)));
  }

  /** In Markdown; of a longer one whole lines are shown. */
  private void note(String text) {
    String shown = text;
    if (text.length() > LONGEST_NOTE) {
      int end = text.lastIndexOf('\n', LONGEST_NOTE);
      shown = text.substring(0, end < 0 ? LONGEST_NOTE : end) + "\n\n... see report/report.md";
    }
    tag(NOTE, shown);
  }

  private void finish(RunEvent.Status status) {
    journal.append(new RunEvent.Finished(status, System.currentTimeMillis()));
    journal.sync();
    ended = true;
  }

  /** Gives the study free; without {@link #end}, it counts as killed. */
  @Override
  public void close() throws IOException {
    try (file;
        journal) {
      if (!ended) {
        finish(RunEvent.Status.KILLED);
      }
    }
  }
}
