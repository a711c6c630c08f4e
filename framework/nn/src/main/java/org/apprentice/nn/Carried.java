package org.apprentice.nn;

import java.util.Arrays;
import org.apprentice.nn.KernelLayer.Extent;

/**
 * What a memory held before each step, {@code [rows x stride]}: what it held after the step before,
 * or in the pass's carried state, or zero where the sequence was reset.
 */
final class Carried {
  final float[] previous;
  private final int column;
  private final int width;
  private final int stride;

  /**
   * @param column where the memory's numbers begin in a row of the carried state
   */
  Carried(int column, int width, int stride, int maxRows) {
    this.column = column;
    this.width = width;
    this.stride = stride;
    this.previous = new float[Signal.roundUp(maxRows, Kernels.ROWS) * stride];
  }

  /** Fills the first step's rows from the carried state. */
  void begin(Extent extent) {
    for (int sequence = 0; sequence < extent.batch; sequence++) {
      int to = sequence * stride;
      if (extent.reset(0, sequence)) {
        Arrays.fill(previous, to, to + width, 0f);
      } else {
        System.arraycopy(extent.state, stateOffset(extent, sequence), previous, to, width);
      }
    }
  }

  /** Fills a later step's rows from those of the step before. */
  void advance(Extent extent, int step, float[] values) {
    int length = extent.batch * stride;
    int to = step * length;
    System.arraycopy(values, to - length, previous, to, length);
    forget(extent, step, previous, to, stride);
  }

  /** Leaves the last step's rows in the carried state. */
  void end(Extent extent, float[] values) {
    int from = (extent.steps - 1) * extent.batch * stride;
    for (int sequence = 0; sequence < extent.batch; sequence++) {
      System.arraycopy(
          values, from + sequence * stride, extent.state, stateOffset(extent, sequence), width);
    }
  }

  private int stateOffset(Extent extent, int sequence) {
    return (extent.firstSequence + sequence) * extent.stateStride + column;
  }

  /** Zeroes the rows, from {@code offset} on, of sequences that are reset before the step. */
  static void forget(Extent extent, int step, float[] rows, int offset, int stride) {
    for (int sequence = 0; sequence < extent.batch; sequence++) {
      if (extent.reset(step, sequence)) {
        int from = offset + sequence * stride;
        Arrays.fill(rows, from, from + stride, 0f);
      }
    }
  }
}
