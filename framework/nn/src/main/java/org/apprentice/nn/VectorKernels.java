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
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int L = SPECIES.length();

  /** Rows of both operands of an outer product that stay in the first-level cache. */
  private static final int DEPTH = 64;

  // Constants rather than broadcasts in the loop: eleven more inlined calls took C2 to its limit
  // for the caller in some runs, and what it left as calls allocated a vector each.
  private static final FloatVector P13 = broadcast(Rational.P13);
  private static final FloatVector P11 = broadcast(Rational.P11);
  private static final FloatVector P9 = broadcast(Rational.P9);
  private static final FloatVector P7 = broadcast(Rational.P7);
  private static final FloatVector P5 = broadcast(Rational.P5);
  private static final FloatVector P3 = broadcast(Rational.P3);
  private static final FloatVector P1 = broadcast(Rational.P1);
  private static final FloatVector Q6 = broadcast(Rational.Q6);
  private static final FloatVector Q4 = broadcast(Rational.Q4);
  private static final FloatVector Q2 = broadcast(Rational.Q2);
  private static final FloatVector Q0 = broadcast(Rational.Q0);

  /** A cache line. */
  private static final int SPREAD = 16;

  private float[] left = new float[0];
  private float[] right = new float[0];
  private final float[] partialSums = new float[L];

  @Override
  public Cells cells() {
    return new VectorCells();
  }

  @Override
  public int lanes() {
    return L;
  }

  @Override
  public void transpose(
      float[] from, int source, int[] starts, float[] to, int place, int toStride, int count) {
    for (int k = 0; k < count; k++) {
      for (int j = 0; j < starts.length; j += L) {
        FloatVector.fromArray(SPECIES, from, source + k, starts, j)
            .intoArray(to, place + k * toStride + j);
      }
    }
  }

  @Override
  public int panel(int columns) {
    return Math.min(columns, VectorProducts.TILE_COLUMNS);
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
    VectorProducts.multiply(
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
    boolean spreadA = conflicting(aStride);
    boolean spreadB = conflicting(bStride);
    for (int k = 0; k < depth; k += DEPTH) {
      int count = Math.min(DEPTH, depth - k);
      if (spreadA) {
        left = spread(a, k * aStride, aStride, rows, count, left);
      }
      if (spreadB) {
        right = spread(b, k * bStride, bStride, columns, count, right);
      }
      VectorProducts.multiply(
          spreadA ? left : a,
          spreadA ? 0 : k * aStride,
          1,
          spreadA ? rows + SPREAD : aStride,
          spreadB ? right : b,
          spreadB ? 0 : k * bStride,
          spreadB ? columns + SPREAD : bStride,
          k == 0 ? null : c,
          cOffset,
          cStride,
          c,
          cOffset,
          cStride,
          rows,
          columns,
          count);
    }
  }

  /** Whether a column of a matrix has too few places in the first-level cache. */
  private static boolean conflicting(int stride) {
    return stride % 256 == 0;
  }

  /** Copies rows to where they are a cache line further apart. */
  private static float[] spread(
      float[] x, int offset, int stride, int columns, int rows, float[] room) {
    int length = rows * (columns + SPREAD);
    float[] copy = room.length < length ? new float[length] : room;
    for (int row = 0; row < rows; row++) {
      System.arraycopy(x, offset + row * stride, copy, row * (columns + SPREAD), columns);
    }
    return copy;
  }

  static FloatVector load(float[] x, int offset) {
    return FloatVector.fromArray(SPECIES, x, offset);
  }

  static FloatVector broadcast(float x) {
    return FloatVector.broadcast(SPECIES, x);
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
      case TANH -> tanh(y, 0, length);
      case RELU -> relu(y, length);
      case LEAKY_RELU -> leakyRelu(y, length);
      case ELU -> elu(y, length);
    }
  }

  static void tanh(float[] y, int from, int to) {
    for (int i = from; i < to; i += L) {
      FloatVector x = load(y, i).min(Rational.LIMIT).max(-Rational.LIMIT);
      FloatVector s = x.mul(x);
      FloatVector p = P13.fma(s, P11);
      p = p.fma(s, P9);
      p = p.fma(s, P7);
      p = p.fma(s, P5);
      p = p.fma(s, P3);
      p = p.fma(s, P1).mul(x);
      FloatVector q = Q6.fma(s, Q4);
      q = q.fma(s, Q2);
      q = q.fma(s, Q0);
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
  public double squaredNorm(float[] x, int from, int to) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = from;
    for (; i + 4 * L <= to; i += 4 * L) {
      FloatVector x0 = load(x, i);
      FloatVector x1 = load(x, i + L);
      FloatVector x2 = load(x, i + 2 * L);
      FloatVector x3 = load(x, i + 3 * L);
      s0 = x0.fma(x0, s0);
      s1 = x1.fma(x1, s1);
      s2 = x2.fma(x2, s2);
      s3 = x3.fma(x3, s3);
    }
    // not reduceLanes, whose order of additions is unspecified
    s0.add(s1).add(s2.add(s3)).intoArray(partialSums, 0);
    double sum = 0;
    for (float partial : partialSums) {
      sum += partial;
    }
    for (; i < to; i++) {
      sum += (double) x[i] * x[i];
    }
    return sum;
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
    FloatVector beta1 = broadcast(step.beta1);
    FloatVector beta2 = broadcast(step.beta2);
    FloatVector first = broadcast(step.first);
    FloatVector second = broadcast(step.second);
    FloatVector rate = broadcast(-step.rate);
    FloatVector correction = broadcast(step.correction);
    FloatVector epsilon = broadcast(step.epsilon);
    int i = from;
    for (; i + L <= to; i += L) {
      FloatVector g = load(gradient, i);
      FloatVector m = load(mean, i).fma(beta1, g.mul(first));
      FloatVector v = load(variance, i).fma(beta2, g.mul(g).mul(second));
      m.intoArray(mean, i);
      v.intoArray(variance, i);
      FloatVector denominator = v.sqrt().fma(correction, epsilon);
      m.div(denominator).fma(rate, load(parameters, i)).intoArray(parameters, i);
    }
    JavaKernels.adamRange(parameters, gradient, mean, variance, step, i, to);
  }

  @Override
  public String toString() {
    return "vector (" + L * Float.SIZE + " bits)";
  }
}
