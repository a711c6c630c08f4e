package org.apprentice.core.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apprentice.core.config.Cell;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.study.Comparison;
import org.apprentice.core.study.LocalRuns;
import org.apprentice.core.study.StudyReport;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.core.trial.ClimbingPlugin;
import org.apprentice.core.trial.Deliveries;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.TrialException;
import org.apprentice.core.trial.TrialListener;
import org.apprentice.core.trial.TrialRunner;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyRecordTest {
  private static final Components COMPONENTS =
      Components.of(new ClimbingPlugin(), new BuiltInSamplers());
  private static final Map<String, String> SETTINGS = Map.of("sampler", "grid");

  @TempDir Path folder;
  private Path results;
  private Deliveries deliveries;

  @BeforeEach
  void makeResults() {
    results = folder.resolve("results");
    deliveries = new Deliveries(List.of(), results);
  }

  private Study study(String name, String rest) throws IOException {
    Path file = folder.resolve("climb.conf");
    Files.writeString(
        file,
        """
        notes = "Up and up."
        environment { plugin = hill, copies = 4 }
        algorithm = climb
        training { steps = 40 }
        evaluation { episodes = 6, copies = 4, every = 8 }
        tracking { uri = sqlite }
        """
            + rest);
    return new Composer(COMPONENTS).compose(file, List.of("name=" + name));
  }

  /** Of three variants with three seeds each, of which the last one fails. */
  private Study ablation(String name) throws IOException {
    return study(
        name,
        """
        ablation {
          variants { longer { training.steps = 60 }, broken { algorithm.diverge-at = 16 } }
          seeds = [1, 2, 3]
        }
        """);
  }

  private StudyRecord open(Study study) throws IOException {
    return StudyRecord.open(results, study, SETTINGS, deliveries);
  }

  private void train(List<Trial> trials, Study study, StudyRecord record) throws IOException {
    TrialRunner runner = new TrialRunner(results, deliveries, new TrialListener() {}, () -> false);
    for (Trial trial : trials) {
      try {
        runner.run(trial, study.file(), false, OptionalLong.empty(), Optional.of(record.uid()));
      } catch (TrialException e) {
        assertThat(e).hasMessageContaining("diverged");
      }
    }
  }

  private TrialStatus status(Trial trial) throws IOException {
    return RunFolder.newest(results, trial.key()).status().orElseThrow();
  }

  /** What became of trials that are trained already; returns the objectives. */
  private List<Double> tell(List<Cell> cells, Study study, StudyRecord record) throws IOException {
    List<Double> objectives = new ArrayList<>();
    for (Cell cell : cells) {
      List<Double> scores = new ArrayList<>();
      for (Trial trial : cell.trials()) {
        TrialStatus status = status(trial);
        record.trialEnded(trial, status);
        scores.add(status.result() == null ? Double.NaN : status.result().meanReturn());
      }
      double objective =
          study.objective(scores.stream().mapToDouble(Double::doubleValue).toArray());
      record.cellEnded(cell, objective);
      objectives.add(objective);
    }
    return objectives;
  }

  private StudyReport report(Study study) throws IOException {
    return new StudyReport(
        Comparison.of(
            study.name(),
            new LocalRuns(results, Comparison.EVALUATION).of(study),
            Comparison.Options.ofStudy(study.name())));
  }

  private void closeDeliveries() {
    assertThat(deliveries.close()).isEmpty();
    deliveries = new Deliveries(List.of(), results);
  }

  /** Rows of the tracking store, their values parted by a space. */
  private List<String> rows(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + results.resolve("mlflow.db"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
          row.add(String.valueOf(rows.getObject(column)));
        }
        found.add(String.join(" ", row));
      }
      return found;
    }
  }

  /** Values of a metric of the study's run by step, as the store has them. */
  private Map<Long, Double> stored(String uid, String key) throws SQLException {
    Map<Long, Double> values = new TreeMap<>();
    String sql =
        "SELECT step, value FROM metrics WHERE run_uuid = '%s' AND key = '%s'".formatted(uid, key);
    for (String row : rows(sql)) {
      String[] parts = row.split(" ");
      assertThat(values.put(Long.parseLong(parts[0]), Double.parseDouble(parts[1]))).isNull();
    }
    return values;
  }

  private List<String> allMetrics(String uid) throws SQLException {
    return rows(
        "SELECT key, step, value FROM metrics WHERE run_uuid = '%s' ORDER BY 1, 2, 3"
            .formatted(uid));
  }

  /** Evaluations of a trial by step, from its own journal. */
  private Map<Long, Double> evaluations(Trial trial) {
    Map<Long, Double> values = new TreeMap<>();
    Journal.read(
        RunFolder.newest(results, trial.key()).path(),
        event -> {
          if (event instanceof RunEvent.Metric metric
              && metric.key().equals(Comparison.EVALUATION)) {
            values.put(metric.step(), metric.value());
          }
        });
    return values;
  }

  @Test
  void theStudyIsAboveItsTrialsWithChartsReportAndNote() throws Exception {
    Study study = ablation("climbs");
    String uid;
    List<Double> objectives;
    try (StudyRecord record = open(study)) {
      uid = record.uid();
      train(study.trials(), study, record);
      objectives = tell(study.cells(), study, record);
      assertThat(record.end(RunEvent.Status.FINISHED, Optional.of(report(study))))
          .contains(results.resolve("studies/climbs/report.html").toAbsolutePath());
    }
    closeDeliveries();

    assertThat(rows("SELECT run_uuid, name, status FROM runs WHERE name = 'climbs'"))
        .containsExactly(uid + " climbs FINISHED");
    assertThat(rows("SELECT value FROM tags WHERE key = 'mlflow.parentRunId'"))
        .hasSize(9)
        .containsOnly(uid);
    assertThat(rows("SELECT value FROM tags WHERE key = 'trial-key'")).hasSize(9);
    String ofStudy = " WHERE run_uuid = '" + uid + "' AND key = ";
    assertThat(rows("SELECT value FROM tags" + ofStudy + "'seeds'")).containsExactly("1, 2, 3");
    assertThat(rows("SELECT value FROM params" + ofStudy + "'study.sampler'"))
        .containsExactly("grid");
    assertThat(rows("SELECT value FROM params" + ofStudy + "'environment.copies'"))
        .containsExactly("4");
    for (String varied : List.of("training.seed", "training.steps", "algorithm.diverge-at")) {
      assertThat(rows("SELECT value FROM params" + ofStudy + "'" + varied + "'")).isEmpty();
    }
    assertCurves(uid, study.cells().get(0), "baseline", 5);
    assertCurves(uid, study.cells().get(1), "longer", 8);
    assertThat(stored(uid, "broken/return-mean")).isEmpty();
    assertThat(stored(uid, "study/trials-finished").values())
        .containsExactly(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 6.0, 6.0, 6.0);
    assertThat(stored(uid, "study/trials-failed").values())
        .containsExactly(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0);
    assertThat(stored(uid, "study/objective").values())
        .containsExactly(objectives.get(0), objectives.get(1));
    double best = Math.max(objectives.get(0), objectives.get(1));
    assertThat(stored(uid, "study/best-objective").values())
        .containsExactly(objectives.get(0), best, best);

    Path artifacts =
        Path.of(
            URI.create(
                rows("SELECT artifact_uri FROM runs WHERE run_uuid = '" + uid + "'").get(0)));
    for (String file : report(study).fileNames()) {
      assertThat(artifacts.resolve("report").resolve(file))
          .hasSameBinaryContentAs(results.resolve("studies/climbs").resolve(file));
    }
    assertThat(rows("SELECT value FROM tags" + ofStudy + "'mlflow.note.content'").get(0))
        .startsWith("Up and up.\n\n9 trials: 6 finished, 3 failed\n\n")
        .contains("| longer | 3 |");
  }

  /** With three runs each end of the interval is a run: 1 of 27 draws has it three times. */
  private void assertCurves(String uid, Cell cell, String name, int evaluations) throws Exception {
    List<Map<Long, Double>> runs = cell.trials().stream().map(this::evaluations).toList();
    Map<Long, Double> mean = stored(uid, name + "/return-mean");
    assertThat(mean).hasSize(evaluations).containsOnlyKeys(runs.get(0).keySet());
    for (long step : mean.keySet()) {
      List<Double> values = runs.stream().map(it -> it.get(step)).sorted().toList();
      double expected = (values.get(0) + values.get(1) + values.get(2)) / 3;
      assertThat(mean.get(step)).isCloseTo(expected, within(1e-9));
      assertThat(stored(uid, name + "/return-iqm").get(step)).isCloseTo(expected, within(1e-9));
      assertThat(stored(uid, name + "/return-iqm-lower").get(step))
          .isCloseTo(values.get(0), within(1e-9));
      assertThat(stored(uid, name + "/return-iqm-upper").get(step))
          .isCloseTo(values.get(2), within(1e-9));
    }
  }

  @Test
  void takingItUpAgainGoesOnWithTheSameRunAndRepeatsNothing() throws Exception {
    Study study = ablation("climbs");
    String uid;
    try (StudyRecord record = open(study)) {
      uid = record.uid();
      train(study.trials().subList(0, 4), study, record);
      tell(study.cells().subList(0, 1), study, record);
      record.trialEnded(study.trials().get(3), status(study.trials().get(3)));
    }
    closeDeliveries();
    assertThat(rows("SELECT status FROM runs WHERE run_uuid = '" + uid + "'"))
        .containsExactly("KILLED");

    List<Cell> reversed = new ArrayList<>(study.cells());
    Collections.reverse(reversed);
    List<String> before = allMetrics(uid);
    List<String> after = List.of();
    for (int time = 0; time < 2; time++) {
      try (StudyRecord record = open(study)) {
        assertThat(record.uid()).isEqualTo(uid);
        train(study.trials(), study, record);
        tell(reversed, study, record);
        record.end(RunEvent.Status.FINISHED, Optional.empty());
      }
      closeDeliveries();
      if (time == 0) {
        after = allMetrics(uid);
        assertThat(after).containsAll(before).hasSizeGreaterThan(before.size());
      }
    }
    assertThat(allMetrics(uid)).isEqualTo(after);
    assertThat(stored(uid, "study/trials-finished")).hasSize(9);
    assertThat(stored(uid, "study/objective")).hasSize(2);
    assertThat(rows("SELECT status FROM runs WHERE run_uuid = '" + uid + "'"))
        .containsExactly("FINISHED");
  }

  /** It had said what happened, and the metrics of that were not on disk when it died. */
  @Test
  void aRecordThatDiedBeforeItsJournalMakesGoodWhatIsMissing() throws Exception {
    Study study = ablation("climbs");
    Path own = results.resolve("studies/climbs");
    try (StudyRecord record = open(study)) {
      train(study.trials(), study, record);
      tell(study.cells(), study, record);
    }
    closeDeliveries();
    List<String> expected = metrics(own);
    long length = Files.size(own.resolve("journal.jsonl"));
    for (long cut = length; cut > length / 2; cut -= length / 10) {
      cut(own.resolve("journal.jsonl"), cut);
      // The curves of a cell are on disk before its entry: without them it was not told.
      List<String> told = Files.readAllLines(own.resolve(RecordFile.FILE));
      Files.write(
          own.resolve(RecordFile.FILE),
          told.stream().filter(line -> !line.contains("drawn")).toList());
      Files.writeString(
          own.resolve(RecordFile.FILE), "{\"entry\":\"tri", StandardOpenOption.APPEND);
      try (StudyRecord record = open(study)) {
        tell(study.cells(), study, record);
      }
      assertThat(metrics(own)).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static List<String> metrics(Path run) {
    List<String> metrics = new ArrayList<>();
    Journal.read(
        run,
        event -> {
          if (event instanceof RunEvent.Metric metric) {
            metrics.add(metric.key() + " " + metric.step() + " " + metric.value());
          }
        });
    return metrics;
  }

  private static void cut(Path file, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  @Test
  void aStudyListsWhatOthersTrainedForIt() throws Exception {
    Study first = study("first", "ablation { seeds = [1, 2] }");
    try (StudyRecord record = open(first)) {
      train(first.trials(), first, record);
      tell(first.cells(), first, record);
    }
    Study second = study("second", "ablation { seeds = [2, 3] }");
    String uid;
    try (StudyRecord record = open(second)) {
      uid = record.uid();
      train(second.trials(), second, record);
      tell(second.cells(), second, record);
      record.end(RunEvent.Status.FINISHED, Optional.empty());
    }
    closeDeliveries();
    String shared = second.trials().get(0).key();
    assertThat(Files.readAllLines(results.resolve("studies/second/reused.csv")))
        .containsExactly("trial-key,cell,seed,trained-by", shared + ",baseline,2,first");
    assertThat(
            rows(
                "SELECT value FROM tags WHERE key = 'mlflow.note.content' AND run_uuid = '%s'"
                    .formatted(uid)))
        .containsExactly("Up and up.\n\n2 trials: 2 finished, 1 of them trained by first\n\n");
    assertThat(rows("SELECT value FROM tags WHERE key = 'studies'"))
        .containsExactlyInAnyOrder("first", "first, second", "second");
  }

  @Test
  void settingsThatChangeAreTold() throws Exception {
    try (StudyRecord record = open(study("climbs", ""))) {
      assertThat(record.uid()).hasSize(32);
    }
    Study changed = study("climbs", "training.steps = 80");
    try (StudyRecord record =
        StudyRecord.open(results, changed, Map.of("sampler", "tpe"), deliveries)) {
      assertThat(record.uid()).hasSize(32);
    }
    closeDeliveries();
    assertThat(rows("SELECT value FROM params WHERE key = 'study.sampler'"))
        .containsExactly("grid");
    assertThat(rows("SELECT value FROM tags WHERE key = 'study.sampler'")).containsExactly("tpe");
    assertThat(rows("SELECT value FROM tags WHERE key = 'training.steps'")).containsExactly("80");
  }

  @Test
  void manyCellsHaveNoCurves() throws Exception {
    for (int cells : List.of(StudyRecord.MOST_CURVES, StudyRecord.MOST_CURVES + 1)) {
      List<Integer> values = IntStream.rangeClosed(1001, 1000 + cells).boxed().toList();
      Study study =
          study("sweep-" + cells, "sweep.space { algorithm.diverge-at = " + values + " }");
      assertThat(study.cells()).hasSize(cells);
      try (StudyRecord record = open(study)) {
        Cell cell = study.cells().get(0);
        train(cell.trials(), study, record);
        tell(List.of(cell), study, record);
      }
      List<String> drawn =
          metrics(results.resolve("studies/sweep-" + cells)).stream()
              .filter(it -> it.startsWith("algorithm.diverge-at:1001/return-mean "))
              .toList();
      assertThat(drawn).hasSize(cells > StudyRecord.MOST_CURVES ? 0 : 5);
    }
    closeDeliveries();
  }
}
