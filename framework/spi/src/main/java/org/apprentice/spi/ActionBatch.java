package org.apprentice.spi;

/** Rows of actions, owned by the caller and reused. */
public sealed interface ActionBatch {
  int rows();

  static ActionBatch allocate(ActionSpace space, int rows) {
    return space instanceof ActionSpace.Discrete
        ? new Discrete(new int[rows])
        : new Continuous(new float[rows * space.width()], rows, space.width());
  }

  /** Copies {@code rows} rows into another batch of the same kind and width. */
  void copyTo(int sourceRow, ActionBatch target, int targetRow, int rows);

  /** Writes rows as float vectors (one-hot for discrete actions) into {@code out[rows x width]}. */
  void encode(float[] out, int width);

  /** Indices of actions, {@code [rows]}. */
  record Discrete(int[] values) implements ActionBatch {
    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public void copyTo(int sourceRow, ActionBatch target, int targetRow, int rows) {
      System.arraycopy(values, sourceRow, ((Discrete) target).values, targetRow, rows);
    }

    @Override
    public void encode(float[] out, int width) {
      java.util.Arrays.fill(out, 0, values.length * width, 0f);
      for (int row = 0; row < values.length; row++) {
        out[row * width + values[row]] = 1f;
      }
    }
  }

  /** Real actions, {@code [rows x width]}. */
  record Continuous(float[] values, int rows, int width) implements ActionBatch {
    @Override
    public void copyTo(int sourceRow, ActionBatch target, int targetRow, int count) {
      System.arraycopy(
          values,
          sourceRow * width,
          ((Continuous) target).values,
          targetRow * width,
          count * width);
    }

    @Override
    public void encode(float[] out, int outWidth) {
      System.arraycopy(values, 0, out, 0, rows * width);
    }
  }
}
