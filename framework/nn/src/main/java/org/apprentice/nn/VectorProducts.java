package org.apprentice.nn;

import static org.apprentice.nn.VectorKernels.L;

/**
 * Matrix products on the Vector API, in tiles whose sums stay in registers: 4 rows x 4 vectors
 * where there are 32 registers, 4 x 2 otherwise, 8 x 1 for what is left of the columns. Few rows,
 * such as those of the few sequences that a memory is trained on, have tiles of 2 and 1.
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
        VectorTiles.tile4x4(
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
      for (; m + 2 <= rows; m += 2) {
        VectorTiles.tile2x4(
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
        VectorTiles.tile1x4(
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
        VectorTiles.tile4x2(
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
        VectorTiles.tile1x1(
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
        VectorTiles.tile1x1(
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
        VectorTiles.tile8x1(
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
        VectorTiles.tile1x1(
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
}
