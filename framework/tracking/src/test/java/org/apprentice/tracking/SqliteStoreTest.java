package org.apprentice.tracking;

import static org.apprentice.tracking.Events.TIME;
import static org.apprentice.tracking.Events.dataset;
import static org.apprentice.tracking.Events.metric;
import static org.apprentice.tracking.Events.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.TrackingException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {
  @TempDir Path results;
  private Database database;
  private SqliteTracker tracker;

  @BeforeEach
  void open() {
    database = new Database(results.resolve("mlflow.db"));
    tracker = new SqliteTracker(database.path(), results.resolve("artifacts"));
  }

  @AfterEach
  void close() {
    tracker.close();
  }

  private RunStore read() {
    return RunStore.open("sqlite", results);
  }

  private RunSpec deliver(RunEvent... events) {
    RunSpec spec = spec(results.resolve("run"));
    tracker.start(spec).deliver(List.of(events));
    return spec;
  }

  private static List<RunEvent.Metric> history(RunStore store, StoredRun run, String key) {
    List<RunEvent.Metric> points = new ArrayList<>();
    store.history(run, key, points::add);
    return points;
  }

  @Test
  void aRunIsReadAsItWasWritten() {
    RunSpec spec =
        deliver(
            new RunEvent.Started(TIME),
            new RunEvent.Param("b", "2"),
            new RunEvent.Param("a", "1"),
            new RunEvent.Tag("seed", "1"),
            new RunEvent.Tag("seed", "2"),
            metric("loss", 0.5, 1),
            metric("loss", 0.25, 2),
            dataset("demonstrations"),
            new RunEvent.ExperimentTag("mlflow.note.content", "balances a pole"),
            new RunEvent.Finished(RunEvent.Status.FAILED, TIME + 9));
    try (RunStore store = read()) {
      assertThat(store.place()).isEqualTo("sqlite:///" + database.path());
      StoredRun run = store.runs(Optional.empty()).get(0);
      assertThat(run.id()).isEqualTo(run.uid()).isEqualTo(spec.uid());
      assertThat(run.experiment()).isEqualTo("cartpole");
      assertThat(run.name()).isEqualTo("trial");
      assertThat(run.ended()).contains(RunEvent.Status.FAILED);
      assertThat(run.startMillis()).isEqualTo(TIME);
      assertThat(run.endMillis()).isEqualTo(OptionalLong.of(TIME + 9));
      assertThat(run.params()).containsExactly(Map.entry("b", "2"), Map.entry("a", "1"));
      assertThat(run.tags()).containsEntry("seed", "2").containsEntry("mlflow.runName", "trial");
      assertThat(run.metrics()).containsExactly(Map.entry("loss", metric("loss", 0.25, 2)));
      assertThat(history(store, run, "loss"))
          .containsExactly(metric("loss", 0.5, 1), metric("loss", 0.25, 2));
      assertThat(store.datasets(run)).containsExactly(dataset("demonstrations"));
      assertThat(store.experimentTags(run))
          .containsExactly(Map.entry("mlflow.note.content", "balances a pole"));
    }
  }

  @Test
  void notANumberAndTheInfinitiesComeBack() {
    deliver(
        metric("loss", Double.NaN, 1),
        metric("loss", Double.POSITIVE_INFINITY, 2),
        metric("loss", Double.NEGATIVE_INFINITY, 3));
    try (RunStore store = read()) {
      StoredRun run = store.runs(Optional.empty()).get(0);
      assertThat(history(store, run, "loss").stream().map(RunEvent.Metric::value))
          .containsExactly(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
      assertThat(run.metrics().get("loss").value()).isEqualTo(Double.NEGATIVE_INFINITY);
    }
  }

  @Test
  void theLatestPointIsThatOfTheHighestStep() {
    deliver(metric("loss", 0.5, 7), metric("loss", 0.25, 3));
    try (RunStore store = read()) {
      StoredRun run = store.runs(Optional.empty()).get(0);
      assertThat(run.metrics().get("loss")).isEqualTo(metric("loss", 0.5, 7));
      assertThat(history(store, run, "loss"))
          .as("in the order in which they were logged")
          .containsExactly(metric("loss", 0.5, 7), metric("loss", 0.25, 3));
    }
  }

  @Test
  void filesAreListedAndRead() throws IOException {
    Path folder = Files.createDirectories(results.resolve("run"));
    Files.writeString(folder.resolve("a.txt"), "hello");
    Files.writeString(folder.resolve("b.txt"), "world!");
    deliver(
        new RunEvent.Artifact("a.txt", "top.txt"), new RunEvent.Artifact("b.txt", "deep/er/b.txt"));
    try (RunStore store = read()) {
      StoredRun run = store.runs(Optional.empty()).get(0);
      assertThat(store.files(run))
          .containsExactly(
              new RunStore.StoredFile("deep/er/b.txt", 6), new RunStore.StoredFile("top.txt", 5));
      RunStore.StoredFile file = store.files(run).get(0);
      Path copy = results.resolve("new/copy.txt");
      store.fetch(run, file, copy);
      assertThat(copy).hasContent("world!");
      assertThat(store.local(run, file).orElseThrow()).hasContent("world!");
    }
  }

  @Test
  void paramsThatWereCutAreMadeWhole() throws IOException {
    String longer = "[" + "1, ".repeat(4000) + "]";
    deliver(new RunEvent.Param("layers", longer), new RunEvent.Param("a", "1"));
    try (RunStore store = read()) {
      StoredRun run = store.runs(Optional.empty()).get(0);
      assertThat(run.params().get("layers")).hasSize(MlflowLimits.PARAM);
      assertThat(store.whole(run).params())
          .containsExactly(Map.entry("layers", longer), Map.entry("a", "1"));
      Files.delete(store.local(run, store.files(run).get(0)).orElseThrow());
      assertThat(store.whole(run)).isEqualTo(run);
    }
  }

  @Test
  void filesThatAServerKeepsCannotBeReadFromItsDatabase() {
    deliver(new RunEvent.Started(TIME));
    database.execute("UPDATE runs SET artifact_uri = 'mlflow-artifacts:/1/abc/artifacts'");
    try (RunStore store = read()) {
      StoredRun run = store.runs(Optional.empty()).get(0);
      assertThatThrownBy(() -> store.files(run))
          .isInstanceOf(TrackingException.class)
          .hasMessage(
              "the files of run trial are at mlflow-artifacts:/1/abc/artifacts, which cannot be"
                  + " read from its SQLite file; read from the server that keeps them");
    }
  }

  @Test
  void deletedRunsAndThoseOfDeletedExperimentsArePassedOver() {
    RunSpec first = deliver(new RunEvent.Started(TIME));
    deliver(new RunEvent.Started(TIME));
    RunSpec other =
        new RunSpec(RunSpec.newUid(), "gone", "other", TIME - 1, results.resolve("other"));
    tracker.start(other).deliver(List.of(new RunEvent.Started(TIME)));
    database.execute(
        "UPDATE runs SET lifecycle_stage = 'deleted' WHERE run_uuid = '" + first.uid() + "'",
        "UPDATE experiments SET lifecycle_stage = 'deleted' WHERE name = 'gone'");
    try (RunStore store = read()) {
      assertThat(store.runs(Optional.empty())).hasSize(1);
    }
  }

  @Test
  void databasesThatNewerVersionsOfMlflowMigratedAreRead() {
    deliver(new RunEvent.Param("a", "1"), metric("loss", 0.5, 1), dataset("demonstrations"));
    database.execute(
        "ALTER TABLE runs ADD COLUMN workspace VARCHAR(63) DEFAULT 'default' NOT NULL",
        "ALTER TABLE experiments ADD COLUMN workspace VARCHAR(63) DEFAULT 'default' NOT NULL",
        "ALTER TABLE inputs ADD COLUMN step BIGINT DEFAULT '0' NOT NULL",
        "CREATE TABLE logged_models (model_id VARCHAR(34) NOT NULL, name VARCHAR(500))",
        "CREATE TABLE metrics_new (run_uuid VARCHAR(32), is_nan BOOLEAN, step BIGINT, timestamp"
            + " BIGINT, value FLOAT, key VARCHAR(250), extra INTEGER)",
        "INSERT INTO metrics_new (run_uuid, is_nan, step, timestamp, value, key) SELECT run_uuid,"
            + " is_nan, step, timestamp, value, key FROM metrics",
        "DROP TABLE metrics",
        "ALTER TABLE metrics_new RENAME TO metrics",
        "UPDATE alembic_version SET version_num = 'ffffffffffff'");
    try (RunStore store = read()) {
      StoredRun run = store.runs(Optional.empty()).get(0);
      assertThat(run.params()).containsExactly(Map.entry("a", "1"));
      assertThat(history(store, run, "loss")).containsExactly(metric("loss", 0.5, 1));
      assertThat(store.datasets(run)).containsExactly(dataset("demonstrations"));
    }
  }

  @Test
  void readersSeeWhatIsWrittenMeanwhileAndDoNotDisturbIt() {
    RunSpec spec = deliver(metric("loss", 0.5, 1));
    try (RunStore store = read()) {
      StoredRun run = store.runs(Optional.empty()).get(0);
      List<RunEvent.Metric> points = new ArrayList<>();
      store.history(
          run,
          "loss",
          point -> {
            points.add(point);
            tracker.start(spec).deliver(List.of(metric("loss", 0.25, 2)));
          });
      assertThat(points).as("as it was when reading began").hasSize(1);
      assertThat(history(store, run, "loss")).hasSize(2);
    }
  }

  @Test
  void aDatabaseInAFolderThatMayNotBeWrittenToIsRead() throws IOException {
    deliver(new RunEvent.Param("a", "1"));
    tracker.close();
    Path moved = Files.createDirectories(results.resolve("a b%20#?")).resolve("x?.db");
    Files.move(database.path(), moved);
    try (RunStore store = SqliteStore.openUnwritten(moved)) {
      assertThat(store.runs(Optional.empty()).get(0).params()).containsEntry("a", "1");
    }
  }

  @Test
  void theRunUidIsTakenFromItsTagOrMadeFromTheId() {
    String uid = RunSpec.newUid();
    assertThat(StoredRun.uid("9", Map.of(StoredRun.UID, uid))).isEqualTo(uid);
    assertThat(StoredRun.uid(uid, Map.of())).isEqualTo(uid);
    assertThat(StoredRun.uid(uid, Map.of(StoredRun.UID, "odd"))).isEqualTo(uid);
    assertThat(StoredRun.uid("9", Map.of()))
        .matches("[0-9a-f]{32}")
        .isEqualTo(StoredRun.uid("9", Map.of()))
        .isNotEqualTo(StoredRun.uid("8", Map.of()));
  }

  @Test
  void whatIsNoDatabaseOfMlflowsIsNamed() throws IOException {
    Path missing = results.resolve("missing.db");
    assertMessage(missing, "there is no MLflow database " + missing);
    assertThat(missing).as("not made").doesNotExist();
    Path text = Files.writeString(results.resolve("text.db"), "no database ".repeat(100));
    assertMessage(text, text + " is no SQLite database");
    Path foreign = results.resolve("foreign.db");
    new Database(foreign).execute("CREATE TABLE songs (title TEXT)");
    assertMessage(
        foreign,
        foreign
            + " is a SQLite database, but not one of MLflow's that can be read (it has no table");
    Path old = results.resolve("old.db");
    try (SqliteTracker made = new SqliteTracker(old, results.resolve("artifacts"))) {
      made.check();
    }
    new Database(old).execute("ALTER TABLE runs RENAME COLUMN name TO title");
    assertMessage(old, "table runs has no column name");
  }

  private void assertMessage(Path file, String message) {
    assertThatThrownBy(() -> RunStore.open("sqlite:///" + file, results))
        .isInstanceOf(TrackingException.class)
        .hasMessageContaining(message);
  }

  @Test
  void unknownPlacesAreNamedWithoutPasswords() {
    assertThatThrownBy(() -> RunStore.open("ftp://me:secret@host/x", results))
        .isInstanceOf(TrackingException.class)
        .hasMessage(
            "runs cannot be read from 'ftp://host/x'; expected sqlite, sqlite:///PATH or"
                + " http(s)://HOST:PORT of an MLflow server");
  }
}
