package org.apprentice.sarsa;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Eligibility traces of the weights (Sutton and Barto 2018, section 12.7), of which few are not 0:
 * a list of those, so that a step costs as much as there are of them and not as there are weights.
 */
final class Traces {
  private static final int ABSENT = -1;

  private final double threshold;

  /** By weight, where in the list it stands. */
  private final int[] positions;

  private int[] weights = new int[1024];
  private double[] values = new double[1024];
  private int count;

  /**
   * @param threshold traces that decayed below are dropped
   */
  Traces(int weightCount, double threshold) {
    this.threshold = threshold;
    positions = new int[weightCount];
    Arrays.fill(positions, ABSENT);
  }

  int count() {
    return count;
  }

  /** The trace of a weight. */
  double of(int weight) {
    return positions[weight] == ABSENT ? 0 : values[positions[weight]];
  }

  void set(int weight, double value) {
    if (positions[weight] == ABSENT) {
      append(weight, value);
    } else {
      values[positions[weight]] = value;
    }
  }

  void add(int weight, double value) {
    if (positions[weight] == ABSENT) {
      append(weight, value);
    } else {
      values[positions[weight]] += value;
    }
  }

  private void append(int weight, double value) {
    if (count == weights.length) {
      weights = Arrays.copyOf(weights, 2 * count);
      values = Arrays.copyOf(values, 2 * count);
    }
    positions[weight] = count;
    weights[count] = weight;
    values[count++] = value;
  }

  void remove(int weight) {
    int position = positions[weight];
    if (position != ABSENT) {
      count--;
      weights[position] = weights[count];
      values[position] = values[count];
      positions[weights[position]] = position;
      positions[weight] = ABSENT;
    }
  }

  /** {@code w += step z}, then {@code z *= decay}. */
  void update(double[] target, double step, double decay) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int weight = weights[i];
      double value = values[i];
      target[weight] += step * value;
      double left = value * decay;
      if (left < threshold || left == 0) {
        positions[weight] = ABSENT;
      } else {
        positions[weight] = kept;
        weights[kept] = weight;
        values[kept++] = left;
      }
    }
    count = kept;
  }

  void clear() {
    for (int i = 0; i < count; i++) {
      positions[weights[i]] = ABSENT;
    }
    count = 0;
  }

  void save(DataOutput out) throws IOException {
    out.writeInt(count);
    for (int i = 0; i < count; i++) {
      out.writeInt(weights[i]);
      out.writeDouble(values[i]);
    }
  }

  void restore(DataInput in) throws IOException {
    clear();
    for (int left = in.readInt(); left > 0; left--) {
      int weight = in.readInt();
      if (weight < 0 || weight >= positions.length) {
        throw new IOException(
            "it has a trace of weight %d, and there are %d".formatted(weight, positions.length));
      }
      set(weight, in.readDouble());
    }
  }
}
