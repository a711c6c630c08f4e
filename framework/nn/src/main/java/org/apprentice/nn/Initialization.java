package org.apprentice.nn;

import java.util.SplittableRandom;

/**
 * Initial weights of a dense layer. Biases start at 0. Deterministic for the seed on every machine.
 */
public enum Initialization {
  /**
   * Random orthogonal rows or columns, whichever are fewer (Saxe et al., 2014), times the gain;
   * hidden layers take sqrt(2), as Stable-Baselines3 does.
   */
  ORTHOGONAL,
  /** Uniform within sqrt(6 / (inputs + outputs)) times the gain (Glorot and Bengio, 2010). */
  XAVIER,
  /**
   * Normal, each output's weights scaled to a Euclidean norm of the gain (OpenAI Baselines); hidden
   * layers take 1.
   */
  NORMC;

  /** What a hidden layer multiplies its weights with. */
  double hiddenGain() {
    return this == ORTHOGONAL ? Math.sqrt(2) : 1;
  }

  /** Fills {@code weights[offset ..]}, {@code [outputs x inputs]}. */
  void fill(
      float[] weights, int offset, int inputs, int outputs, double gain, SplittableRandom random) {
    double[][] rows =
        switch (this) {
          case ORTHOGONAL -> orthogonal(outputs, inputs, random);
          case XAVIER -> uniform(outputs, inputs, Math.sqrt(6.0 / (inputs + outputs)), random);
          case NORMC -> unitRows(outputs, inputs, random);
        };
    for (int row = 0; row < outputs; row++) {
      for (int column = 0; column < inputs; column++) {
        weights[offset + row * inputs + column] = (float) (gain * rows[row][column]);
      }
    }
  }

  /**
   * Fills {@code weights[offset ..]}, {@code [filters x channels x kernel x kernel]}, of a hidden
   * layer: each filter is a row of a matrix, as in PyTorch.
   */
  void fillFilters(
      float[] weights, int offset, int channels, int filters, int kernel, SplittableRandom random) {
    int inputs = channels * kernel * kernel;
    double gain = hiddenGain();
    if (this == XAVIER) {
      // outputs that see a pixel, which are more than there are filters
      gain *= Math.sqrt((inputs + filters) / (inputs + (double) filters * kernel * kernel));
    }
    fill(weights, offset, inputs, filters, gain, random);
  }

  private static double[][] uniform(int rows, int columns, double limit, SplittableRandom random) {
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      for (int i = 0; i < columns; i++) {
        row[i] = (2 * random.nextDouble() - 1) * limit;
      }
    }
    return matrix;
  }

  private static double[][] unitRows(int rows, int columns, SplittableRandom random) {
    double[][] matrix = normal(rows, columns, random);
    for (double[] row : matrix) {
      scale(row, 1 / Math.sqrt(dot(row, row)));
    }
    return matrix;
  }

  private static double[][] orthogonal(int rows, int columns, SplittableRandom random) {
    if (rows > columns) {
      return transpose(orthogonal(columns, rows, random));
    }
    double[][] matrix = normal(rows, columns, random);
    for (int i = 0; i < rows; i++) {
      // Gram-Schmidt twice is as accurate as Householder ("twice is enough", Kahan and Parlett)
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < i; j++) {
          double projection = dot(matrix[i], matrix[j]);
          for (int k = 0; k < columns; k++) {
            matrix[i][k] -= projection * matrix[j][k];
          }
        }
      }
      scale(matrix[i], 1 / Math.sqrt(dot(matrix[i], matrix[i])));
    }
    return matrix;
  }

  /** Box-Muller with StrictMath: the generator's own Gaussians may change between JDKs. */
  private static double[][] normal(int rows, int columns, SplittableRandom random) {
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      for (int i = 0; i < columns; i++) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
        row[i] = radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
      }
    }
    return matrix;
  }

  private static double[][] transpose(double[][] matrix) {
    double[][] result = new double[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < result.length; j++) {
        result[j][i] = matrix[i][j];
      }
    }
    return result;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void scale(double[] row, double factor) {
    for (int i = 0; i < row.length; i++) {
      row[i] *= factor;
    }
  }
}
