package org.apprentice.wrappers;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Mean and variance per element of all values so far, by the update of Chan, Golub and LeVeque
 * (1979) for one value; begins as Gymnasium's {@code RunningMeanStd} with variance 1 and weight
 * 10^-4.
 */
final class RunningStatistics {
  private static final double FIRST_WEIGHT = 1e-4;

  private final double[] mean;
  private final double[] variance;
  private double count = FIRST_WEIGHT;

  RunningStatistics(int width) {
    mean = new double[width];
    variance = new double[width];
    java.util.Arrays.fill(variance, 1);
  }

  void add(float[] values) {
    for (int i = 0; i < mean.length; i++) {
      add(i, values[i]);
    }
    count++;
  }

  void add(double value) {
    add(0, value);
    count++;
  }

  private void add(int i, double value) {
    double delta = value - mean[i];
    double total = count + 1;
    mean[i] += delta / total;
    variance[i] = (variance[i] * count + delta * delta * count / total) / total;
  }

  double mean(int i) {
    return mean[i];
  }

  double variance(int i) {
    return variance[i];
  }

  void save(DataOutput out) throws IOException {
    out.writeDouble(count);
    for (int i = 0; i < mean.length; i++) {
      out.writeDouble(mean[i]);
      out.writeDouble(variance[i]);
    }
  }

  void restore(DataInput in) throws IOException {
    count = in.readDouble();
    for (int i = 0; i < mean.length; i++) {
      mean[i] = in.readDouble();
      variance[i] = in.readDouble();
    }
  }
}
