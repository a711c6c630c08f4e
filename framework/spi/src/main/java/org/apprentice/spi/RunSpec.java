package org.apprentice.spi;

import java.nio.file.Path;

/**
 * What is known of a run when it starts.
 *
 * @param uid 32 hexadecimal digits, made once for the run and kept in its folder
 * @param experiment MLflow experiment
 * @param name shown in the UI
 * @param startMillis milliseconds since the epoch
 * @param directory the run's folder; artifact events name files in it
 */
public record RunSpec(
    String uid, String experiment, String name, long startMillis, Path directory) {}
