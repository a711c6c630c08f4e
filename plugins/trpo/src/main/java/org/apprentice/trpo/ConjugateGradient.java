package org.apprentice.trpo;

import java.util.Arrays;

/**
 * Solves {@code A x = b} for a symmetric positive definite {@code A} that is only known by its
 * products with vectors (Hestenes and Stiefel 1952), starting at {@code x = 0}. Vectors are in
 * single precision, their products in double. Allocates nothing per solution.
 */
final class ConjugateGradient {
  private final int iterations;
  private final double tolerance;
  private final float[] solution;
  private final float[] residual;
  private final float[] direction;
  private final float[] product;
  private double curvature;
  private double residualSquares;
  private int used;

  /** {@code out = A vector}; {@code out} is overwritten. */
  interface Operator {
    void multiply(float[] vector, float[] out);
  }

  /**
   * @param iterations most products with {@code A}
   * @param tolerance squared norm of the residual {@code b - A x} that is near enough
   */
  ConjugateGradient(int size, int iterations, double tolerance) {
    this.iterations = iterations;
    this.tolerance = tolerance;
    solution = new float[size];
    residual = new float[size];
    direction = new float[size];
    product = new float[size];
  }

  /** The solution, valid until the next call. */
  float[] solve(Operator a, float[] b) {
    Arrays.fill(solution, 0f);
    System.arraycopy(b, 0, residual, 0, b.length);
    System.arraycopy(b, 0, direction, 0, b.length);
    residualSquares = dot(residual, residual);
    used = 0;
    while (used < iterations && residualSquares >= tolerance) {
      a.multiply(direction, product);
      used++;
      double bend = dot(direction, product);
      if (!(bend > 0)) {
        break; // rounding has eaten up what A is along this direction
      }
      double step = residualSquares / bend;
      addScaled(solution, step, direction);
      addScaled(residual, -step, product);
      double squares = dot(residual, residual);
      double keep = squares / residualSquares;
      residualSquares = squares;
      for (int i = 0; i < direction.length; i++) {
        direction[i] = residual[i] + (float) keep * direction[i];
      }
    }
    curvature = dot(solution, b) - dot(solution, residual);
    return solution;
  }

  /** {@code x' A x} of the last solution, from {@code A x = b - residual}. */
  double curvature() {
    return curvature;
  }

  /** {@code |b - A x|^2} of the last solution. */
  double residualSquares() {
    return residualSquares;
  }

  /** How many products the last solution took. */
  int used() {
    return used;
  }

  private static void addScaled(float[] target, double factor, float[] vector) {
    float scale = (float) factor;
    for (int i = 0; i < target.length; i++) {
      target[i] += scale * vector[i];
    }
  }

  /** Four sums side by side: one would wait for itself at every element. */
  static double dot(float[] x, float[] y) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int whole = x.length & ~3;
    for (int i = 0; i < whole; i += 4) {
      first += (double) x[i] * y[i];
      second += (double) x[i + 1] * y[i + 1];
      third += (double) x[i + 2] * y[i + 2];
      fourth += (double) x[i + 3] * y[i + 3];
    }
    for (int i = whole; i < x.length; i++) {
      first += (double) x[i] * y[i];
    }
    return first + second + (third + fourth);
  }
}
