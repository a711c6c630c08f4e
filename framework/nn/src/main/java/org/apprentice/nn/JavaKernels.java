package org.apprentice.nn;

import java.util.Arrays;

/**
 * Kernels in plain Java that C2 vectorises. It does so only where all arrays of a loop share one
 * index expression, so rows are copied to arrays of their own first.
 */
final class JavaKernels implements Kernels {
  /** Below this, sums are scalar: C2's vector loop would only run its scalar ends. */
  private static final int NARROW = 8;

  private static final int DEPTH = 64;

  private float[][] operand = new float[0][];
  private final float[][] result = new float[4][0];

  @Override
  public Cells cells() {
    return new JavaCells();
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public void affine(
      float[] x,
      int xOffset,
      int xStride,
      float[] w,
      int wOffset,
      int wStride,
      float[] initial,
      int initialOffset,
      int initialStride,
      float[] y,
      int yOffset,
      int yStride,
      int rows,
      int columns,
      int depth) {
    multiply(
        x,
        xOffset,
        xStride,
        1,
        w,
        wOffset,
        wStride,
        initial,
        initialOffset,
        initialStride,
        y,
        yOffset,
        yStride,
        rows,
        columns,
        depth);
  }

  @Override
  public void outer(
      float[] a,
      int aStride,
      float[] b,
      int bStride,
      float[] c,
      int cOffset,
      int cStride,
      int rows,
      int columns,
      int depth) {
    for (int k = 0; k < depth; k += DEPTH) {
      multiply(
          a,
          k * aStride,
          1,
          aStride,
          b,
          k * bStride,
          bStride,
          k == 0 ? null : c,
          cOffset,
          cStride,
          c,
          cOffset,
          cStride,
          rows,
          columns,
          Math.min(DEPTH, depth - k));
    }
  }

  private void multiply(
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      float[] b,
      int bOffset,
      int bRow,
      float[] initial,
      int initialOffset,
      int initialRow,
      float[] c,
      int cOffset,
      int cRow,
      int rows,
      int columns,
      int depth) {
    if (columns < NARROW) {
      narrow(
          a,
          aOffset,
          aRow,
          aStep,
          b,
          bOffset,
          bRow,
          initial,
          initialOffset,
          initialRow,
          c,
          cOffset,
          cRow,
          rows,
          columns,
          depth);
      return;
    }
    reserve(depth, columns);
    for (int k = 0; k < depth; k++) {
      System.arraycopy(b, bOffset + k * bRow, operand[k], 0, columns);
    }
    for (int m = 0; m < rows; m += 4) {
      int count = Math.min(4, rows - m);
      for (int i = 0; i < count; i++) {
        if (initial == null) {
          Arrays.fill(result[i], 0, columns, 0f);
        } else {
          System.arraycopy(initial, initialOffset + (m + i) * initialRow, result[i], 0, columns);
        }
      }
      if (count == 4) {
        fourRows(a, aOffset + m * aRow, aRow, aStep, columns, depth);
      } else {
        for (int i = 0; i < count; i++) {
          oneRow(a, aOffset + (m + i) * aRow, aStep, result[i], columns, depth);
        }
      }
      for (int i = 0; i < count; i++) {
        System.arraycopy(result[i], 0, c, cOffset + (m + i) * cRow, columns);
      }
    }
  }

  private void reserve(int depth, int columns) {
    if (operand.length < depth || result[0].length < columns) {
      operand = new float[Math.max(depth, operand.length)][Math.max(columns, result[0].length)];
      for (int i = 0; i < result.length; i++) {
        result[i] = new float[operand[0].length];
      }
    }
  }

  private void fourRows(float[] a, int a0, int aRow, int aStep, int columns, int depth) {
    int a1 = a0 + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    int k = 0;
    for (; k + 2 <= depth; k += 2) {
      int p = k * aStep;
      int q = p + aStep;
      fourByTwo(
          a[a0 + p],
          a[a0 + q],
          a[a1 + p],
          a[a1 + q],
          a[a2 + p],
          a[a2 + q],
          a[a3 + p],
          a[a3 + q],
          operand[k],
          operand[k + 1],
          result[0],
          result[1],
          result[2],
          result[3],
          columns);
    }
    for (; k < depth; k++) {
      int p = k * aStep;
      oneByOne(a[a0 + p], operand[k], result[0], columns);
      oneByOne(a[a1 + p], operand[k], result[1], columns);
      oneByOne(a[a2 + p], operand[k], result[2], columns);
      oneByOne(a[a3 + p], operand[k], result[3], columns);
    }
  }

  private void oneRow(float[] a, int a0, int aStep, float[] y, int columns, int depth) {
    int k = 0;
    for (; k + 4 <= depth; k += 4) {
      int p = a0 + k * aStep;
      oneByFour(
          a[p],
          a[p + aStep],
          a[p + 2 * aStep],
          a[p + 3 * aStep],
          operand[k],
          operand[k + 1],
          operand[k + 2],
          operand[k + 3],
          y,
          columns);
    }
    for (; k < depth; k++) {
      oneByOne(a[a0 + k * aStep], operand[k], y, columns);
    }
  }

  private static void fourByTwo(
      float a00,
      float a01,
      float a10,
      float a11,
      float a20,
      float a21,
      float a30,
      float a31,
      float[] w0,
      float[] w1,
      float[] y0,
      float[] y1,
      float[] y2,
      float[] y3,
      int n) {
    for (int i = 0; i < n; i++) {
      float p0 = w0[i];
      float p1 = w1[i];
      y0[i] = Math.fma(a01, p1, Math.fma(a00, p0, y0[i]));
      y1[i] = Math.fma(a11, p1, Math.fma(a10, p0, y1[i]));
      y2[i] = Math.fma(a21, p1, Math.fma(a20, p0, y2[i]));
      y3[i] = Math.fma(a31, p1, Math.fma(a30, p0, y3[i]));
    }
  }

  /** In the order of {@link #fourByTwo}, so that a row's bits do not depend on its neighbours. */
  private static void oneByFour(
      float a,
      float b,
      float c,
      float d,
      float[] w0,
      float[] w1,
      float[] w2,
      float[] w3,
      float[] y,
      int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.fma(d, w3[i], Math.fma(c, w2[i], Math.fma(b, w1[i], Math.fma(a, w0[i], y[i]))));
    }
  }

  private static void oneByOne(float a, float[] w, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.fma(a, w[i], y[i]);
    }
  }

  /** Four rows of one column at a time, with four independent sums. */
  private static void narrow(
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      float[] b,
      int bOffset,
      int bRow,
      float[] initial,
      int initialOffset,
      int initialRow,
      float[] c,
      int cOffset,
      int cRow,
      int rows,
      int columns,
      int depth) {
    for (int n = 0; n < columns; n++) {
      int m = 0;
      for (; m + 4 <= rows; m += 4) {
        int q = aOffset + m * aRow;
        float s0 = initial == null ? 0f : initial[initialOffset + m * initialRow + n];
        float s1 = initial == null ? 0f : initial[initialOffset + (m + 1) * initialRow + n];
        float s2 = initial == null ? 0f : initial[initialOffset + (m + 2) * initialRow + n];
        float s3 = initial == null ? 0f : initial[initialOffset + (m + 3) * initialRow + n];
        for (int k = 0; k < depth; k++) {
          float w = b[bOffset + k * bRow + n];
          s0 = Math.fma(a[q], w, s0);
          s1 = Math.fma(a[q + aRow], w, s1);
          s2 = Math.fma(a[q + 2 * aRow], w, s2);
          s3 = Math.fma(a[q + 3 * aRow], w, s3);
          q += aStep;
        }
        c[cOffset + m * cRow + n] = s0;
        c[cOffset + (m + 1) * cRow + n] = s1;
        c[cOffset + (m + 2) * cRow + n] = s2;
        c[cOffset + (m + 3) * cRow + n] = s3;
      }
      for (; m < rows; m++) {
        float s = initial == null ? 0f : initial[initialOffset + m * initialRow + n];
        for (int k = 0; k < depth; k++) {
          s = Math.fma(a[aOffset + m * aRow + k * aStep], b[bOffset + k * bRow + n], s);
        }
        c[cOffset + m * cRow + n] = s;
      }
    }
  }

  @Override
  public void columnSums(float[] x, int stride, int rows, float[] sums, int columns) {
    reserve(1, columns);
    Arrays.fill(sums, 0, columns, 0f);
    for (int row = 0; row < rows; row++) {
      System.arraycopy(x, row * stride, operand[0], 0, columns);
      add(sums, operand[0], columns);
    }
  }

  @Override
  public void activate(Activation activation, float[] y, int length) {
    switch (activation) {
      case IDENTITY -> {}
      case TANH -> tanh(y, length);
      case RELU -> relu(y, length);
      case LEAKY_RELU -> leakyRelu(y, length);
      case ELU -> elu(y, length);
    }
  }

  private static void tanh(float[] y, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = Rational.tanh(y[i]);
    }
  }

  private static void relu(float[] y, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = Math.max(0f, y[i]);
    }
  }

  private static void leakyRelu(float[] y, int length) {
    for (int i = 0; i < length; i++) {
      y[i] = Math.max(y[i], y[i] * Activation.LEAKY_SLOPE);
    }
  }

  private static void elu(float[] y, int length) {
    for (int i = 0; i < length; i++) {
      if (y[i] < 0) {
        y[i] = (float) Math.expm1(y[i]);
      }
    }
  }

  @Override
  public void derive(Activation activation, float[] y, float[] d, int length) {
    switch (activation) {
      case IDENTITY -> {}
      case TANH -> deriveTanh(y, d, length);
      case RELU -> deriveSlope(y, d, length, 0f);
      case LEAKY_RELU -> deriveSlope(y, d, length, Activation.LEAKY_SLOPE);
      case ELU -> deriveElu(y, d, length);
    }
  }

  private static void deriveTanh(float[] y, float[] d, int length) {
    for (int i = 0; i < length; i++) {
      d[i] *= Math.fma(-y[i], y[i], 1f);
    }
  }

  private static void deriveSlope(float[] y, float[] d, int length, float slope) {
    for (int i = 0; i < length; i++) {
      d[i] *= y[i] > 0 ? 1f : slope;
    }
  }

  private static void deriveElu(float[] y, float[] d, int length) {
    for (int i = 0; i < length; i++) {
      d[i] *= 1f + Math.min(0f, y[i]);
    }
  }

  @Override
  public void add(float[] x, float[] y, int length) {
    for (int i = 0; i < length; i++) {
      x[i] += y[i];
    }
  }

  @Override
  public double squaredNorm(float[] x, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      s0 += (double) x[i] * x[i];
      s1 += (double) x[i + 1] * x[i + 1];
      s2 += (double) x[i + 2] * x[i + 2];
      s3 += (double) x[i + 3] * x[i + 3];
    }
    for (; i < to; i++) {
      s0 += (double) x[i] * x[i];
    }
    return s0 + s1 + s2 + s3;
  }

  @Override
  public void adam(
      float[] parameters,
      float[] gradient,
      float[] mean,
      float[] variance,
      AdamStep step,
      int from,
      int to) {
    adamRange(parameters, gradient, mean, variance, step, from, to);
  }

  static void adamRange(
      float[] parameters,
      float[] gradient,
      float[] mean,
      float[] variance,
      AdamStep step,
      int from,
      int to) {
    moments(gradient, mean, variance, step, from, to);
    float rate = -step.rate;
    float correction = step.correction;
    float epsilon = step.epsilon;
    for (int i = from; i < to; i++) {
      float denominator = Math.fma((float) Math.sqrt(variance[i]), correction, epsilon);
      parameters[i] = Math.fma(mean[i] / denominator, rate, parameters[i]);
    }
  }

  /** Apart from the division and the root: C2 vectorises the two halves but not the whole. */
  private static void moments(
      float[] gradient, float[] mean, float[] variance, AdamStep step, int from, int to) {
    float beta1 = step.beta1;
    float beta2 = step.beta2;
    float first = step.first;
    float second = step.second;
    for (int i = from; i < to; i++) {
      float g = gradient[i];
      mean[i] = Math.fma(mean[i], beta1, g * first);
      variance[i] = Math.fma(variance[i], beta2, g * g * second);
    }
  }

  @Override
  public String toString() {
    return "java";
  }
}
