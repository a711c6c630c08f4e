package org.apprentice.tracking;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.TrackingException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * Reads MLflow's database in a SQLite file while others write it. Columns are asked for by name, so
 * that those which newer versions of MLflow add do no harm.
 */
final class SqliteStore implements RunStore {
  private static final int BUSY_TIMEOUT_MILLIS = 5000;

  private final Path database;
  private final Connection connection;

  private SqliteStore(Path database, Connection connection) {
    this.database = database;
    this.connection = connection;
  }

  /**
   * @throws TrackingException if there is no such file, or it is no database of MLflow's
   */
  static SqliteStore open(Path database) {
    if (!Files.isRegularFile(database)) {
      throw new TrackingException(
          "there is no MLflow database "
              + database
              + "; expected the SQLite file that runs were logged to");
    }
    try {
      return verified(database, "");
    } catch (SQLException e) {
      // A database that is written with a write-ahead log cannot be read in a folder that may not
      // be written to, unless SQLite is told that nobody writes it.
      boolean unwritten = !Files.exists(database.resolveSibling(database.getFileName() + "-wal"));
      if (!is(SQLiteErrorCode.SQLITE_CANTOPEN, e) || !unwritten) {
        throw explain(database, e);
      }
    }
    return openUnwritten(database);
  }

  /** Of a database that nobody writes, in a folder that may not be written to. */
  static SqliteStore openUnwritten(Path database) {
    try {
      return verified(database, "?immutable=1");
    } catch (SQLException e) {
      throw explain(database, e);
    }
  }

  private static SqliteStore verified(Path database, String query) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    String file = query.isEmpty() ? database.toString() : "file:" + escaped(database) + query;
    Connection connection = config.createConnection("jdbc:sqlite:" + file);
    try {
      MlflowSchema.verifyReadable(connection, database);
      return new SqliteStore(database, connection);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static String escaped(Path database) {
    return database.toUri().getRawPath();
  }

  private static boolean is(SQLiteErrorCode code, SQLException cause) {
    return (cause.getErrorCode() & 0xff) == code.code;
  }

  private static TrackingException explain(Path database, SQLException cause) {
    if (is(SQLiteErrorCode.SQLITE_NOTADB, cause)) {
      return new TrackingException(
          database + " is no SQLite database; expected the file that runs were logged to", cause);
    }
    String what = "cannot read the MLflow database " + database + ": " + cause.getMessage();
    return SqliteTracker.isPassing(cause)
        ? TrackingException.temporary(what, cause)
        : new TrackingException(what, cause);
  }

  @Override
  public String place() {
    return SqliteTracker.uri(database);
  }

  /** Work on one row of an answer. */
  @FunctionalInterface
  private interface Row {
    void read(ResultSet row) throws SQLException;
  }

  private void query(String sql, List<String> arguments, Row row) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.size(); i++) {
        statement.setString(i + 1, arguments.get(i));
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          row.read(rows);
        }
      }
    } catch (SQLException e) {
      throw explain(database, e);
    }
  }

  @Override
  public List<StoredRun> runs(Optional<String> filter) {
    Map<String, Map<String, String>> params = texts("params");
    Map<String, Map<String, String>> tags = texts("tags");
    Map<String, Map<String, RunEvent.Metric>> metrics = new HashMap<>();
    query(
        "SELECT run_uuid, key, value, is_nan, step, timestamp FROM latest_metrics ORDER BY rowid",
        List.of(),
        row ->
            metrics
                .computeIfAbsent(row.getString("run_uuid"), id -> new LinkedHashMap<>())
                .put(row.getString("key"), metric(row)));
    List<StoredRun> runs = new ArrayList<>();
    query(
        "SELECT run_uuid, runs.name AS run_name, experiments.name AS experiment, status,"
            + " start_time, end_time, artifact_uri FROM runs JOIN experiments"
            + " USING (experiment_id) WHERE runs.lifecycle_stage = 'active'"
            + " AND experiments.lifecycle_stage = 'active' ORDER BY start_time, runs.rowid",
        List.of(),
        row -> {
          String id = row.getString("run_uuid");
          runs.add(
              run(
                  row,
                  params.getOrDefault(id, Map.of()),
                  tags.getOrDefault(id, Map.of()),
                  metrics.getOrDefault(id, Map.of())));
        });
    return runs;
  }

  @Override
  public Set<String> uids() {
    Set<String> uids = new HashSet<>();
    query(
        "SELECT run_uuid AS uid FROM runs WHERE lifecycle_stage = 'active' UNION SELECT value FROM"
            + " tags JOIN runs USING (run_uuid) WHERE key = ? AND lifecycle_stage = 'active'",
        List.of(StoredRun.UID),
        row -> uids.add(row.getString("uid")));
    return uids;
  }

  private Map<String, Map<String, String>> texts(String table) {
    Map<String, Map<String, String>> texts = new HashMap<>();
    query(
        "SELECT run_uuid, key, value FROM " + table + " ORDER BY rowid",
        List.of(),
        row -> {
          String value = row.getString("value");
          texts
              .computeIfAbsent(row.getString("run_uuid"), id -> new LinkedHashMap<>())
              .put(row.getString("key"), value == null ? "" : value);
        });
    return texts;
  }

  private static StoredRun run(
      ResultSet row,
      Map<String, String> params,
      Map<String, String> tags,
      Map<String, RunEvent.Metric> metrics)
      throws SQLException {
    String id = row.getString("run_uuid");
    String name = row.getString("run_name");
    String artifacts = row.getString("artifact_uri");
    long start = row.getLong("start_time");
    long end = row.getLong("end_time");
    return new StoredRun(
        id,
        StoredRun.uid(id, tags),
        row.getString("experiment"),
        name == null ? tags.getOrDefault("mlflow.runName", id) : name,
        StoredRun.ended(row.getString("status")),
        start,
        end > 0 ? OptionalLong.of(end) : OptionalLong.empty(),
        params,
        tags,
        metrics,
        artifacts == null ? "" : artifacts);
  }

  private static RunEvent.Metric metric(ResultSet row) throws SQLException {
    double value = row.getDouble("value");
    return new RunEvent.Metric(
        row.getString("key"),
        row.getBoolean("is_nan") ? Double.NaN : StoredRun.value(value),
        row.getLong("step"),
        row.getLong("timestamp"));
  }

  @Override
  public void history(StoredRun run, String metric, Consumer<RunEvent.Metric> consumer) {
    query(
        "SELECT key, value, is_nan, step, timestamp FROM metrics WHERE run_uuid = ? AND key = ?"
            + " ORDER BY rowid",
        List.of(run.id(), metric),
        row -> consumer.accept(metric(row)));
  }

  @Override
  public Map<String, String> experimentTags(StoredRun run) {
    Map<String, String> tags = new LinkedHashMap<>();
    query(
        "SELECT key, value FROM experiment_tags JOIN runs USING (experiment_id)"
            + " WHERE run_uuid = ? ORDER BY key",
        List.of(run.id()),
        row -> {
          String value = row.getString("value");
          tags.put(row.getString("key"), value == null ? "" : value);
        });
    return tags;
  }

  @Override
  public List<RunEvent.Dataset> datasets(StoredRun run) {
    List<RunEvent.Dataset> datasets = new ArrayList<>();
    query(
        "SELECT datasets.name AS name, digest, dataset_source_type, dataset_source,"
            + " dataset_schema, dataset_profile, input_tags.value AS context FROM inputs"
            + " JOIN datasets ON inputs.source_id = dataset_uuid LEFT JOIN input_tags"
            + " ON input_tags.input_uuid = inputs.input_uuid"
            + " AND input_tags.name = 'mlflow.data.context' WHERE source_type = 'DATASET'"
            + " AND destination_type = 'RUN' AND destination_id = ? ORDER BY inputs.rowid",
        List.of(run.id()),
        row -> {
          String context = row.getString("context");
          datasets.add(
              new RunEvent.Dataset(
                  row.getString("name"),
                  row.getString("digest"),
                  row.getString("dataset_source_type"),
                  row.getString("dataset_source"),
                  row.getString("dataset_schema"),
                  row.getString("dataset_profile"),
                  context == null ? "" : context));
        });
    return datasets;
  }

  @Override
  public List<StoredFile> files(StoredRun run) {
    if (run.artifactUri().isEmpty()) {
      return List.of();
    }
    Path folder = folder(run);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      List<StoredFile> files = new ArrayList<>();
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        List<String> parts = new ArrayList<>();
        folder.relativize(file).forEach(part -> parts.add(part.toString()));
        boolean incomplete = parts.get(parts.size() - 1).endsWith(".incomplete");
        if (!incomplete) {
          files.add(new StoredFile(String.join("/", parts), Files.size(file)));
        }
      }
      return files;
    } catch (IOException e) {
      throw TrackingException.temporary("cannot list the files in " + folder + " (" + e + ")", e);
    }
  }

  /** Of a run that says where its files are. */
  private static Path folder(StoredRun run) {
    String uri = run.artifactUri();
    try {
      if (uri.startsWith("file:")) {
        return Path.of(URI.create(uri));
      }
      if (!uri.contains(":/")) {
        return Path.of(uri).toAbsolutePath();
      }
    } catch (IllegalArgumentException e) {
      throw new TrackingException(
          "the files of run " + run.name() + " are at '" + uri + "', which is no folder", e);
    }
    throw new TrackingException(
        "the files of run "
            + run.name()
            + " are at "
            + Trackers.withoutSecrets(uri)
            + ", which cannot be read from its SQLite file; read from the server that keeps them");
  }

  @Override
  public void fetch(StoredRun run, StoredFile file, Path target) throws IOException {
    Files.createDirectories(target.toAbsolutePath().getParent());
    Path incomplete = target.resolveSibling("." + target.getFileName() + ".incomplete");
    Files.copy(folder(run).resolve(file.path()), incomplete, StandardCopyOption.REPLACE_EXISTING);
    Files.move(
        incomplete, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public Optional<Path> local(StoredRun run, StoredFile file) {
    return Optional.of(folder(run).resolve(file.path()).toAbsolutePath());
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw explain(database, e);
    }
  }
}
