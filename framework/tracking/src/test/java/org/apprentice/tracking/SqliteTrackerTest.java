package org.apprentice.tracking;

import static org.apprentice.tracking.Events.TIME;
import static org.apprentice.tracking.Events.dataset;
import static org.apprentice.tracking.Events.metric;
import static org.apprentice.tracking.Events.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackingException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteTrackerTest {
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

  @Test
  void aRunAppearsAsMlflowWouldHaveMadeIt() {
    RunSpec spec = spec(results);
    Tracker.Run run = tracker.start(spec);
    assertThat(run.id()).isEqualTo(spec.uid());
    String location = results.toUri() + "artifacts/1";
    assertThat(
            database.rows(
                "SELECT experiment_id, artifact_location, lifecycle_stage FROM experiments WHERE"
                    + " name = 'cartpole'"))
        .containsExactly(List.of(1, location, "active"));
    assertThat(
            database.rows(
                "SELECT run_uuid, name, source_type, source_name, user_id, status, start_time,"
                    + " lifecycle_stage, artifact_uri, experiment_id FROM runs"))
        .containsExactly(
            List.of(
                spec.uid(),
                "trial",
                "UNKNOWN",
                "",
                "",
                "RUNNING",
                TIME,
                "active",
                location + "/" + spec.uid() + "/artifacts",
                1));
    assertThat(database.value("SELECT end_time FROM runs")).isNull();
    assertThat(database.rows("SELECT key, value FROM tags"))
        .containsExactly(List.of("mlflow.runName", "trial"));
  }

  @Test
  void artifactUrisSurviveOddFolderNames() throws IOException {
    Path odd = Files.createDirectories(results.resolve("50% of\u00e4 #1"));
    try (SqliteTracker other =
        new SqliteTracker(odd.resolve("mlflow.db"), odd.resolve("artifacts"))) {
      Files.writeString(odd.resolve("a.txt"), "a");
      RunSpec spec = spec(odd);
      other.start(spec).deliver(List.of(new RunEvent.Artifact("a.txt", "a.txt")));
      String uri =
          (String) new Database(odd.resolve("mlflow.db")).value("SELECT artifact_uri FROM runs");
      assertThat(Path.of(URI.create(uri)).resolve("a.txt")).hasContent("a");
    }
  }

  @Test
  void deliveringAgainChangesNothing() throws IOException {
    Files.writeString(results.resolve("resolved.conf"), "a = 1");
    RunSpec spec = spec(results);
    List<RunEvent> events =
        List.of(
            new RunEvent.Started(TIME),
            new RunEvent.Param("network", "mlp"),
            new RunEvent.Tag("seed", "1"),
            new RunEvent.ExperimentTag("mlflow.note.content", "about"),
            dataset("expert"),
            metric("a/b", 1, 1),
            metric("a/b", Double.NaN, 2),
            new RunEvent.Artifact("resolved.conf", "config/resolved.conf"),
            new RunEvent.Finished(RunEvent.Status.FINISHED, TIME + 5));
    tracker.start(spec).deliver(events);
    List<List<Object>> once = everything();
    tracker.start(spec).deliver(events);
    tracker.start(spec).deliver(events.subList(2, 6));
    assertThat(everything()).isEqualTo(once);
    assertThat(once).isNotEmpty();
  }

  @Test
  void theFirstLabelOfAnExperimentStays() {
    tracker
        .start(spec(results))
        .deliver(List.of(new RunEvent.ExperimentTag("mlflow.note.content", "first")));
    tracker
        .start(spec(results))
        .deliver(
            List.of(
                new RunEvent.ExperimentTag("mlflow.note.content", "second"),
                new RunEvent.ExperimentTag("team", "x".repeat(6000))));
    assertThat(database.rows("SELECT key, value FROM experiment_tags WHERE key LIKE 'mlflow%'"))
        .containsExactly(List.of("mlflow.note.content", "first"));
    assertThat((String) database.value("SELECT value FROM experiment_tags WHERE key = 'team'"))
        .hasSize(5000)
        .endsWith("... (cut)");
  }

  private List<List<Object>> everything() {
    List<List<Object>> rows = new ArrayList<>();
    for (String table :
        List.of(
            "experiments",
            "experiment_tags",
            "runs",
            "params",
            "tags",
            "metrics",
            "latest_metrics",
            "datasets",
            "inputs",
            "input_tags")) {
      rows.addAll(database.rows("SELECT * FROM " + table));
    }
    return rows;
  }

  @Test
  void storesMetricsThatAreNotNumbersAsMlflowDoes() {
    tracker
        .start(spec(results))
        .deliver(
            List.of(
                metric("m", Double.NaN, 1),
                metric("m", Double.POSITIVE_INFINITY, 2),
                metric("m", Double.NEGATIVE_INFINITY, 3),
                metric("m", 0.1, 4)));
    assertThat(database.rows("SELECT step, value, is_nan, timestamp FROM metrics ORDER BY step"))
        .containsExactly(
            List.of(1, 0.0, 1, TIME + 1),
            List.of(2, Double.MAX_VALUE, 0, TIME + 2),
            List.of(3, -Double.MAX_VALUE, 0, TIME + 3),
            List.of(4, 0.1, 0, TIME + 4));
  }

  @Test
  void theLatestMetricIsTheOneOfTheLargestStepThenTimeThenValue() {
    Tracker.Run run = tracker.start(spec(results));
    run.deliver(
        List.of(
            new RunEvent.Metric("step", 1, 5, 10),
            new RunEvent.Metric("step", 2, 4, 20),
            new RunEvent.Metric("time", 1, 5, 10),
            new RunEvent.Metric("time", 2, 5, 9),
            new RunEvent.Metric("value", 1, 5, 10),
            new RunEvent.Metric("value", 2, 5, 10)));
    // The same rule between what is stored and what is new.
    run.deliver(
        List.of(
            new RunEvent.Metric("step", 3, 3, 30),
            new RunEvent.Metric("time", 3, 5, 8),
            new RunEvent.Metric("value", 1.5, 5, 10),
            new RunEvent.Metric("nan", Double.NaN, 1, 1)));
    assertThat(
            database.rows(
                "SELECT key, value, step, timestamp, is_nan FROM latest_metrics ORDER BY key"))
        .containsExactly(
            List.of("nan", 0.0, 1, 1, 1),
            List.of("step", 1.0, 5, 10, 0),
            List.of("time", 1.0, 5, 10, 0),
            List.of("value", 2.0, 5, 10, 0));
    run.deliver(List.of(new RunEvent.Metric("step", 9, 6, 1)));
    assertThat(database.value("SELECT value FROM latest_metrics WHERE key = 'step'"))
        .isEqualTo(9.0);
  }

  @Test
  void longParamsAreCutVisiblyAndKeptWhole() throws IOException {
    RunSpec spec = spec(results);
    String value = "v".repeat(5999) + "\ud83d\ude00" + "w".repeat(3000);
    tracker
        .start(spec)
        .deliver(
            List.of(new RunEvent.Param("a.b", value), new RunEvent.Param("c", "v".repeat(6000))));
    String stored = (String) database.value("SELECT value FROM params WHERE key = 'a.b'");
    assertThat(stored)
        .hasSizeLessThanOrEqualTo(6000)
        .endsWith("... (cut; whole in artifact params/a.b.txt)");
    assertThat(artifacts(spec).resolve("params/a.b.txt")).hasContent(value);
    assertThat(database.value("SELECT value FROM params WHERE key = 'c'"))
        .isEqualTo("v".repeat(6000));
  }

  @Test
  void tagsChangeAndTheirFieldsOfTheRunWithThem() {
    Tracker.Run run = tracker.start(spec(results));
    run.deliver(
        List.of(
            new RunEvent.Tag("mlflow.runName", "other"),
            new RunEvent.Tag("mlflow.user", "me"),
            new RunEvent.Tag("mlflow.note.content", "n".repeat(9000))));
    run.deliver(List.of(new RunEvent.Tag("mlflow.user", "you")));
    assertThat(database.rows("SELECT name, user_id FROM runs"))
        .containsExactly(List.of("other", "you"));
    assertThat(
            database.rows(
                "SELECT value FROM tags WHERE key IN ('mlflow.runName', 'mlflow.user') ORDER BY"
                    + " key"))
        .containsExactly(List.of("other"), List.of("you"));
    assertThat((String) database.value("SELECT value FROM tags WHERE key = 'mlflow.note.content'"))
        .hasSize(8000)
        .endsWith("... (cut; whole in artifact tags/mlflow.note.content.txt)");
  }

  @Test
  void datasetsAreSharedByRunsOfAnExperiment() {
    for (int i = 0; i < 2; i++) {
      tracker.start(spec(results)).deliver(List.of(dataset("expert")));
    }
    assertThat(
            database.rows(
                "SELECT name, digest, dataset_source_type, dataset_source, dataset_schema,"
                    + " experiment_id FROM datasets"))
        .containsExactly(
            List.of(
                "expert",
                "abcd1234",
                "local",
                "{\"uri\": \"d.npz\"}",
                "{\"observations\": [4]}",
                1));
    assertThat(
            database.rows(
                "SELECT inputs.source_type, destination_type, input_tags.name, input_tags.value"
                    + " FROM inputs JOIN datasets ON dataset_uuid = source_id JOIN runs ON run_uuid"
                    + " = destination_id JOIN input_tags ON input_tags.input_uuid ="
                    + " inputs.input_uuid"))
        .hasSize(2)
        .containsOnly(List.of("DATASET", "RUN", "mlflow.data.context", "demonstrations"));
  }

  @Test
  void aResumedRunIsRunningAgain() {
    Tracker.Run run = tracker.start(spec(results));
    run.deliver(List.of(new RunEvent.Finished(RunEvent.Status.KILLED, 77)));
    assertThat(database.rows("SELECT status, end_time FROM runs"))
        .containsExactly(List.of("KILLED", 77));
    run.deliver(List.of(new RunEvent.Started(88)));
    assertThat(database.value("SELECT status FROM runs WHERE end_time IS NULL"))
        .isEqualTo("RUNNING");
    run.deliver(
        List.of(new RunEvent.Started(90), new RunEvent.Finished(RunEvent.Status.FAILED, 99)));
    assertThat(database.rows("SELECT status, end_time FROM runs"))
        .containsExactly(List.of("FAILED", 99));
  }

  @Test
  void copiesFilesWhereMlflowLooksForThem() throws IOException {
    RunSpec spec = spec(Files.createDirectories(results.resolve("runs/abc")));
    Files.writeString(spec.directory().resolve("resolved.conf"), "first");
    Tracker.Run run = tracker.start(spec);
    RunEvent artifact = new RunEvent.Artifact("resolved.conf", "config/resolved.conf");
    run.deliver(List.of(artifact));
    Files.writeString(spec.directory().resolve("resolved.conf"), "second");
    run.deliver(List.of(artifact, new RunEvent.Artifact("gone.zip", "gone.zip")));
    assertThat(artifacts(spec).resolve("config/resolved.conf")).hasContent("second");
    try (Stream<Path> files = Files.walk(artifacts(spec))) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(1);
    }
  }

  @Test
  void refusesArtifactPathsOutsideTheRun() throws IOException {
    Files.writeString(results.resolve("a.txt"), "a");
    Tracker.Run run = tracker.start(spec(results));
    for (String path : List.of("../x", "/etc/x", "")) {
      assertThatThrownBy(() -> run.deliver(List.of(new RunEvent.Artifact("a.txt", path))))
          .isInstanceOf(TrackingException.class)
          .hasMessageContaining("leaves the run's artifacts");
    }
  }

  private Path artifacts(RunSpec spec) {
    return results.resolve("artifacts/1").resolve(spec.uid()).resolve("artifacts");
  }

  @Test
  void worksWithADatabaseThatANewerMlflowMigrated() {
    tracker.check();
    tracker.close();
    database.execute(
        "ALTER TABLE inputs ADD COLUMN step BIGINT DEFAULT '0' NOT NULL",
        "ALTER TABLE experiments ADD COLUMN workspace VARCHAR(63) DEFAULT 'default' NOT NULL",
        "CREATE TABLE logged_models (model_id VARCHAR(34) NOT NULL PRIMARY KEY)",
        "UPDATE alembic_version SET version_num = 'ffffffffffff'");
    RunSpec spec = spec(results);
    tracker.start(spec).deliver(List.of(metric("a", 1, 1), dataset("expert")));
    assertThat(database.value("SELECT count(*) FROM metrics")).isEqualTo(1);
    assertThat(database.value("SELECT step FROM inputs")).isEqualTo(0);
  }

  @Test
  void survivesAMigrationWhileItIsOpen() {
    Tracker.Run run = tracker.start(spec(results));
    run.deliver(List.of(metric("a", 1, 1)));
    database.execute(
        "CREATE TABLE metrics_copy AS SELECT * FROM metrics",
        "DROP TABLE metrics",
        "CREATE TABLE metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT"
            + " NOT NULL, run_uuid VARCHAR(32) NOT NULL, step BIGINT NOT NULL, is_nan BOOLEAN NOT"
            + " NULL, further INTEGER, PRIMARY KEY (key, timestamp, step, run_uuid, value,"
            + " is_nan))",
        "INSERT INTO metrics SELECT *, 0 FROM metrics_copy");
    run.deliver(List.of(metric("a", 1, 1), metric("a", 2, 2)));
    assertThat(database.value("SELECT count(*) FROM metrics")).isEqualTo(2);
  }

  @Test
  void refusesASchemaThatLacksWhatItWrites() {
    tracker.check();
    tracker.close();
    database.execute("DROP TABLE input_tags");
    assertRefused(
        "no table input_tags",
        "revision f5a4f2784254",
        "mlflow db upgrade",
        "journal keeps everything");
    database.execute(
        "CREATE TABLE input_tags (input_uuid TEXT, name TEXT, value TEXT)",
        "DROP INDEX index_latest_metrics_run_uuid",
        "ALTER TABLE latest_metrics DROP COLUMN timestamp");
    assertRefused("latest_metrics has no column timestamp");
  }

  @Test
  void refusesASchemaThatWantsMoreThanItWrites() {
    tracker.check();
    tracker.close();
    database.execute(
        "DROP TABLE input_tags",
        "CREATE TABLE input_tags (input_uuid TEXT, name TEXT, value TEXT, owner TEXT NOT NULL)");
    assertRefused("table input_tags requires a column owner");
  }

  @Test
  void refusesDatabasesThatAreNotMlflows() throws IOException {
    database.execute("CREATE TABLE songs (name TEXT)");
    assertRefused("not one of MLflow's", "Name another file");
    Files.writeString(
        database.path(), "this is no database at all, but a text that is long enough".repeat(20));
    assertRefused("mlflow.db", "journal keeps everything");
  }

  @Test
  void refusesResultsBelowARegularFile() throws IOException {
    Path file = Files.writeString(results.resolve("file"), "");
    try (SqliteTracker other =
        new SqliteTracker(file.resolve("x/mlflow.db"), file.resolve("x/artifacts"))) {
      assertThatThrownBy(other::check)
          .isInstanceOf(TrackingException.class)
          .hasMessageContaining("results folder must be a folder");
    }
  }

  @Test
  void refusesDeletedExperimentsAndRuns() {
    RunSpec spec = spec(results);
    tracker.start(spec);
    database.execute("UPDATE runs SET lifecycle_stage = 'deleted'");
    assertThatThrownBy(() -> tracker.start(spec))
        .isInstanceOf(TrackingException.class)
        .hasMessageContaining("run trial was deleted")
        .hasMessageContaining("mlflow runs restore --run-id " + spec.uid());
    database.execute("UPDATE experiments SET lifecycle_stage = 'deleted' WHERE name = 'cartpole'");
    assertThatThrownBy(() -> tracker.start(spec(results)))
        .isInstanceOf(TrackingException.class)
        .hasMessageContaining("experiment cartpole was deleted")
        .hasMessageContaining("another tracking.experiment")
        .hasMessageContaining("mlflow experiments restore --experiment-id 1");
  }

  @Test
  void aBusyDatabaseIsATemporaryFailure() throws SQLException {
    tracker.check();
    try (SqliteTracker impatient =
            new SqliteTracker(database.path(), results.resolve("artifacts"), 50);
        Connection other = DriverManager.getConnection("jdbc:sqlite:" + database.path());
        Statement statement = other.createStatement()) {
      statement.executeUpdate("BEGIN IMMEDIATE");
      assertThatThrownBy(() -> impatient.start(spec(results)))
          .isInstanceOfSatisfying(
              TrackingException.class, e -> assertThat(e.isTemporary()).isTrue());
      statement.executeUpdate("ROLLBACK");
      impatient.start(spec(results));
    }
  }

  @Test
  void severalWritersShareANewDatabase() throws Exception {
    int writers = 4;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    List<Future<?>> done = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      done.add(threads.submit(this::writeSomeBatches));
    }
    for (Future<?> future : done) {
      future.get();
    }
    threads.shutdown();
    assertThat(database.value("SELECT count(*) FROM metrics")).isEqualTo(writers * 1000);
    assertThat(database.value("SELECT count(*) FROM experiments")).isEqualTo(2);
  }

  private void writeSomeBatches() {
    try (SqliteTracker own = new SqliteTracker(database.path(), results.resolve("artifacts"))) {
      Tracker.Run run = own.start(spec(results));
      for (int batch = 0; batch < 10; batch++) {
        List<RunEvent> events = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          events.add(metric("a", i, 100L * batch + i));
        }
        run.deliver(events);
      }
    }
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> tracker.start(spec(results)))
        .isInstanceOfSatisfying(TrackingException.class, e -> assertThat(e.isTemporary()).isFalse())
        .hasMessageContainingAll(parts);
  }
}
