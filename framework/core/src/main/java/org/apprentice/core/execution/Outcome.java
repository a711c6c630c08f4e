package org.apprentice.core.execution;

/** What became of a {@link Schedule.Task}. */
public sealed interface Outcome {
  /**
   * The trial came to where it was to pause.
   *
   * @param score of its policy there; larger is better, NaN if it has none
   */
  record Reached(double score) implements Outcome {}

  /**
   * The trial is at its end, which may lie before the pause that was asked for.
   *
   * @param score of its policy at the end; larger is better, NaN if it has none
   */
  record Finished(double score) implements Outcome {}

  /** The trial failed for good. */
  record Failed() implements Outcome {}
}
