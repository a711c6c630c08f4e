package org.apprentice.spi;

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
      System.arraycopy(
          values, sourceRow * width, ((UInt8) target).values, targetRow * width, count * width);
    }
  }
}
