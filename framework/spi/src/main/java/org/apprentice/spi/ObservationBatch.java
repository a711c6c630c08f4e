package org.apprentice.spi;

import java.util.Arrays;

/**
 * Rows of observations, owned by the caller and reused. Row {@code r} starts at {@code r *
 * width()}.
 */
public sealed interface ObservationBatch {
  int rows();

  int width();

  static ObservationBatch allocate(Space space, int rows) {
    return space instanceof ImageSpace
        ? new UInt8(new byte[rows * space.width()], rows, space.width())
        : new Float32(new float[rows * space.width()], rows, space.width());
  }

  /** Copies {@code rows} rows into another batch of the same kind and width. */
  void copyTo(int sourceRow, ObservationBatch target, int targetRow, int rows);

  /** Real observations, {@code [rows x width]}. */
  record Float32(float[] values, int rows, int width) implements ObservationBatch {
    @Override
    public void copyTo(int sourceRow, ObservationBatch target, int targetRow, int count) {
      float[] to = ((Float32) target).values;
      if (count * width > 8) {
        System.arraycopy(values, sourceRow * width, to, targetRow * width, count * width);
      } else {
        for (int i = 0; i < count * width; i++) {
          to[targetRow * width + i] = values[sourceRow * width + i];
        }
      }
    }
  }

  /** Unsigned bytes, {@code [rows x width]}. */
  record UInt8(byte[] values, int rows, int width) implements ObservationBatch {
    @Override
    public void copyTo(int sourceRow, ObservationBatch target, int targetRow, int count) {
      if (target instanceof SharedFrames frames) {
        for (int i = 0; i < count; i++) {
          frames.put(values, (sourceRow + i) * width, targetRow + i);
        }
        return;
      }
      System.arraycopy(
          values, sourceRow * width, ((UInt8) target).values, targetRow * width, count * width);
    }
  }

  /**
   * Rows of unsigned bytes, each some frames one after the other, that are stored once: a stack of
   * frames shares all but one with the stack a step before it. A frame that the row before (or the
   * row itself) holds already is found by its content, so that rows come out as they were put in,
   * whatever they are. Rows are put in by {@link UInt8#copyTo}.
   */
  final class SharedFrames implements ObservationBatch {
    private final int rows;
    private final int framesPerRow;
    private final int frameWidth;
    private final int stride;

    /** Number of each row's frames in the store, {@code [rows x framesPerRow]}. */
    private final int[] frames;

    private byte[] store;
    private int stored;

    /**
     * @param framesPerRow frames of a row
     * @param frameWidth bytes of a frame
     * @param stride how many rows earlier the row before lies
     */
    public SharedFrames(int rows, int framesPerRow, int frameWidth, int stride) {
      this.rows = rows;
      this.framesPerRow = framesPerRow;
      this.frameWidth = frameWidth;
      this.stride = stride;
      frames = new int[rows * framesPerRow];
      store = new byte[(rows + stride * (framesPerRow - 1)) * frameWidth];
    }

    @Override
    public int rows() {
      return rows;
    }

    @Override
    public int width() {
      return framesPerRow * frameWidth;
    }

    /** How many frames are stored. */
    public int stored() {
      return stored;
    }

    /** Forgets all rows; who puts rows in again begins with this. */
    public void clear() {
      stored = 0;
    }

    private void put(byte[] source, int offset, int row) {
      int first = row * framesPerRow;
      int before = (row - stride) * framesPerRow;
      for (int i = 0; i < framesPerRow; i++) {
        int at = offset + i * frameWidth;
        int frame = -1;
        if (before >= 0 && i + 1 < framesPerRow) {
          frame = same(source, at, frames[before + i + 1]);
        }
        if (frame < 0 && i > 0) {
          frame = same(source, at, frames[first + i - 1]);
        }
        frames[first + i] = frame >= 0 ? frame : add(source, at);
      }
    }

    /** The frame, if it is stored and looks like that; else -1. */
    private int same(byte[] source, int at, int frame) {
      int from = frame * frameWidth;
      boolean same =
          frame < stored
              && Arrays.equals(source, at, at + frameWidth, store, from, from + frameWidth);
      return same ? frame : -1;
    }

    private int add(byte[] source, int at) {
      if ((stored + 1) * frameWidth > store.length) {
        store = Arrays.copyOf(store, Math.max(store.length * 3 / 2, (stored + 1) * frameWidth));
      }
      System.arraycopy(source, at, store, stored * frameWidth, frameWidth);
      return stored++;
    }

    @Override
    public void copyTo(int sourceRow, ObservationBatch target, int targetRow, int count) {
      byte[] to = ((UInt8) target).values;
      for (int i = 0; i < count * framesPerRow; i++) {
        System.arraycopy(
            store,
            frames[sourceRow * framesPerRow + i] * frameWidth,
            to,
            (targetRow * framesPerRow + i) * frameWidth,
            frameWidth);
      }
    }
  }
}
