package org.apprentice.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Set;
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

  /**
   * How long the write-ahead log becomes, 32 MB, before it is written back to the database: each
   * time waits for the disk, which others may keep busy, and pages that many transactions change
   * are written once. SQLite's own is 1000.
   */
  private static final int LOG_PAGES = 8000;

  /** Indices of millions of points grow in many places; SQLite's own 2 MB do not hold them. */
  private static final int CACHE_KIBIBYTES = 16_000;

  /**
   * Failures that the same call may not meet again: others hold the lock, or the disk is full or
   * away.
   */
  private static final Set<SQLiteErrorCode> PASSING =
      EnumSet.of(
          SQLiteErrorCode.SQLITE_BUSY,
          SQLiteErrorCode.SQLITE_LOCKED,
          SQLiteErrorCode.SQLITE_PROTOCOL,
          SQLiteErrorCode.SQLITE_FULL,
          SQLiteErrorCode.SQLITE_IOERR,
          SQLiteErrorCode.SQLITE_CANTOPEN);

  private final Path database;
  private final Path artifacts;
  private final int busyTimeoutMillis;
  private Connection connection;

  /**
   * @param database absolute
   * @param artifacts absolute; {@code <experiment id>/<run uuid>/artifacts} below it hold the runs'
   *     files
   */
  SqliteTracker(Path database, Path artifacts) {
    this(database, artifacts, BUSY_TIMEOUT_MILLIS);
  }

  SqliteTracker(Path database, Path artifacts, int busyTimeoutMillis) {
    this.database = database;
    this.artifacts = artifacts;
    this.busyTimeoutMillis = busyTimeoutMillis;
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
      return inTransaction(connection, transaction);
    } catch (SQLException e) {
      abandon();
      throw explain(e);
    } catch (RuntimeException e) {
      abandon();
      throw e;
    }
  }

  /**
   * Begins and commits by hand: the driver's own transactions begin the next one along with each
   * commit, and would hold the lock while there is nothing to write. Taking it at the beginning
   * lets SQLite wait for other writers; a transaction that read first would fail at once when
   * another process wrote in between.
   */
  private static <T> T inTransaction(Connection connection, Transaction<T> transaction)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("BEGIN IMMEDIATE");
      T result = transaction.run(connection);
      statement.executeUpdate("COMMIT");
      return result;
    }
  }

  private Connection connect() throws SQLException {
    createFolder(database.getParent());
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(busyTimeoutMillis);
    config.enforceForeignKeys(true);
    config.setCacheSize(-CACHE_KIBIBYTES);
    Connection opened = config.createConnection("jdbc:sqlite:" + database);
    try {
      if (MlflowSchema.isEmpty(opened)) {
        preferWriteAheadLog(opened);
      }
      if (pragma(opened, "PRAGMA journal_mode").equals("wal")) {
        // Cannot corrupt the database in this mode; the journal makes good a transaction lost with
        // the power.
        pragma(opened, "PRAGMA synchronous = NORMAL");
        pragma(opened, "PRAGMA wal_autocheckpoint = " + LOG_PAGES);
      }
      inTransaction(opened, this::prepare);
      return opened;
    } catch (SQLException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** Lets {@code mlflow ui} read while we write. Databases that others made stay as they are. */
  private static void preferWriteAheadLog(Connection opened) throws SQLException {
    try {
      pragma(opened, "PRAGMA journal_mode = WAL");
    } catch (SQLException e) {
      // SQLite does not wait here for another process that is making the same change.
      if (!isPassing(e)) {
        throw e;
      }
    }
  }

  private Void prepare(Connection opened) throws SQLException {
    if (MlflowSchema.isEmpty(opened)) {
      MlflowSchema.create(opened, fileUri(artifacts.resolve("0")));
    } else {
      MlflowSchema.verify(opened, database);
    }
    return null;
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
              + e.getMessage()
              + "); the results folder must be a folder on a disk that can be written",
          e);
    }
  }

  private TrackingException explain(SQLException cause) {
    // The driver hides why its native library cannot be unpacked.
    String reason = cause.getCause() == null ? "" : " (" + cause.getCause().getMessage() + ")";
    String what = "the MLflow database " + database + ": " + cause.getMessage() + reason;
    return isPassing(cause)
        ? TrackingException.temporary(what, cause)
        : new TrackingException(what + "; the journal keeps everything meanwhile", cause);
  }

  /** Whether the same call may not meet this again. */
  static boolean isPassing(SQLException cause) {
    int primaryCode = cause.getErrorCode() & 0xff;
    return PASSING.stream().anyMatch(code -> code.code == primaryCode);
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
