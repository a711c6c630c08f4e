package org.apprentice.tracking;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run in MLflow's SQLite database. Files are copied before the transaction, to keep that short.
 */
final class SqliteRun implements Tracker.Run {
  private static final Logger logger = LoggerFactory.getLogger(SqliteRun.class);

  private final SqliteTracker tracker;
  private final RunSpec spec;
  private final long experiment;
  private final Path artifacts;
  private final MlflowLimits limits = new MlflowLimits();

  SqliteRun(SqliteTracker tracker, RunSpec spec, long experiment, Path artifacts) {
    this.tracker = tracker;
    this.spec = spec;
    this.experiment = experiment;
    this.artifacts = artifacts;
  }

  @Override
  public String id() {
    return spec.uid();
  }

  @Override
  public void deliver(List<RunEvent> events) {
    copyFiles(events);
    tracker.transact(
        connection -> {
          insertMetrics(connection, only(RunEvent.Metric.class, events));
          insertParams(connection, only(RunEvent.Param.class, events));
          upsertTags(connection, only(RunEvent.Tag.class, events));
          insertExperimentTags(connection, only(RunEvent.ExperimentTag.class, events));
          for (RunEvent.Dataset dataset : only(RunEvent.Dataset.class, events)) {
            insertDataset(connection, dataset);
          }
          for (RunEvent event : events) {
            if (event instanceof RunEvent.Started) {
              updateStatus(connection, "RUNNING", null);
            } else if (event instanceof RunEvent.Finished finished) {
              updateStatus(connection, finished.status().name(), finished.timestampMillis());
            }
          }
          return null;
        });
  }

  private static <E extends RunEvent> List<E> only(Class<E> kind, List<RunEvent> events) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /**
   * A metric as MLflow stores it: NaN is 0 with a flag, and the infinities are the largest doubles.
   */
  private record Point(String key, double value, boolean nan, long step, long timestamp) {
    /** MLflow's rule for the metric that a run's page shows. */
    boolean isLaterThan(Point other) {
      if (step != other.step) {
        return step > other.step;
      }
      return timestamp != other.timestamp ? timestamp > other.timestamp : value > other.value;
    }

    void bind(PreparedStatement statement, String run) throws SQLException {
      statement.setString(1, key);
      statement.setDouble(2, value);
      statement.setLong(3, timestamp);
      statement.setLong(4, step);
      statement.setBoolean(5, nan);
      statement.setString(6, run);
      statement.addBatch();
    }
  }

  private Point point(RunEvent.Metric metric) {
    boolean nan = Double.isNaN(metric.value());
    double value = nan ? 0 : MlflowLimits.finite(metric.value());
    return new Point(limits.key(metric.key()), value, nan, metric.step(), metric.timestampMillis());
  }

  private void insertMetrics(Connection connection, List<RunEvent.Metric> metrics)
      throws SQLException {
    if (metrics.isEmpty()) {
      return;
    }
    Map<String, Point> latest = new HashMap<>();
    String insert =
        "INSERT INTO metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, ?,"
            + " ?) ON CONFLICT DO NOTHING";
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      for (RunEvent.Metric metric : metrics) {
        Point point = point(metric);
        point.bind(statement, spec.uid());
        latest.merge(point.key(), point, (old, next) -> next.isLaterThan(old) ? next : old);
      }
      statement.executeBatch();
    }
    String upsert =
        "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?,"
            + " ?, ?, ?, ?) ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value,"
            + " timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan"
            + " WHERE (excluded.step, excluded.timestamp, excluded.value) > (latest_metrics.step,"
            + " latest_metrics.timestamp, latest_metrics.value)";
    try (PreparedStatement statement = connection.prepareStatement(upsert)) {
      for (Point point : latest.values()) {
        point.bind(statement, spec.uid());
      }
      statement.executeBatch();
    }
  }

  private void insertParams(Connection connection, Collection<RunEvent.Param> params)
      throws SQLException {
    String sql =
        "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (RunEvent.Param param : params) {
        String key = limits.key(param.key());
        statement.setString(1, key);
        statement.setString(2, MlflowLimits.param(key, param.value(), MlflowLimits.PARAM));
        statement.setString(3, spec.uid());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private void upsertTags(Connection connection, Collection<RunEvent.Tag> tags)
      throws SQLException {
    String sql =
        "INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)"
            + " ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (RunEvent.Tag tag : tags) {
        String key = limits.key(tag.key());
        String value = MlflowLimits.tag(key, tag.value(), MlflowLimits.TAG);
        statement.setString(1, key);
        statement.setString(2, value);
        statement.setString(3, spec.uid());
        statement.addBatch();
        if (tag.key().equals("mlflow.runName")) {
          updateRun(connection, "name", MlflowLimits.cut(value, MlflowLimits.KEY, "..."));
        } else if (tag.key().equals("mlflow.user")) {
          updateRun(connection, "user_id", value);
        }
      }
      statement.executeBatch();
    }
  }

  private void insertExperimentTags(Connection connection, List<RunEvent.ExperimentTag> tags)
      throws SQLException {
    for (RunEvent.ExperimentTag tag : tags) {
      update(
          connection,
          "INSERT INTO experiment_tags (key, value, experiment_id) VALUES (?, ?, ?)"
              + " ON CONFLICT DO NOTHING",
          limits.key(tag.key()),
          MlflowLimits.cut(tag.value(), MlflowLimits.EXPERIMENT_TAG, "... (cut)"),
          experiment);
    }
  }

  /** MLflow keeps a few tags in the runs table as well. */
  private void updateRun(Connection connection, String column, String value) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("UPDATE runs SET " + column + " = ? WHERE run_uuid = ?")) {
      statement.setString(1, value);
      statement.setString(2, spec.uid());
      statement.executeUpdate();
    }
  }

  private void updateStatus(Connection connection, String status, Long endMillis)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE runs SET status = ?, end_time = ? WHERE run_uuid = ?")) {
      statement.setString(1, status);
      if (endMillis == null) {
        statement.setNull(2, Types.BIGINT);
      } else {
        statement.setLong(2, endMillis);
      }
      statement.setString(3, spec.uid());
      statement.executeUpdate();
    }
  }

  /**
   * The dataset belongs to the experiment, an input joins it to the run, and the input's tag tells
   * its use.
   */
  private void insertDataset(Connection connection, RunEvent.Dataset dataset) throws SQLException {
    String name = MlflowLimits.cut(dataset.name(), MlflowLimits.DATASET_NAME, "...");
    String digest = MlflowLimits.cut(dataset.digest(), MlflowLimits.DATASET_DIGEST, "");
    update(
        connection,
        "INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type,"
            + " dataset_source, dataset_schema, dataset_profile) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON"
            + " CONFLICT DO NOTHING",
        newUuid(),
        experiment,
        name,
        digest,
        dataset.sourceType(),
        dataset.source(),
        dataset.schema(),
        dataset.profile());
    update(
        connection,
        "INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id)"
            + " SELECT ?, 'DATASET', dataset_uuid, 'RUN', ? FROM datasets"
            + " WHERE experiment_id = ? AND name = ? AND digest = ? ON CONFLICT DO NOTHING",
        newUuid(),
        spec.uid(),
        experiment,
        name,
        digest);
    update(
        connection,
        "INSERT INTO input_tags (input_uuid, name, value) SELECT input_uuid, 'mlflow.data.context',"
            + " ? FROM inputs JOIN datasets ON source_id = dataset_uuid WHERE destination_id = ?"
            + " AND experiment_id = ? AND name = ? AND digest = ? ON CONFLICT DO NOTHING",
        dataset.context(),
        spec.uid(),
        experiment,
        name,
        digest);
  }

  private static String newUuid() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  private static void update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  private void copyFiles(List<RunEvent> events) {
    try {
      Map<String, String> texts = limits.longTexts(events, MlflowLimits.PARAM, MlflowLimits.TAG);
      for (Map.Entry<String, String> text : texts.entrySet()) {
        Files.writeString(target(text.getKey()), text.getValue(), StandardCharsets.UTF_8);
      }
      // The same file may have been named many times while delivery was behind: its state of now is
      // copied once.
      Set<RunEvent.Artifact> files = new LinkedHashSet<>(only(RunEvent.Artifact.class, events));
      for (RunEvent.Artifact file : files) {
        copy(file);
      }
    } catch (IOException e) {
      throw TrackingException.temporary(
          "cannot copy files of the run to " + artifacts + " (" + e + ")", e);
    }
  }

  private void copy(RunEvent.Artifact artifact) throws IOException {
    Path source = spec.directory().resolve(artifact.file());
    Path target = target(artifact.path());
    Path incomplete = target.resolveSibling("." + target.getFileName() + ".incomplete");
    try {
      Files.copy(source, incomplete, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      if (Files.exists(source)) {
        throw e;
      }
      logger.warn("Run {} has no file {} any more; MLflow goes without it", spec.name(), source);
      return;
    }
    Files.move(
        incomplete, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private Path target(String path) throws IOException {
    Path target = artifacts.resolve(path).normalize();
    if (!target.startsWith(artifacts) || target.equals(artifacts)) {
      throw new TrackingException("artifact path '" + path + "' leaves the run's artifacts");
    }
    Files.createDirectories(target.getParent());
    return target;
  }
}
