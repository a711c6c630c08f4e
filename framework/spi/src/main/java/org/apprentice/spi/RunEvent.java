package org.apprentice.spi;

/** One entry of a run's journal. */
public sealed interface RunEvent {
  /** A setting; set once. */
  record Param(String key, String value) implements RunEvent {}

  /** A measured value, by environment step (or epoch). */
  record Metric(String key, double value, long step, long timestampMillis) implements RunEvent {}

  /** A label; the last one counts. */
  record Tag(String key, String value) implements RunEvent {}

  /**
   * A label of the experiment that the run belongs to, for example {@code mlflow.note.content}, its
   * description. The first one counts: what the experiment has already stays.
   */
  record ExperimentTag(String key, String value) implements RunEvent {}

  /**
   * A file of the run, as it is when the event is delivered; sent again by a further event after it
   * changed.
   *
   * @param file relative to the run's folder
   * @param path where the UI shows it, with {@code /}
   */
  record Artifact(String file, String path) implements RunEvent {}

  /**
   * Data that the run learned from.
   *
   * @param name at most 500 characters
   * @param digest at most 36 characters
   * @param sourceType for example {@code local}
   * @param source where the data came from, as JSON
   * @param schema as JSON; null if unknown
   * @param profile sizes and other figures, as JSON; null if unknown
   * @param context what it was used for, for example {@code demonstrations}
   */
  record Dataset(
      String name,
      String digest,
      String sourceType,
      String source,
      String schema,
      String profile,
      String context)
      implements RunEvent {}

  /** The run is going on, after a start or a resume. */
  record Started(long timestampMillis) implements RunEvent {}

  /** The run ended. */
  record Finished(Status status, long timestampMillis) implements RunEvent {}

  /** MLflow's names. */
  enum Status {
    FINISHED,
    FAILED,
    KILLED
  }
}
