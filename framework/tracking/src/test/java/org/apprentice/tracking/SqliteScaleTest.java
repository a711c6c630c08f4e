package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database as large as a long study makes it: written as deliveries write it, and read with the
 * queries of MLflow's server. Prints what it took; {@code -Dapprentice.scale.runs} makes it
 * smaller.
 */
@Tag("learning")
class SqliteScaleTest {
  private static final int RUNS = Integer.getInteger("apprentice.scale.runs", 1_000);
  private static final int METRICS = 20;
  private static final int POINTS = 500;

  /** Of a metric, in milliseconds. */
  private static final long BETWEEN_POINTS = 300;

  /** Eight runs at a time: indices by time grow at few places, as they do. */
  private static final long BETWEEN_STARTS = BETWEEN_POINTS * POINTS / 8;

  /** MLflow's server asks for this many runs at a time. */
  private static final int CHUNK = 500;

  @TempDir Path folder;

  private static double seconds(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }

  private static void print(String text, Object... values) {
    System.out.printf(Locale.ROOT, text + "%n", values);
  }

  @Test
  void tenMillionPointsOfAThousandRunsAreWrittenAndListed() throws IOException, SQLException {
    Path file = folder.resolve("mlflow.db");
    long points = (long) RUNS * METRICS * POINTS;
    long start = System.nanoTime();
    long part = start;
    RunSpec last = null;
    try (SqliteTracker tracker = new SqliteTracker(file, folder.resolve("artifacts"))) {
      for (int run = 0; run < RUNS; run++) {
        last =
            new RunSpec(
                RunSpec.newUid(),
                "scale",
                "run " + run,
                Events.TIME + BETWEEN_STARTS * run,
                folder);
        write(tracker, last, run);
        if ((run + 1) % Math.max(1, RUNS / 10) == 0) {
          print("%d runs, %.0f points/s", run + 1, RUNS / 10.0 * METRICS * POINTS / seconds(part));
          part = System.nanoTime();
        }
      }
    }
    double seconds = seconds(start);
    print(
        "%d points of %d runs in %.1f s: %.0f points/s, %.0f MB, %.0f bytes a point",
        points,
        RUNS,
        seconds,
        points / seconds,
        Files.size(file) / 1e6,
        (double) Files.size(file) / points);
    Database database = new Database(file);
    assertThat(database.value("SELECT count(*) FROM runs WHERE status = 'FINISHED'"))
        .isEqualTo(RUNS);
    assertThat(((Number) database.value("SELECT count(*) FROM metrics")).longValue())
        .isEqualTo(points);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      list(connection);
      history(connection, last);
    }
    readBack(file);
  }

  /** As a run of {@link #POINTS} iterations is delivered. */
  private static void write(SqliteTracker tracker, RunSpec spec, int run) {
    Tracker.Run target = tracker.start(spec);
    List<RunEvent> batch = new ArrayList<>();
    batch.add(new RunEvent.Started(spec.startMillis()));
    for (int param = 0; param < 40; param++) {
      batch.add(new RunEvent.Param("algorithm.param-" + param, String.valueOf(run % 7 * param)));
    }
    for (int tag = 0; tag < 12; tag++) {
      batch.add(new RunEvent.Tag("tag-" + tag, "value " + run));
    }
    for (int step = 0; step < POINTS; step++) {
      for (int metric = 0; metric < METRICS; metric++) {
        batch.add(
            new RunEvent.Metric(
                "losses/metric-" + metric,
                Math.sin(run + 0.01 * step + metric),
                2048L * step,
                spec.startMillis() + BETWEEN_POINTS * step));
        if (batch.size() == Tracker.MAX_BATCH) {
          target.deliver(batch);
          batch = new ArrayList<>();
        }
      }
    }
    batch.add(
        new RunEvent.Finished(
            RunEvent.Status.FINISHED, spec.startMillis() + BETWEEN_POINTS * POINTS));
    target.deliver(batch);
  }

  /** What the table of runs costs: the newest runs, then what belongs to them. */
  private static void list(Connection connection) throws SQLException {
    long start = System.nanoTime();
    List<String> runs =
        column(
            connection,
            "SELECT DISTINCT run_uuid, start_time FROM runs WHERE experiment_id IN (1) AND"
                + " lifecycle_stage IN ('active') ORDER BY start_time DESC, run_uuid LIMIT 1000");
    assertThat(runs).hasSize(Math.min(1_000, RUNS));
    long rows = 0;
    for (String table : List.of("latest_metrics", "params", "tags")) {
      for (int from = 0; from < runs.size(); from += CHUNK) {
        List<String> chunk = runs.subList(from, Math.min(runs.size(), from + CHUNK));
        String marks = String.join(",", Collections.nCopies(chunk.size(), "?"));
        rows +=
            column(
                    connection,
                    "SELECT key, value FROM " + table + " WHERE run_uuid IN (" + marks + ")",
                    chunk.toArray(String[]::new))
                .size();
      }
    }
    // The run's name is a tag too.
    assertThat(rows).isEqualTo(runs.size() * (METRICS + 40L + 13L));
    print("listed %d runs with %d values in %.2f s", runs.size(), rows, seconds(start));

    start = System.nanoTime();
    List<String> best =
        column(
            connection,
            "SELECT runs.run_uuid FROM runs LEFT OUTER JOIN (SELECT * FROM latest_metrics WHERE key"
                + " = 'losses/metric-3') AS ordered ON runs.run_uuid = ordered.run_uuid WHERE"
                + " experiment_id IN (1) AND lifecycle_stage IN ('active') ORDER BY ordered.is_nan,"
                + " ordered.value DESC, start_time DESC, runs.run_uuid LIMIT 100");
    assertThat(best).hasSize(Math.min(100, RUNS));
    print("sorted all runs by a metric in %.2f s", seconds(start));
  }

  private static void history(Connection connection, RunSpec run) throws SQLException {
    long start = System.nanoTime();
    List<String> history =
        column(
            connection,
            "SELECT value FROM metrics WHERE run_uuid = ? AND key = ? ORDER BY timestamp, step,"
                + " value",
            run.uid(),
            "losses/metric-3");
    assertThat(history).hasSize(POINTS);
    print("read the %d points of one metric of one run in %.3f s", POINTS, seconds(start));
  }

  /** As {@code compare} and {@code sync} read. */
  private static void readBack(Path file) {
    try (RunStore store = RunStore.open(SqliteTracker.uri(file), file.getParent())) {
      long start = System.nanoTime();
      List<StoredRun> runs = store.runs(Optional.empty());
      assertThat(runs).hasSize(RUNS);
      print("read %d runs with their values in %.2f s", runs.size(), seconds(start));
      start = System.nanoTime();
      List<RunEvent.Metric> points = new ArrayList<>();
      StoredRun run = runs.get(RUNS / 2);
      run.metrics().keySet().forEach(metric -> store.history(run, metric, points::add));
      assertThat(points).hasSize(METRICS * POINTS);
      print("read the %d points of one run in %.2f s", points.size(), seconds(start));
    }
  }

  private static List<String> column(Connection connection, String sql, String... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      List<String> values = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          values.add(rows.getString(1));
        }
      }
      return values;
    }
  }
}
