package org.apprentice.nn;

/**
 * The arithmetic of a network on row-major float arrays. Widths that {@link #affine} and {@link
 * #outer} write ({@code columns}), their strides and the lengths of elementwise functions must be
 * multiples of {@link #lanes()}; every other number may be anything. One instance serves one thread
 * at a time.
 */
interface Kernels {
  /** Rows of activations are padded to a multiple of this, so that no tile of rows is left over. */
  int ROWS = 8;

  int lanes();

  /**
   * How many columns of a product are computed at a time, if the matrix is read fastest where these
   * lie together; otherwise the number given.
   */
  default int panel(int columns) {
    return columns;
  }

  /**
   * {@code y = initial + x w}.
   *
   * @param x {@code [rows x depth]}
   * @param w {@code [depth x columns]}
   * @param initial a row at {@code initialOffset} for all rows if {@code initialStride} is 0 (a
   *     bias), else one row for each (may be {@code y} itself, to add to it); null for zero
   */
  void affine(
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
      int depth);

  /**
   * {@code c = a' b}.
   *
   * @param a {@code [depth x rows]}
   * @param b {@code [depth x columns]}
   * @param c {@code [rows x columns]}
   */
  void outer(
      float[] a,
      int aStride,
      float[] b,
      int bStride,
      float[] c,
      int cOffset,
      int cStride,
      int rows,
      int columns,
      int depth);

  /** {@code sums[c] = sum over rows of x[r][c]}. */
  void columnSums(float[] x, int stride, int rows, float[] sums, int columns);

  /** {@code y = f(y)}. */
  void activate(Activation activation, float[] y, int length);

  /** {@code d *= f'(x)} where {@code y = f(x)}. */
  void derive(Activation activation, float[] y, float[] d, int length);

  /**
   * {@code to[k][j] = from[starts[j] + k]} for k below {@code count}; safe for several threads at
   * once, as it has no state.
   *
   * @param starts from {@code source} on; a multiple of {@link #lanes()}
   */
  default void transpose(
      float[] from, int source, int[] starts, float[] to, int place, int toStride, int count) {
    for (int k = 0; k < count; k++) {
      for (int j = 0; j < starts.length; j++) {
        to[place + k * toStride + j] = from[source + starts[j] + k];
      }
    }
  }

  /** The elementwise part of memories. */
  Cells cells();

  /** {@code x += y}; any length. */
  void add(float[] x, float[] y, int length);

  /** Sum of squares of {@code [from, to)}. */
  double squaredNorm(float[] x, int from, int to);

  /** One step of {@link Adam} on {@code [from, to)}; the same bits wherever the range is cut. */
  void adam(
      float[] parameters,
      float[] gradient,
      float[] mean,
      float[] variance,
      AdamStep step,
      int from,
      int to);

  /**
   * Coefficients of one step: {@code mean = beta1 mean + first g}, {@code variance = beta2 variance
   * + second g g}, {@code parameters -= rate mean / (sqrt(variance) correction + epsilon)}.
   */
  final class AdamStep {
    float beta1;
    float beta2;
    float first;
    float second;
    float rate;
    float correction;
    float epsilon;
  }
}
