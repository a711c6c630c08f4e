package org.apprentice.nn;

/**
 * A square window that slides over the images of some rows, as oneDNN is told.
 *
 * @param input the images
 * @param output one pixel for each place of the window
 */
record OneDnnWindow(
    int rows, Shape.Image input, Shape.Image output, int size, int stride, int padding) {
  long[] inputs() {
    return new long[] {rows, input.channels(), input.rows(), input.columns()};
  }

  long[] outputs() {
    return new long[] {rows, output.channels(), output.rows(), output.columns()};
  }

  long[] weights() {
    return new long[] {output.channels(), input.channels(), size, size};
  }

  long[] kernel() {
    return new long[] {size, size};
  }

  long[] strides() {
    return new long[] {stride, stride};
  }

  long[] paddings() {
    return new long[] {padding, padding};
  }
}
