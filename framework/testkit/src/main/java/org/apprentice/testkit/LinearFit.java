package org.apprentice.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Least squares by Gram and Schmidt. */
final class LinearFit {
  /** Relative length below which a column is taken as spanned by those before it. */
  private static final double DEPENDENT = 1e-5;

  private LinearFit() {}

  /**
   * What is left of outputs when all that is linear in the features, and a constant, is taken away.
   *
   * @param features {@code [rows x n]}
   * @param outputs {@code [rows x m]}
   * @return the largest length of a column that is left, as a part of the longest column of outputs
   */
  static double residual(float[] features, float[] outputs, int rows) {
    List<double[]> basis = new ArrayList<>();
    double[] constant = new double[rows];
    Arrays.fill(constant, 1);
    extend(basis, constant);
    for (int column = 0; column < features.length / rows; column++) {
      extend(basis, column(features, column, rows));
    }
    double longest = 0;
    double left = 0;
    for (int column = 0; column < outputs.length / rows; column++) {
      double[] values = column(outputs, column, rows);
      longest = Math.max(longest, length(values));
      takeAway(basis, values);
      left = Math.max(left, length(values));
    }
    return left / longest;
  }

  private static double[] column(float[] matrix, int column, int rows) {
    int width = matrix.length / rows;
    double[] values = new double[rows];
    for (int row = 0; row < rows; row++) {
      values[row] = matrix[row * width + column];
    }
    return values;
  }

  private static void extend(List<double[]> basis, double[] column) {
    double before = length(column);
    takeAway(basis, column);
    takeAway(basis, column); // once more, for what rounding left
    double after = length(column);
    if (after > DEPENDENT * before) {
      for (int i = 0; i < column.length; i++) {
        column[i] /= after;
      }
      basis.add(column);
    }
  }

  private static void takeAway(List<double[]> basis, double[] values) {
    for (double[] direction : basis) {
      double along = 0;
      for (int i = 0; i < values.length; i++) {
        along += direction[i] * values[i];
      }
      for (int i = 0; i < values.length; i++) {
        values[i] -= along * direction[i];
      }
    }
  }

  private static double length(double[] values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }
}
