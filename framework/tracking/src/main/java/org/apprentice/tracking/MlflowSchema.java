package org.apprentice.tracking;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apprentice.spi.TrackingException;

/**
 * The tables of MLflow's tracking database. New databases get those of MLflow 2.17, which every
 * server since can open and newer ones migrate by themselves; existing databases may have been
 * migrated and need only the columns that we write.
 */
final class MlflowSchema {
  private static final String RESOURCE = "mlflow-schema-2.17.sql";

  /** Every column that our INSERTs name. */
  private static final Map<String, Set<String>> WRITTEN =
      new TreeMap<>(
          Map.of(
              "experiments",
              Set.of(
                  "experiment_id",
                  "name",
                  "artifact_location",
                  "lifecycle_stage",
                  "creation_time",
                  "last_update_time"),
              "experiment_tags",
              Set.of("key", "value", "experiment_id"),
              "runs",
              Set.of(
                  "run_uuid",
                  "name",
                  "source_type",
                  "source_name",
                  "entry_point_name",
                  "user_id",
                  "status",
                  "start_time",
                  "end_time",
                  "source_version",
                  "lifecycle_stage",
                  "artifact_uri",
                  "experiment_id"),
              "params",
              Set.of("key", "value", "run_uuid"),
              "tags",
              Set.of("key", "value", "run_uuid"),
              "metrics",
              Set.of("key", "value", "timestamp", "run_uuid", "step", "is_nan"),
              "latest_metrics",
              Set.of("key", "value", "timestamp", "step", "is_nan", "run_uuid"),
              "datasets",
              Set.of(
                  "dataset_uuid",
                  "experiment_id",
                  "name",
                  "digest",
                  "dataset_source_type",
                  "dataset_source",
                  "dataset_schema",
                  "dataset_profile"),
              "inputs",
              Set.of(
                  "input_uuid", "source_type", "source_id", "destination_type", "destination_id"),
              "input_tags",
              Set.of("input_uuid", "name", "value")));

  /** Every column that reading runs names. */
  private static final Map<String, Set<String>> READ =
      new TreeMap<>(
          Map.of(
              "experiments",
              Set.of("experiment_id", "name", "lifecycle_stage"),
              "experiment_tags",
              Set.of("key", "value", "experiment_id"),
              "runs",
              Set.of(
                  "run_uuid",
                  "name",
                  "status",
                  "start_time",
                  "end_time",
                  "lifecycle_stage",
                  "artifact_uri",
                  "experiment_id"),
              "params",
              Set.of("key", "value", "run_uuid"),
              "tags",
              Set.of("key", "value", "run_uuid"),
              "metrics",
              Set.of("key", "value", "timestamp", "run_uuid", "step", "is_nan"),
              "latest_metrics",
              Set.of("key", "value", "timestamp", "step", "is_nan", "run_uuid"),
              "datasets",
              Set.of(
                  "dataset_uuid",
                  "name",
                  "digest",
                  "dataset_source_type",
                  "dataset_source",
                  "dataset_schema",
                  "dataset_profile"),
              "inputs",
              Set.of(
                  "input_uuid", "source_type", "source_id", "destination_type", "destination_id"),
              "input_tags",
              Set.of("input_uuid", "name", "value")));

  private MlflowSchema() {}

  /** Whether the database has no tables, as a file just made. */
  static boolean isEmpty(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM sqlite_master")) {
      return rows.getInt(1) == 0;
    }
  }

  /** Makes the tables and the default experiment, as a new MLflow database has them. */
  static void create(Connection connection, String defaultArtifactLocation) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements()) {
        statement.executeUpdate(sql);
      }
    }
    String sql =
        "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage,"
            + " creation_time, last_update_time) VALUES (0, 'Default', ?, 'active', ?, ?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      long now = System.currentTimeMillis();
      insert.setString(1, defaultArtifactLocation);
      insert.setLong(2, now);
      insert.setLong(3, now);
      insert.executeUpdate();
    }
  }

  private static List<String> statements() {
    try (InputStream stream = MlflowSchema.class.getResourceAsStream(RESOURCE)) {
      String script = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      List<String> statements = new ArrayList<>();
      for (String sql : script.replaceAll("(?m)^--.*$", "").split(";")) {
        if (!sql.isBlank()) {
          statements.add(sql.strip());
        }
      }
      return statements;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Checks that our INSERTs fit.
   *
   * @throws TrackingException if this is no MLflow database, one too old, or one that asks for more
   *     than we write
   */
  static void verify(Connection connection, Path database) throws SQLException {
    for (Map.Entry<String, Set<String>> table : WRITTEN.entrySet()) {
      Set<String> columns = new HashSet<>();
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("PRAGMA table_info(" + table.getKey() + ")")) {
        while (rows.next()) {
          String column = rows.getString("name");
          columns.add(column);
          boolean mustBeGiven = rows.getBoolean("notnull") && rows.getString("dflt_value") == null;
          if (mustBeGiven && !table.getValue().contains(column)) {
            throw unfit(
                connection, database, "table " + table.getKey() + " requires a column " + column);
          }
        }
      }
      if (columns.isEmpty()) {
        throw unfit(connection, database, "it has no table " + table.getKey());
      }
      for (String column : table.getValue()) {
        if (!columns.contains(column)) {
          throw unfit(connection, database, "table " + table.getKey() + " has no column " + column);
        }
      }
    }
  }

  /**
   * Checks that runs can be read.
   *
   * @throws TrackingException if this is no MLflow database, or one too old
   */
  static void verifyReadable(Connection connection, Path database) throws SQLException {
    for (Map.Entry<String, Set<String>> table : READ.entrySet()) {
      Set<String> columns = new HashSet<>();
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("PRAGMA table_info(" + table.getKey() + ")")) {
        while (rows.next()) {
          columns.add(rows.getString("name"));
        }
      }
      Set<String> missing = new TreeSet<>(table.getValue());
      missing.removeAll(columns);
      if (!missing.isEmpty()) {
        throw new TrackingException(
            database
                + " is a SQLite database, but not one of MLflow's that can be read ("
                + (columns.isEmpty()
                    ? "it has no table " + table.getKey()
                    : "table " + table.getKey() + " has no column " + missing.iterator().next())
                + "). If it is older than MLflow 2.4, upgrade it with 'mlflow db upgrade "
                + SqliteTracker.uri(database)
                + "'");
      }
    }
  }

  private static TrackingException unfit(Connection connection, Path database, String what)
      throws SQLException {
    String revision;
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT version_num FROM alembic_version")) {
      revision = rows.next() ? rows.getString(1) : "none";
    } catch (SQLException e) {
      return new TrackingException(
          database
              + " is a SQLite database, but not one of MLflow's ("
              + what
              + "). Name another file in tracking.uri; the journal keeps everything meanwhile");
    }
    return new TrackingException(
        "the MLflow database "
            + database
            + " has a schema (revision "
            + revision
            + ") that this version does not know: "
            + what
            + ". If it is older than MLflow 2.4, upgrade it with 'mlflow db upgrade "
            + SqliteTracker.uri(database)
            + "', else name another file in tracking.uri; the journal keeps everything meanwhile");
  }
}
