package org.apprentice.nn;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Matrix products by OpenBLAS on direct memory, everything else and small products in Java. Copying
 * in and out costs less than what the faster product saves once there are some 100,000
 * multiply-adds; the {@code float[]} overloads of JavaCPP would copy whole arrays, whatever part is
 * used.
 */
final class BlasKernels implements Kernels {
  /** Multiply-adds from which the native product is faster. */
  private static final long NATIVE_WORK = 60_000;

  /** Columns from which it is. */
  private static final int NATIVE_COLUMNS = 8;

  private final JavaKernels java = new JavaKernels();
  private final Direct left = new Direct();
  private final Direct right = new Direct();
  private final Direct result = new Direct();

  BlasKernels() {
    blas_set_num_threads(1); // threads are the network's own
  }

  /** Memory outside the heap that grows as needed. */
  private static final class Direct {
    private FloatPointer pointer = new FloatPointer(0L);
    private FloatBuffer buffer = FloatBuffer.allocate(0);

    FloatPointer reserve(int length) {
      if (buffer.capacity() < length) {
        pointer = new FloatPointer(length);
        buffer = pointer.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
      }
      return pointer;
    }

    FloatPointer put(float[] from, int offset, int stride, int rows, int columns) {
      reserve(rows * columns);
      buffer.clear();
      if (stride == columns) {
        buffer.put(from, offset, rows * columns);
      } else {
        for (int row = 0; row < rows; row++) {
          buffer.put(from, offset + row * stride, columns);
        }
      }
      return pointer;
    }

    void get(float[] to, int offset, int stride, int rows, int columns) {
      buffer.clear();
      if (stride == columns) {
        buffer.get(to, offset, rows * columns);
      } else {
        for (int row = 0; row < rows; row++) {
          buffer.get(to, offset + row * stride, columns);
        }
      }
    }
  }

  private static boolean worthwhile(int rows, int columns, int depth) {
    return columns >= NATIVE_COLUMNS && (long) rows * columns * depth >= NATIVE_WORK;
  }

  @Override
  public Cells cells() {
    return java.cells();
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
    if (!worthwhile(rows, columns, depth)) {
      java.affine(
          x,
          xOffset,
          xStride,
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
      return;
    }
    if (initial != null && initial != y) {
      for (int row = 0; row < rows; row++) {
        System.arraycopy(
            initial, initialOffset + row * initialStride, y, yOffset + row * yStride, columns);
      }
    }
    FloatPointer target =
        initial == null
            ? result.reserve(rows * columns)
            : result.put(y, yOffset, yStride, rows, columns);
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasNoTrans,
        rows,
        columns,
        depth,
        1f,
        left.put(x, xOffset, xStride, rows, depth),
        depth,
        right.put(w, wOffset, wStride, depth, columns),
        columns,
        initial == null ? 0f : 1f,
        target,
        columns);
    result.get(y, yOffset, yStride, rows, columns);
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
    if (!worthwhile(rows, columns, depth)) {
      java.outer(a, aStride, b, bStride, c, cOffset, cStride, rows, columns, depth);
      return;
    }
    cblas_sgemm(
        CblasRowMajor,
        CblasTrans,
        CblasNoTrans,
        rows,
        columns,
        depth,
        1f,
        left.put(a, 0, aStride, depth, rows),
        rows,
        right.put(b, 0, bStride, depth, columns),
        columns,
        0f,
        result.reserve(rows * columns),
        columns);
    result.get(c, cOffset, cStride, rows, columns);
  }

  @Override
  public void columnSums(float[] x, int stride, int rows, float[] sums, int columns) {
    java.columnSums(x, stride, rows, sums, columns);
  }

  @Override
  public void activate(Activation activation, float[] y, int length) {
    java.activate(activation, y, length);
  }

  @Override
  public void derive(Activation activation, float[] y, float[] d, int length) {
    java.derive(activation, y, d, length);
  }

  @Override
  public void add(float[] x, float[] y, int length) {
    java.add(x, y, length);
  }

  @Override
  public double squaredNorm(float[] x, int from, int to) {
    return java.squaredNorm(x, from, to);
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
    java.adam(parameters, gradient, mean, variance, step, from, to);
  }

  @Override
  public String toString() {
    return "openblas";
  }
}
