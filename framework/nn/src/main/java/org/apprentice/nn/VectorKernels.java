package org.apprentice.nn;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels on the JDK's Vector API. Compiled apart and loaded by name, for the module may be absent
 * at run time.
 */
final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();

  /** AVX-512 has the 32 registers that a tile of 4 rows x 4 vectors needs. */
  private static final boolean WIDE = L == 16;

  /** Rows of both operands of an outer product that stay in the first-level cache. */
  private static final int DEPTH = 64;

  private static final float[] ZEROS = new float[4 * L];

  @Override
  public int lanes() {
    return L;
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

  /** {@code c[m][n] = initial[m][n] + sum_k a[m * aRow + k * aStep] b[k][n]}. */
  private static void multiply(
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      float[] b,
      int bOffset,
      int bRow,
      float[] start,
      int startOffset,
      int startStride,
      float[] c,
      int cOffset,
      int cRow,
      int rows,
      int columns,
      int depth) {
    float[] initial = start == null ? ZEROS : start;
    int initialRow = start == null ? 0 : startStride;
    int initialColumn = start == null ? 0 : 1;
    int initialOffset = start == null ? 0 : startOffset;
    int n = 0;
    for (; WIDE && n + 4 * L <= columns; n += 4 * L) {
      int i = initialOffset + n * initialColumn;
      int m = 0;
      for (; m + 4 <= rows; m += 4) {
        tile4x4(
            a,
            aOffset + m * aRow,
            aRow,
            aStep,
            b,
            bOffset + n,
            bRow,
            initial,
            i + m * initialRow,
            initialRow,
            c,
            cOffset + m * cRow + n,
            cRow,
            depth);
      }
      for (; m < rows; m++) {
        tile1x4(
            a,
            aOffset + m * aRow,
            aStep,
            b,
            bOffset + n,
            bRow,
            initial,
            i + m * initialRow,
            c,
            cOffset + m * cRow + n,
            depth);
      }
    }
    for (; n + 2 * L <= columns; n += 2 * L) {
      int i = initialOffset + n * initialColumn;
      int m = 0;
      for (; m + 4 <= rows; m += 4) {
        tile4x2(
            a,
            aOffset + m * aRow,
            aRow,
            aStep,
            b,
            bOffset + n,
            bRow,
            initial,
            i + m * initialRow,
            initialRow,
            c,
            cOffset + m * cRow + n,
            cRow,
            depth);
      }
      for (; m < rows; m++) {
        tile1x1(
            a,
            aOffset + m * aRow,
            aStep,
            b,
            bOffset + n,
            bRow,
            initial,
            i + m * initialRow,
            c,
            cOffset + m * cRow + n,
            depth);
        tile1x1(
            a,
            aOffset + m * aRow,
            aStep,
            b,
            bOffset + n + L,
            bRow,
            initial,
            i + L * initialColumn + m * initialRow,
            c,
            cOffset + m * cRow + n + L,
            depth);
      }
    }
    for (; n < columns; n += L) {
      int i = initialOffset + n * initialColumn;
      int m = 0;
      for (; m + 8 <= rows; m += 8) {
        tile8x1(
            a,
            aOffset + m * aRow,
            aRow,
            aStep,
            b,
            bOffset + n,
            bRow,
            initial,
            i + m * initialRow,
            initialRow,
            c,
            cOffset + m * cRow + n,
            cRow,
            depth);
      }
      for (; m < rows; m++) {
        tile1x1(
            a,
            aOffset + m * aRow,
            aStep,
            b,
            bOffset + n,
            bRow,
            initial,
            i + m * initialRow,
            c,
            cOffset + m * cRow + n,
            depth);
      }
    }
  }

  private static FloatVector load(float[] x, int offset) {
    return FloatVector.fromArray(SPECIES, x, offset);
  }

  private static FloatVector broadcast(float x) {
    return FloatVector.broadcast(SPECIES, x);
  }

  private static void tile4x4(
      float[] a,
      int a0,
      int aRow,
      int aStep,
      float[] b,
      int b0,
      int bRow,
      float[] initial,
      int i0,
      int iRow,
      float[] c,
      int c0,
      int cRow,
      int depth) {
    int i1 = i0 + iRow;
    int i2 = i1 + iRow;
    int i3 = i2 + iRow;
    FloatVector s00 = load(initial, i0);
    FloatVector s01 = load(initial, i0 + L);
    FloatVector s02 = load(initial, i0 + 2 * L);
    FloatVector s03 = load(initial, i0 + 3 * L);
    FloatVector s10 = load(initial, i1);
    FloatVector s11 = load(initial, i1 + L);
    FloatVector s12 = load(initial, i1 + 2 * L);
    FloatVector s13 = load(initial, i1 + 3 * L);
    FloatVector s20 = load(initial, i2);
    FloatVector s21 = load(initial, i2 + L);
    FloatVector s22 = load(initial, i2 + 2 * L);
    FloatVector s23 = load(initial, i2 + 3 * L);
    FloatVector s30 = load(initial, i3);
    FloatVector s31 = load(initial, i3 + L);
    FloatVector s32 = load(initial, i3 + 2 * L);
    FloatVector s33 = load(initial, i3 + 3 * L);
    int a1 = a0 + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    int w = b0;
    for (int k = 0; k < depth; k++) {
      int q = k * aStep;
      FloatVector w0 = load(b, w);
      FloatVector w1 = load(b, w + L);
      FloatVector w2 = load(b, w + 2 * L);
      FloatVector w3 = load(b, w + 3 * L);
      FloatVector x0 = broadcast(a[a0 + q]);
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      s02 = x0.fma(w2, s02);
      s03 = x0.fma(w3, s03);
      FloatVector x1 = broadcast(a[a1 + q]);
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      s12 = x1.fma(w2, s12);
      s13 = x1.fma(w3, s13);
      FloatVector x2 = broadcast(a[a2 + q]);
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      s22 = x2.fma(w2, s22);
      s23 = x2.fma(w3, s23);
      FloatVector x3 = broadcast(a[a3 + q]);
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
      s32 = x3.fma(w2, s32);
      s33 = x3.fma(w3, s33);
      w += bRow;
    }
    int c1 = c0 + cRow;
    int c2 = c1 + cRow;
    int c3 = c2 + cRow;
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + L);
    s02.intoArray(c, c0 + 2 * L);
    s03.intoArray(c, c0 + 3 * L);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + L);
    s12.intoArray(c, c1 + 2 * L);
    s13.intoArray(c, c1 + 3 * L);
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + L);
    s22.intoArray(c, c2 + 2 * L);
    s23.intoArray(c, c2 + 3 * L);
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + L);
    s32.intoArray(c, c3 + 2 * L);
    s33.intoArray(c, c3 + 3 * L);
  }

  private static void tile4x2(
      float[] a,
      int a0,
      int aRow,
      int aStep,
      float[] b,
      int b0,
      int bRow,
      float[] initial,
      int i0,
      int iRow,
      float[] c,
      int c0,
      int cRow,
      int depth) {
    FloatVector s00 = load(initial, i0);
    FloatVector s01 = load(initial, i0 + L);
    FloatVector s10 = load(initial, i0 + iRow);
    FloatVector s11 = load(initial, i0 + iRow + L);
    FloatVector s20 = load(initial, i0 + 2 * iRow);
    FloatVector s21 = load(initial, i0 + 2 * iRow + L);
    FloatVector s30 = load(initial, i0 + 3 * iRow);
    FloatVector s31 = load(initial, i0 + 3 * iRow + L);
    int a1 = a0 + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    int w = b0;
    for (int k = 0; k < depth; k++) {
      int q = k * aStep;
      FloatVector w0 = load(b, w);
      FloatVector w1 = load(b, w + L);
      FloatVector x0 = broadcast(a[a0 + q]);
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      FloatVector x1 = broadcast(a[a1 + q]);
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      FloatVector x2 = broadcast(a[a2 + q]);
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      FloatVector x3 = broadcast(a[a3 + q]);
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
      w += bRow;
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + L);
    s10.intoArray(c, c0 + cRow);
    s11.intoArray(c, c0 + cRow + L);
    s20.intoArray(c, c0 + 2 * cRow);
    s21.intoArray(c, c0 + 2 * cRow + L);
    s30.intoArray(c, c0 + 3 * cRow);
    s31.intoArray(c, c0 + 3 * cRow + L);
  }

  /** For narrow results (heads): eight sums in flight hide the latency of the multiply-add. */
  private static void tile8x1(
      float[] a,
      int a0,
      int aRow,
      int aStep,
      float[] b,
      int b0,
      int bRow,
      float[] initial,
      int i0,
      int iRow,
      float[] c,
      int c0,
      int cRow,
      int depth) {
    FloatVector s0 = load(initial, i0);
    FloatVector s1 = load(initial, i0 + iRow);
    FloatVector s2 = load(initial, i0 + 2 * iRow);
    FloatVector s3 = load(initial, i0 + 3 * iRow);
    FloatVector s4 = load(initial, i0 + 4 * iRow);
    FloatVector s5 = load(initial, i0 + 5 * iRow);
    FloatVector s6 = load(initial, i0 + 6 * iRow);
    FloatVector s7 = load(initial, i0 + 7 * iRow);
    int w = b0;
    int q = a0;
    for (int k = 0; k < depth; k++) {
      FloatVector v = load(b, w);
      s0 = broadcast(a[q]).fma(v, s0);
      s1 = broadcast(a[q + aRow]).fma(v, s1);
      s2 = broadcast(a[q + 2 * aRow]).fma(v, s2);
      s3 = broadcast(a[q + 3 * aRow]).fma(v, s3);
      s4 = broadcast(a[q + 4 * aRow]).fma(v, s4);
      s5 = broadcast(a[q + 5 * aRow]).fma(v, s5);
      s6 = broadcast(a[q + 6 * aRow]).fma(v, s6);
      s7 = broadcast(a[q + 7 * aRow]).fma(v, s7);
      w += bRow;
      q += aStep;
    }
    s0.intoArray(c, c0);
    s1.intoArray(c, c0 + cRow);
    s2.intoArray(c, c0 + 2 * cRow);
    s3.intoArray(c, c0 + 3 * cRow);
    s4.intoArray(c, c0 + 4 * cRow);
    s5.intoArray(c, c0 + 5 * cRow);
    s6.intoArray(c, c0 + 6 * cRow);
    s7.intoArray(c, c0 + 7 * cRow);
  }

  private static void tile1x4(
      float[] a,
      int a0,
      int aStep,
      float[] b,
      int b0,
      int bRow,
      float[] initial,
      int i0,
      float[] c,
      int c0,
      int depth) {
    FloatVector s0 = load(initial, i0);
    FloatVector s1 = load(initial, i0 + L);
    FloatVector s2 = load(initial, i0 + 2 * L);
    FloatVector s3 = load(initial, i0 + 3 * L);
    int w = b0;
    int q = a0;
    for (int k = 0; k < depth; k++) {
      FloatVector x = broadcast(a[q]);
      s0 = x.fma(load(b, w), s0);
      s1 = x.fma(load(b, w + L), s1);
      s2 = x.fma(load(b, w + 2 * L), s2);
      s3 = x.fma(load(b, w + 3 * L), s3);
      w += bRow;
      q += aStep;
    }
    s0.intoArray(c, c0);
    s1.intoArray(c, c0 + L);
    s2.intoArray(c, c0 + 2 * L);
    s3.intoArray(c, c0 + 3 * L);
  }

  private static void tile1x1(
      float[] a,
      int a0,
      int aStep,
      float[] b,
      int b0,
      int bRow,
      float[] initial,
      int i0,
      float[] c,
      int c0,
      int depth) {
    FloatVector s = load(initial, i0);
    int w = b0;
    int q = a0;
    for (int k = 0; k < depth; k++) {
      s = broadcast(a[q]).fma(load(b, w), s);
      w += bRow;
      q += aStep;
    }
    s.intoArray(c, c0);
  }

  @Override
  public void columnSums(float[] x, int stride, int rows, float[] sums, int columns) {
    for (int n = 0; n < columns; n += L) {
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      int row = 0;
      int p = n;
      for (; row + 4 <= rows; row += 4) {
        s0 = s0.add(load(x, p));
        s1 = s1.add(load(x, p + stride));
        s2 = s2.add(load(x, p + 2 * stride));
        s3 = s3.add(load(x, p + 3 * stride));
        p += 4 * stride;
      }
      for (; row < rows; row++) {
        s0 = s0.add(load(x, p));
        p += stride;
      }
      s0.add(s1).add(s2.add(s3)).intoArray(sums, n);
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
    for (int i = 0; i < length; i += L) {
      FloatVector x = load(y, i).min(Rational.LIMIT).max(-Rational.LIMIT);
      FloatVector s = x.mul(x);
      FloatVector p = broadcast(Rational.P13).fma(s, broadcast(Rational.P11));
      p = p.fma(s, broadcast(Rational.P9));
      p = p.fma(s, broadcast(Rational.P7));
      p = p.fma(s, broadcast(Rational.P5));
      p = p.fma(s, broadcast(Rational.P3));
      p = p.fma(s, broadcast(Rational.P1)).mul(x);
      FloatVector q = broadcast(Rational.Q6).fma(s, broadcast(Rational.Q4));
      q = q.fma(s, broadcast(Rational.Q2));
      q = q.fma(s, broadcast(Rational.Q0));
      p.div(q).intoArray(y, i);
    }
  }

  private static void relu(float[] y, int length) {
    for (int i = 0; i < length; i += L) {
      load(y, i).max(0f).intoArray(y, i);
    }
  }

  private static void leakyRelu(float[] y, int length) {
    for (int i = 0; i < length; i += L) {
      FloatVector x = load(y, i);
      x.max(x.mul(Activation.LEAKY_SLOPE)).intoArray(y, i);
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
    for (int i = 0; i < length; i += L) {
      FloatVector v = load(y, i);
      FloatVector g = load(d, i);
      g.sub(v.mul(v).mul(g)).intoArray(d, i);
    }
  }

  private static void deriveSlope(float[] y, float[] d, int length, float slope) {
    for (int i = 0; i < length; i += L) {
      VectorMask<Float> negative = load(y, i).compare(VectorOperators.LE, 0f);
      FloatVector g = load(d, i);
      g.blend(g.mul(slope), negative).intoArray(d, i);
    }
  }

  private static void deriveElu(float[] y, float[] d, int length) {
    for (int i = 0; i < length; i += L) {
      FloatVector v = load(y, i).min(0f);
      FloatVector g = load(d, i);
      v.fma(g, g).intoArray(d, i);
    }
  }

  @Override
  public void add(float[] x, float[] y, int length) {
    int i = 0;
    for (; i + L <= length; i += L) {
      load(x, i).add(load(y, i)).intoArray(x, i);
    }
    for (; i < length; i++) {
      x[i] += y[i];
    }
  }

  @Override
  public double squaredNorm(float[] x, int length) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i + 4 * L <= length; i += 4 * L) {
      FloatVector x0 = load(x, i);
      FloatVector x1 = load(x, i + L);
      FloatVector x2 = load(x, i + 2 * L);
      FloatVector x3 = load(x, i + 3 * L);
      s0 = x0.fma(x0, s0);
      s1 = x1.fma(x1, s1);
      s2 = x2.fma(x2, s2);
      s3 = x3.fma(x3, s3);
    }
    float[] lanes = s0.add(s1).add(s2.add(s3)).toArray();
    double sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    for (; i < length; i++) {
      sum += (double) x[i] * x[i];
    }
    return sum;
  }

  @Override
  public void adam(
      float[] parameters, float[] gradient, float[] mean, float[] variance, AdamStep step) {
    FloatVector beta1 = broadcast(step.beta1);
    FloatVector beta2 = broadcast(step.beta2);
    FloatVector first = broadcast(step.first);
    FloatVector second = broadcast(step.second);
    FloatVector rate = broadcast(-step.rate);
    FloatVector correction = broadcast(step.correction);
    FloatVector epsilon = broadcast(step.epsilon);
    int length = parameters.length;
    int i = 0;
    for (; i + L <= length; i += L) {
      FloatVector g = load(gradient, i);
      FloatVector m = load(mean, i).fma(beta1, g.mul(first));
      FloatVector v = load(variance, i).fma(beta2, g.mul(g).mul(second));
      m.intoArray(mean, i);
      v.intoArray(variance, i);
      FloatVector denominator = v.sqrt().fma(correction, epsilon);
      m.div(denominator).fma(rate, load(parameters, i)).intoArray(parameters, i);
    }
    JavaKernels.adam(parameters, gradient, mean, variance, step, i);
  }

  @Override
  public String toString() {
    return "vector (" + L * Float.SIZE + " bits)";
  }
}
