package org.apprentice.spi;

import java.nio.file.Path;
import java.util.UUID;

/**
 * What is known of a run when it starts.
 *
 * @param uid 32 lower-case hexadecimal digits, made once for the run and kept in its folder
 * @param experiment MLflow experiment
 * @param name shown in the UI
 * @param startMillis milliseconds since the epoch
 * @param directory the run's folder; artifact events name files in it
 */
public record RunSpec(
    String uid, String experiment, String name, long startMillis, Path directory) {
  public RunSpec {
    if (!uid.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException(
          "uid must be 32 lower-case hexadecimal digits, found '" + uid + "'");
    }
    if (experiment.isBlank()) {
      throw new IllegalArgumentException("experiment must have a name, found '" + experiment + "'");
    }
  }

  /** A fresh {@link #uid()}. */
  public static String newUid() {
    return UUID.randomUUID().toString().replace("-", "");
  }
}
