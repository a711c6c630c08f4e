package org.apprentice.trpo;

/** Small systems of linear equations, solved directly in double precision. */
final class Elimination {
  private Elimination() {}

  /** Gauss with partial pivoting; {@code matrix} is left as it is. */
  static double[] solve(double[][] matrix, double[] right) {
    int size = right.length;
    double[][] rows = new double[size][];
    for (int i = 0; i < size; i++) {
      rows[i] = java.util.Arrays.copyOf(matrix[i], size + 1);
      rows[i][size] = right[i];
    }
    for (int column = 0; column < size; column++) {
      int pivot = column;
      for (int i = column + 1; i < size; i++) {
        if (Math.abs(rows[i][column]) > Math.abs(rows[pivot][column])) {
          pivot = i;
        }
      }
      double[] swapped = rows[pivot];
      rows[pivot] = rows[column];
      rows[column] = swapped;
      for (int i = column + 1; i < size; i++) {
        double factor = rows[i][column] / rows[column][column];
        for (int j = column; j <= size; j++) {
          rows[i][j] -= factor * rows[column][j];
        }
      }
    }
    double[] solution = new double[size];
    for (int i = size - 1; i >= 0; i--) {
      double sum = rows[i][size];
      for (int j = i + 1; j < size; j++) {
        sum -= rows[i][j] * solution[j];
      }
      solution[i] = sum / rows[i][i];
    }
    return solution;
  }

  /**
   * The minimum of {@code x' A x / 2 - b' x} over the span of {@code b, A b, .. A^(dimensions - 1)
   * b}.
   */
  static double[] krylov(double[][] matrix, float[] b, int dimensions) {
    int size = b.length;
    double[][] basis = new double[dimensions][size];
    for (int i = 0; i < size; i++) {
      basis[0][i] = b[i];
    }
    for (int k = 1; k < dimensions; k++) {
      basis[k] = multiply(matrix, basis[k - 1]);
    }
    double[][] projected = new double[dimensions][dimensions];
    double[] right = new double[dimensions];
    for (int k = 0; k < dimensions; k++) {
      double scale = 1 / Math.sqrt(dot(basis[k], basis[k]));
      for (int i = 0; i < size; i++) {
        basis[k][i] *= scale;
      }
    }
    for (int k = 0; k < dimensions; k++) {
      double[] product = multiply(matrix, basis[k]);
      for (int l = 0; l < dimensions; l++) {
        projected[l][k] = dot(basis[l], product);
      }
      for (int i = 0; i < size; i++) {
        right[k] += basis[k][i] * b[i];
      }
    }
    double[] weights = solve(projected, right);
    double[] solution = new double[size];
    for (int k = 0; k < dimensions; k++) {
      for (int i = 0; i < size; i++) {
        solution[i] += weights[k] * basis[k][i];
      }
    }
    return solution;
  }

  static double[] multiply(double[][] matrix, double[] vector) {
    double[] product = new double[matrix.length];
    for (int i = 0; i < product.length; i++) {
      product[i] = dot(matrix[i], vector);
    }
    return product;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
