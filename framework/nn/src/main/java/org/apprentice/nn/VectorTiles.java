package org.apprentice.nn;

import static org.apprentice.nn.VectorKernels.L;
import static org.apprentice.nn.VectorKernels.broadcast;
import static org.apprentice.nn.VectorKernels.load;

import jdk.incubator.vector.FloatVector;

/** The tiles of {@link VectorProducts}, named by rows and vectors; each adds to initial sums. */
final class VectorTiles {
  private VectorTiles() {}

  static void tile4x4(
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

  static void tile2x4(
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
    FloatVector s00 = load(initial, i0);
    FloatVector s01 = load(initial, i0 + L);
    FloatVector s02 = load(initial, i0 + 2 * L);
    FloatVector s03 = load(initial, i0 + 3 * L);
    FloatVector s10 = load(initial, i1);
    FloatVector s11 = load(initial, i1 + L);
    FloatVector s12 = load(initial, i1 + 2 * L);
    FloatVector s13 = load(initial, i1 + 3 * L);
    int w = b0;
    int q = a0;
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = load(b, w);
      FloatVector w1 = load(b, w + L);
      FloatVector w2 = load(b, w + 2 * L);
      FloatVector w3 = load(b, w + 3 * L);
      FloatVector x0 = broadcast(a[q]);
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      s02 = x0.fma(w2, s02);
      s03 = x0.fma(w3, s03);
      FloatVector x1 = broadcast(a[q + aRow]);
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      s12 = x1.fma(w2, s12);
      s13 = x1.fma(w3, s13);
      w += bRow;
      q += aStep;
    }
    int c1 = c0 + cRow;
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + L);
    s02.intoArray(c, c0 + 2 * L);
    s03.intoArray(c, c0 + 3 * L);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + L);
    s12.intoArray(c, c1 + 2 * L);
    s13.intoArray(c, c1 + 3 * L);
  }

  static void tile4x2(
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
  static void tile8x1(
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

  static void tile1x4(
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
    int k = 0;
    // two at a time: with one, counting costs as much as the sums, which the next one waits for
    for (; k + 2 <= depth; k += 2) {
      FloatVector x0 = broadcast(a[q]);
      s0 = x0.fma(load(b, w), s0);
      s1 = x0.fma(load(b, w + L), s1);
      s2 = x0.fma(load(b, w + 2 * L), s2);
      s3 = x0.fma(load(b, w + 3 * L), s3);
      FloatVector x1 = broadcast(a[q + aStep]);
      s0 = x1.fma(load(b, w + bRow), s0);
      s1 = x1.fma(load(b, w + bRow + L), s1);
      s2 = x1.fma(load(b, w + bRow + 2 * L), s2);
      s3 = x1.fma(load(b, w + bRow + 3 * L), s3);
      w += 2 * bRow;
      q += 2 * aStep;
    }
    for (; k < depth; k++) {
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

  static void tile1x1(
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
