package org.apprentice.nn;

import static org.apprentice.nn.VectorKernels.L;
import static org.apprentice.nn.VectorKernels.broadcast;
import static org.apprentice.nn.VectorKernels.load;

import jdk.incubator.vector.FloatVector;

/**
 * Matrix products on the Vector API, in tiles whose sums stay in registers: 4 rows x 4 vectors
 * where there are 32 registers, 4 x 2 otherwise, 8 x 1 for what is left of the columns.
 */
final class VectorProducts {
  /** AVX-512 has the 32 registers that a tile of 4 rows x 4 vectors needs. */
  private static final boolean WIDE = L == 16;

  /** Rows of the right operand, of a tile's width, that stay in the first-level cache. */
  private static final int DEPTH = 128;

  /** Columns of the widest tile. */
  static final int TILE_COLUMNS = (WIDE ? 4 : 2) * L;

  private static final float[] ZEROS = new float[4 * L];

  private VectorProducts() {}

  /**
   * {@code c[m][n] = initial[m][n] + sum_k a[m * aRow + k * aStep] b[k][n]}. The sums are taken in
   * the order of k whatever the sizes are, so that a row's bits do not depend on the other rows.
   */
  static void multiply(
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
    if (depth <= DEPTH) {
      block(
          a,
          aOffset,
          aRow,
          aStep,
          b,
          bOffset,
          bRow,
          start,
          startOffset,
          startStride,
          c,
          cOffset,
          cRow,
          rows,
          columns,
          depth);
      return;
    }
    for (int n = 0; n < columns; n += TILE_COLUMNS) {
      for (int k = 0; k < depth; k += DEPTH) {
        block(
            a,
            aOffset + k * aStep,
            aRow,
            aStep,
            b,
            bOffset + k * bRow + n,
            bRow,
            k == 0 ? start : c,
            k == 0 ? startOffset + n : cOffset + n,
            k == 0 ? startStride : cRow,
            c,
            cOffset + n,
            cRow,
            rows,
            Math.min(TILE_COLUMNS, columns - n),
            Math.min(DEPTH, depth - k));
      }
    }
  }

  private static void block(
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
}
