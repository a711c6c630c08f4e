package org.apprentice.rl;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.random.RandomGenerator;

/**
 * Endless indices {@code 0 .. count - 1} without replacement: each is drawn once before any is
 * drawn again.
 */
public final class ShuffledIndices {
  private final RandomGenerator random;
  private int[] order;
  private int cursor;

  /**
   * @param random saved and restored by its owner
   */
  public ShuffledIndices(int count, RandomGenerator random) {
    this.random = random;
    order = new int[0];
    restart(count);
  }

  /**
   * Begins anew with so many indices: what was drawn before leaves no trace but in the generator.
   */
  public void restart(int count) {
    if (order.length != count) {
      order = new int[count];
    }
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    cursor = count;
  }

  /** Whether every index was drawn as often as every other. */
  public boolean exhausted() {
    return cursor == order.length;
  }

  public int next() {
    if (cursor == order.length) {
      shuffle();
    }
    return order[cursor++];
  }

  /** Fisher and Yates. */
  private void shuffle() {
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int index = order[i];
      order[i] = order[other];
      order[other] = index;
    }
    cursor = 0;
  }

  public void save(DataOutput out) throws IOException {
    out.writeInt(order.length);
    out.writeInt(cursor);
    for (int index : order) {
      out.writeInt(index);
    }
  }

  /**
   * @throws IOException if the state is of another number of indices
   */
  public void restore(DataInput in) throws IOException {
    int count = in.readInt();
    if (count != order.length) {
      throw new IOException(
          "the checkpoint was made with "
              + count
              + " sequences of transitions to draw from, here are "
              + order.length
              + ": the demonstrations or the length of sequences are others");
    }
    cursor = in.readInt();
    for (int i = 0; i < order.length; i++) {
      order[i] = in.readInt();
    }
  }
}
