package org.apprentice.tracking;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.spi.TrackingException;

/**
 * Delivers into MLflow's own SQLite database. {@code sqlite} means {@code mlflow.db} in the folder
 * of results; {@code sqlite:///PATH} is read as MLflow reads it, so an absolute path gives four
 * slashes and others are relative to the working directory.
 */
final class SqliteTrackerPlugin implements TrackerPlugin {
  static final String DEFAULT_FILE = "mlflow.db";

  private static final String PREFIX = "sqlite:///";

  @Override
  public boolean accepts(String uri) {
    return uri.equals("sqlite") || uri.startsWith("sqlite:");
  }

  @Override
  public String uriForms() {
    return "sqlite, sqlite:///PATH";
  }

  @Override
  public Tracker open(String uri, Path results) {
    return new SqliteTracker(database(uri, results), results.resolve("artifacts"));
  }

  /**
   * The file that a URI means, absolute.
   *
   * @throws TrackingException if it means none
   */
  static Path database(String uri, Path results) {
    Path database = uri.equals("sqlite") ? results.resolve(DEFAULT_FILE) : path(uri);
    return database.toAbsolutePath().normalize();
  }

  private static Path path(String uri) {
    String path = uri.startsWith(PREFIX) ? uri.substring(PREFIX.length()) : "";
    if (path.isEmpty() || path.startsWith(":") || path.contains("?")) {
      throw new TrackingException(
          "tracking.uri must be sqlite or sqlite:///PATH with the path of a file, found '"
              + uri
              + "'");
    }
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw new TrackingException("tracking.uri '" + uri + "' holds no path: " + e.getMessage(), e);
    }
  }
}
