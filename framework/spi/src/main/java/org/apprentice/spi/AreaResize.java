package org.apprentice.spi;

import java.util.Arrays;

/**
 * Makes planes of bytes smaller: each pixel is the mean of the area that it covers, in whole
 * numbers and rounded half up. Not for several threads at once.
 */
public final class AreaResize {
  private final int columns;
  private final AreaWeights vertical;
  private final AreaWeights horizontal;
  private final ExactQuotient quotient;
  private final int[] sums;

  /**
   * @param rows of the large plane
   * @param smallRows at most as many
   * @throws IllegalArgumentException if the picture would become larger, or is too large for exact
   *     means
   */
  public AreaResize(int rows, int columns, int smallRows, int smallColumns) {
    if (smallRows > rows || smallColumns > columns || smallRows < 1 || smallColumns < 1) {
      throw new IllegalArgumentException(
          "makes pictures smaller, and rows = %d, columns = %d is larger than %d x %d"
              .formatted(smallRows, smallColumns, rows, columns));
    }
    this.columns = columns;
    if (!isExact(rows, columns, smallRows, smallColumns)) {
      throw new IllegalArgumentException(
          "cannot take means over a picture as large as %d x %d; crop it before"
              .formatted(rows, columns));
    }
    vertical = AreaWeights.of(rows, smallRows);
    horizontal = AreaWeights.of(columns, smallColumns);
    quotient = new ExactQuotient(vertical.sum() * horizontal.sum());
    sums = new int[columns];
  }

  /** Whether the sums of weighted pixels fit into 31 bits. */
  public static boolean isExact(int rows, int columns, int smallRows, int smallColumns) {
    long area =
        (long) AreaWeights.of(rows, smallRows).sum() * AreaWeights.of(columns, smallColumns).sum();
    return area <= ExactQuotient.MAX_DIVISOR;
  }

  /** Rows of the small plane. */
  public int rows() {
    return vertical.size();
  }

  /** Columns of the small plane. */
  public int columns() {
    return horizontal.size();
  }

  /** The first row of the large plane that a row of the small one covers. */
  public int firstUnder(int row) {
    return vertical.first(row);
  }

  /** How many rows of the large plane a row of the small one covers, some in part. */
  public int countUnder(int row) {
    return vertical.count(row);
  }

  /** The whole small plane. */
  public void resize(byte[] plane, int start, byte[] small, int to) {
    for (int row = 0; row < rows(); row++) {
      row(plane, start, row, small, to + row * columns());
    }
  }

  /**
   * One row of the small plane.
   *
   * @param start where the large plane begins
   * @param to where the row begins in {@code small}
   */
  public void row(byte[] plane, int start, int row, byte[] small, int to) {
    Arrays.fill(sums, 0);
    for (int i = 0; i < vertical.count(row); i++) {
      int weight = vertical.weight(row, i);
      int at = start + (vertical.first(row) + i) * columns;
      for (int x = 0; x < columns; x++) {
        sums[x] += weight * (plane[at + x] & 0xFF);
      }
    }
    for (int x = 0; x < horizontal.size(); x++) {
      int first = horizontal.first(x);
      int sum = 0;
      for (int i = 0; i < horizontal.count(x); i++) {
        sum += horizontal.weight(x, i) * sums[first + i];
      }
      small[to + x] = (byte) quotient.rounded(sum);
    }
  }
}
