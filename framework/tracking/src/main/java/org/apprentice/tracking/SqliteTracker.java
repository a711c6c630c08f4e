package org.apprentice.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackingException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * MLflow's tracking database in a SQLite file, which {@code mlflow ui} may read, and migrate, while
 * we write.
 */
final class SqliteTracker implements Tracker {
  private static final int BUSY_TIMEOUT_MILLIS = 5000;

  private final Path database;
  private final Path artifacts;
  private Connection connection;

  /**
   * @param database absolute
   * @param artifacts absolute; {@code <experiment id>/<run uuid>/artifacts} below it hold the runs'
   *     files
   */
  SqliteTracker(Path database, Path artifacts) {
    this.database = database;
    this.artifacts = artifacts;
  }

  /** Work on the database, done wholly or not at all. */
  @FunctionalInterface
  interface Transaction<T> {
    T run(Connection connection) throws SQLException;
  }

  @Override
  public void check() {
    transact(connection -> null);
  }

  @Override
  public String howToView() {
    return howToView(database);
  }

  /** The command that opens MLflow's UI on a database, ready for a shell. */
  static String howToView(Path database) {
    String uri = uri(database);
    boolean plain = uri.matches("[A-Za-z0-9_./:@%+=,-]*");
    return "mlflow ui --backend-store-uri " + (plain ? uri : "'" + uri.replace("'", "'\\''") + "'");
  }

  /** The database as MLflow names it. */
  static String uri(Path database) {
    return "sqlite:///" + database.toAbsolutePath();
  }

  @Override
  public Run start(RunSpec spec) {
    return transact(
        connection -> {
          if (!exists(connection, spec)) {
            insert(connection, spec, experiment(connection, spec.experiment()));
          }
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT experiment_id, lifecycle_stage FROM runs WHERE run_uuid = ?")) {
            select.setString(1, spec.uid());
            try (ResultSet row = select.executeQuery()) {
              requireActive(
                  row.getString(2),
                  "run " + spec.name(),
                  "restore it with 'mlflow runs restore --run-id " + spec.uid() + "'");
              return new SqliteRun(
                  this, spec, row.getLong(1), artifacts(row.getLong(1), spec.uid()));
            }
          }
        });
  }

  private static boolean exists(Connection connection, RunSpec spec) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT 1 FROM runs WHERE run_uuid = ?")) {
      select.setString(1, spec.uid());
      try (ResultSet rows = select.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** The fields that MLflow's server leaves empty are empty here too. */
  private void insert(Connection connection, RunSpec spec, long experiment) throws SQLException {
    String sql =
        "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id,"
            + " status, start_time, end_time, source_version, lifecycle_stage, artifact_uri,"
            + " experiment_id) VALUES (?, ?, 'UNKNOWN', '', '', '', 'RUNNING', ?, NULL, '',"
            + " 'active', ?, ?)";
    String name = MlflowLimits.cut(spec.name(), MlflowLimits.KEY, "...");
    try (PreparedStatement run = connection.prepareStatement(sql);
        PreparedStatement tag =
            connection.prepareStatement(
                "INSERT INTO tags (key, value, run_uuid) VALUES ('mlflow.runName', ?, ?)")) {
      run.setString(1, spec.uid());
      run.setString(2, name);
      run.setLong(3, spec.startMillis());
      run.setString(4, fileUri(artifacts(experiment, spec.uid())));
      run.setLong(5, experiment);
      run.executeUpdate();
      tag.setString(1, name);
      tag.setString(2, spec.uid());
      tag.executeUpdate();
    }
  }

  /** The id of an experiment, which is created if missing. */
  private long experiment(Connection connection, String name) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT experiment_id, lifecycle_stage FROM experiments WHERE name = ?")) {
      select.setString(1, name);
      try (ResultSet rows = select.executeQuery()) {
        if (rows.next()) {
          long id = rows.getLong(1);
          requireActive(
              rows.getString(2),
              "experiment " + name,
              "choose another tracking.experiment, or restore it with 'mlflow experiments restore"
                  + " --experiment-id "
                  + id
                  + "'");
          return id;
        }
      }
    }
    String insert =
        "INSERT INTO experiments (name, lifecycle_stage, creation_time, last_update_time)"
            + " VALUES (?, 'active', ?, ?) RETURNING experiment_id";
    try (PreparedStatement experiment = connection.prepareStatement(insert);
        PreparedStatement location =
            connection.prepareStatement(
                "UPDATE experiments SET artifact_location = ? WHERE experiment_id = ?")) {
      long now = System.currentTimeMillis();
      experiment.setString(1, name);
      experiment.setLong(2, now);
      experiment.setLong(3, now);
      long id;
      try (ResultSet row = experiment.executeQuery()) {
        id = row.getLong(1);
      }
      location.setString(1, fileUri(artifacts.resolve(Long.toString(id))));
      location.setLong(2, id);
      location.executeUpdate();
      return id;
    }
  }

  private void requireActive(String stage, String what, String advice) {
    if (!"active".equals(stage)) {
      throw new TrackingException(
          what
              + " was deleted in the MLflow database "
              + database
              + "; "
              + advice
              + " and MLFLOW_TRACKING_URI="
              + uri(database)
              + ". The journal keeps everything meanwhile");
    }
  }

  private Path artifacts(long experiment, String run) {
    return artifacts.resolve(Long.toString(experiment)).resolve(run).resolve("artifacts");
  }

  private static String fileUri(Path path) {
    String uri = path.toUri().toString();
    // Path.toUri ends in a slash if the folder happens to exist.
    return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
  }

  /**
   * Runs a transaction that holds the database's write lock from its beginning, connecting first if
   * need be.
   *
   * @throws TrackingException temporary if the database is busy, full or out of reach
   */
  synchronized <T> T transact(Transaction<T> transaction) {
    try {
      if (connection == null) {
        connection = connect();
      }
      T result = transaction.run(connection);
      connection.commit();
      return result;
    } catch (SQLException e) {
      abandon();
      throw explain(e);
    } catch (RuntimeException e) {
      abandon();
      throw e;
    }
  }

  private Connection connect() throws SQLException {
    createFolder(database.getParent());
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    config.enforceForeignKeys(true);
    // A transaction that reads before it writes would otherwise fail at once when another process
    // wrote in between.
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    Connection opened = config.createConnection("jdbc:sqlite:" + database);
    try {
      if (MlflowSchema.isEmpty(opened)) {
        // Lets 'mlflow ui' read while we write. Stays as it is in databases that others made.
        pragma(opened, "PRAGMA journal_mode = WAL");
      }
      if (pragma(opened, "PRAGMA journal_mode").equals("wal")) {
        // Cannot corrupt the database in this mode; the journal makes good a transaction lost with
        // the power.
        pragma(opened, "PRAGMA synchronous = NORMAL");
      }
      opened.setAutoCommit(false);
      if (MlflowSchema.isEmpty(opened)) {
        MlflowSchema.create(opened, fileUri(artifacts.resolve("0")));
        opened.commit();
      } else {
        MlflowSchema.verify(opened, database);
        opened.rollback();
      }
      return opened;
    } catch (SQLException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static String pragma(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet row = statement.getResultSet()) {
          return row.next() ? row.getString(1) : "";
        }
      }
      return "";
    }
  }

  private static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new TrackingException(
          "cannot create the folder "
              + folder
              + " for the MLflow database ("
              + e
              + "); the results folder must be a folder on a disk that can be written",
          e);
    }
  }

  private TrackingException explain(SQLException cause) {
    int code = cause.getErrorCode() & 0xff;
    String what = "the MLflow database " + database + ": " + cause.getMessage();
    if (code == SQLiteErrorCode.SQLITE_BUSY.code
        || code == SQLiteErrorCode.SQLITE_LOCKED.code
        || code == SQLiteErrorCode.SQLITE_PROTOCOL.code
        || code == SQLiteErrorCode.SQLITE_FULL.code
        || code == SQLiteErrorCode.SQLITE_IOERR.code
        || code == SQLiteErrorCode.SQLITE_CANTOPEN.code) {
      return TrackingException.temporary(what, cause);
    }
    return new TrackingException(what + "; the journal keeps everything meanwhile", cause);
  }

  /** Gives up the connection along with its transaction: the next call begins on a sound one. */
  private void abandon() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // The transaction's own failure is what the caller hears of.
    } finally {
      connection = null;
    }
  }

  @Override
  public synchronized void close() {
    abandon();
  }
}
