package org.apprentice.rl.imitation;

import org.apprentice.rl.demonstrations.DemonstrationSequences;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;

/**
 * Sequences side by side as a recurrent network takes them, time-major: row {@code step * columns +
 * column}. What is shorter than the longest is followed by padding, which repeats its last row and
 * must count for nothing. A feed-forward network sees single rows: sequences of one step.
 */
public final class SequenceColumns {
  private final int maxRows;
  private final boolean recurrent;
  private final ObservationBatch observations;
  private final ActionBatch actions;
  private final ObservationBatch nothing;
  private final ActionBatch noAction;
  private final boolean[] resets;
  private final boolean[] padding;
  private Inputs inputs;
  private float[] encodedActions;
  private int steps;
  private int columns;

  /**
   * @param recurrent whether the network is, and must be told where episodes begin
   */
  public SequenceColumns(
      EnvironmentSpec environment, int maxSteps, int maxColumns, boolean recurrent) {
    this.recurrent = recurrent;
    maxRows = maxSteps * maxColumns;
    observations = ObservationBatch.allocate(environment.observationSpace(), maxRows);
    actions = ActionBatch.allocate(environment.actionSpace(), maxRows);
    nothing = ObservationBatch.allocate(environment.observationSpace(), 1);
    noAction = ActionBatch.allocate(environment.actionSpace(), 1);
    resets = new boolean[maxRows];
    padding = new boolean[maxRows];
  }

  /** Makes room for so many columns of so many steps, each to be filled by {@code copy}. */
  public void begin(int newSteps, int newColumns) {
    if (newSteps * newColumns > maxRows) {
      throw new IllegalArgumentException(
          newSteps + " steps of " + newColumns + " sequences are more than " + maxRows + " rows");
    }
    steps = newSteps;
    columns = newColumns;
  }

  /** Fills a column with a demonstrated sequence. */
  public void copy(int column, DemonstrationSequences from, int sequence) {
    int first = from.firstRow(sequence);
    int length = from.length(sequence);
    for (int step = 0; step < steps; step++) {
      int row = step * columns + column;
      from.demonstrations().copyRow(first + Math.min(step, length - 1), observations, actions, row);
      resets[row] = step == 0 && from.startsEpisode(sequence);
      padding[row] = step >= length;
    }
  }

  /**
   * Fills a column with consecutive steps of one copy of a rollout.
   *
   * @param first the rollout's row of the first step
   */
  public void copy(int column, Rollout from, int first, int length) {
    for (int step = 0; step < steps; step++) {
      int row = step * columns + column;
      int source = first + Math.min(step, length - 1) * from.copies();
      from.observations().copyTo(source, observations, row, 1);
      from.actions().copyTo(source, actions, row, 1);
      resets[row] = step < length && from.episodeStarts()[source];
      padding[row] = step >= length;
    }
  }

  /** Fills a column with zeros, and the first action: something that is neither. */
  public void clear(int column) {
    for (int step = 0; step < steps; step++) {
      int row = step * columns + column;
      nothing.copyTo(0, observations, row, 1);
      noAction.copyTo(0, actions, row, 1);
      resets[row] = false;
      padding[row] = false;
    }
  }

  /** Fills a column with nothing but padding that repeats another one, which comes before it. */
  public void pad(int column, int other) {
    for (int step = 0; step < steps; step++) {
      int row = step * columns + column;
      observations.copyTo(step * columns + other, observations, row, 1);
      actions.copyTo(step * columns + other, actions, row, 1);
      resets[row] = false;
      padding[row] = true;
    }
  }

  public ObservationBatch observations() {
    return observations;
  }

  public ActionBatch actions() {
    return actions;
  }

  public boolean isPadding(int row) {
    return padding[row];
  }

  /** Steps of the longest sequence. */
  public int steps() {
    return steps;
  }

  /** Sequences. */
  public int columns() {
    return columns;
  }

  /** Padding included. */
  public int rows() {
    return steps * columns;
  }

  /** Without padding: what means are taken over. */
  public int validRows() {
    int valid = 0;
    for (int row = 0; row < rows(); row++) {
      valid += padding[row] ? 0 : 1;
    }
    return valid;
  }

  /**
   * What the network is given.
   *
   * @param encoded second input {@code [rows x action width]}; null where the network takes none
   */
  public Inputs inputs(float[] encoded) {
    return inputs(observations, encoded);
  }

  /**
   * What a network is given that sees something else in place of the observations.
   *
   * @param seen of the same rows
   */
  public Inputs inputs(ObservationBatch seen, float[] encoded) {
    if (inputs == null
        || inputs.observations() != seen
        || inputs.steps() != steps
        || inputs.batch() != columns
        || encodedActions != encoded) {
      encodedActions = encoded;
      inputs = new Inputs(seen, encoded, recurrent ? resets : null, steps, columns);
    }
    return inputs;
  }
}
