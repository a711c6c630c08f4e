package org.apprentice.spi;

import java.util.Arrays;

/** What a policy may do. */
public sealed interface ActionSpace {
  /**
   * Width of one action as a float vector: the number of actions (one-hot), or the number of
   * dimensions.
   */
  int width();

  /**
   * Writes actions as environments carry them out into {@code out[rows x width]}: one-hot, or
   * within the bounds. Who compares the actions of two policies compares these: beyond a bound they
   * do the same.
   */
  void encodeExecuted(ActionBatch actions, float[] out);

  /** One of {@code n} actions, {@code 0 .. n-1}. */
  record Discrete(int n) implements ActionSpace {
    @Override
    public int width() {
      return n;
    }

    @Override
    public void encodeExecuted(ActionBatch actions, float[] out) {
      actions.encode(out, n);
    }

    @Override
    public String toString() {
      return "discrete(" + n + ")";
    }
  }

  /** A real vector within finite or infinite bounds; environments clip what lies outside. */
  record Continuous(float[] low, float[] high) implements ActionSpace {
    @Override
    public int width() {
      return low.length;
    }

    @Override
    public void encodeExecuted(ActionBatch actions, float[] out) {
      actions.encode(out, low.length);
      for (int i = 0; i < actions.rows() * low.length; i++) {
        int dimension = i % low.length;
        out[i] = Math.max(low[dimension], Math.min(high[dimension], out[i]));
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Continuous that
          && Arrays.equals(low, that.low)
          && Arrays.equals(high, that.high);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(low) * 31 + Arrays.hashCode(high);
    }

    @Override
    public String toString() {
      return "continuous(" + low.length + ")";
    }
  }
}
