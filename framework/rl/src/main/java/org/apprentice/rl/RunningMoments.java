package org.apprentice.rl;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Mean and variance per column of all rows seen so far (Chan et al. 1979, parallel form), in double
 * precision.
 */
public final class RunningMoments {
  private final double[] mean;
  private final double[] variance;
  private final double[] batchMean;
  private final double[] batchSquares;
  private double count;

  public RunningMoments(int width) {
    mean = new double[width];
    variance = new double[width];
    batchMean = new double[width];
    batchSquares = new double[width];
    Arrays.fill(variance, 1);
  }

  /** Adds rows {@code [rows x width]}. */
  public void add(float[] values, int rows) {
    int width = mean.length;
    Arrays.fill(batchMean, 0);
    Arrays.fill(batchSquares, 0);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < width; column++) {
        batchMean[column] += values[row * width + column];
      }
    }
    for (int column = 0; column < width; column++) {
      batchMean[column] /= rows;
    }
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < width; column++) {
        double difference = values[row * width + column] - batchMean[column];
        batchSquares[column] += difference * difference;
      }
    }
    double total = count + rows;
    for (int column = 0; column < width; column++) {
      double delta = batchMean[column] - mean[column];
      double squares = (count == 0 ? 0 : variance[column] * count) + batchSquares[column];
      mean[column] += delta * rows / total;
      variance[column] = (squares + delta * delta * count * rows / total) / total;
    }
    count = total;
  }

  public double mean(int column) {
    return mean[column];
  }

  /** Population variance; 1 before the first row. */
  public double variance(int column) {
    return variance[column];
  }

  public double count() {
    return count;
  }

  public void save(DataOutput out) throws IOException {
    StateArrays.write(out, mean);
    StateArrays.write(out, variance);
    out.writeDouble(count);
  }

  public void restore(DataInput in) throws IOException {
    StateArrays.read(in, mean);
    StateArrays.read(in, variance);
    count = in.readDouble();
  }
}
