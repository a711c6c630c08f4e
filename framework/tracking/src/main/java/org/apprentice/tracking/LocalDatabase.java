package org.apprentice.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.apprentice.spi.TrackingException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * The SQLite file behind a {@code tracking.uri}, which can be made anew from journals.
 *
 * @param path absolute
 */
public record LocalDatabase(Path path) {
  /** What SQLite keeps beside a database. */
  private static final List<String> FILES = List.of("", "-wal", "-shm", "-journal");

  /** Empty if the URI names another kind of place. */
  public static Optional<LocalDatabase> of(String uri, Path results) {
    SqliteTrackerPlugin plugin = new SqliteTrackerPlugin();
    return plugin.accepts(uri)
        ? Optional.of(new LocalDatabase(SqliteTrackerPlugin.database(uri, results)))
        : Optional.empty();
  }

  public boolean exists() {
    return Files.exists(path);
  }

  /**
   * What is wrong with the file; empty if it is sound, or does not exist.
   *
   * @throws TrackingException if it cannot be read just now
   */
  public Optional<String> damage() {
    if (!exists()) {
      return Optional.empty();
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(5000);
    try (Connection connection = config.createConnection("jdbc:sqlite:" + path);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA quick_check(1)")) {
      String finding = row.getString(1);
      return finding.equals("ok") ? Optional.empty() : Optional.of(finding);
    } catch (SQLException e) {
      int code = e.getErrorCode() & 0xff;
      if (code == SQLiteErrorCode.SQLITE_NOTADB.code
          || code == SQLiteErrorCode.SQLITE_CORRUPT.code) {
        return Optional.of(e.getMessage());
      }
      throw new TrackingException(
          "cannot check the MLflow database " + path + ": " + e.getMessage(), e);
    }
  }

  /** Renames the file, so that the next delivery makes a new one; returns its new name. */
  public Path setAside() throws IOException {
    Path kept = path;
    for (int number = 1; Files.exists(kept); number++) {
      kept = path.resolveSibling(path.getFileName() + ".damaged-" + number);
    }
    for (String file : FILES) {
      Path part = path.resolveSibling(path.getFileName() + file);
      if (Files.exists(part)) {
        Files.move(part, kept.resolveSibling(kept.getFileName() + file));
      }
    }
    return kept;
  }
}
