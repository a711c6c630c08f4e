package org.apprentice.rl.demonstrations;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;

/**
 * Endless minibatches of transitions without replacement: every transition is drawn once before any
 * is drawn again. A minibatch may reach from one pass over the data into the next.
 */
public final class DemonstrationSampler {
  private final Demonstrations demonstrations;
  private final RandomGenerator random;
  private final int[] order;
  private int cursor;

  /**
   * @param random saved and restored by its owner
   */
  public DemonstrationSampler(Demonstrations demonstrations, RandomGenerator random) {
    this.demonstrations = demonstrations;
    this.random = random;
    order = new int[demonstrations.rows()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    cursor = order.length;
  }

  /** Fills the first {@code rows} rows of both batches. */
  public void next(int rows, ObservationBatch observations, ActionBatch actions) {
    for (int filled = 0; filled < rows; filled++) {
      if (cursor == order.length) {
        shuffle();
      }
      demonstrations.copyRow(order[cursor++], observations, actions, filled);
    }
  }

  /** Fisher and Yates. */
  private void shuffle() {
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int row = order[i];
      order[i] = order[other];
      order[other] = row;
    }
    cursor = 0;
  }

  public void save(DataOutput out) throws IOException {
    out.writeInt(order.length);
    out.writeInt(cursor);
    for (int row : order) {
      out.writeInt(row);
    }
  }

  /**
   * @throws IOException if the state belongs to other demonstrations
   */
  public void restore(DataInput in) throws IOException {
    int rows = in.readInt();
    if (rows != order.length) {
      throw new IOException(
          "the checkpoint was made with demonstrations of "
              + rows
              + " transitions, these have "
              + order.length);
    }
    cursor = in.readInt();
    for (int i = 0; i < order.length; i++) {
      order[i] = in.readInt();
    }
  }
}
