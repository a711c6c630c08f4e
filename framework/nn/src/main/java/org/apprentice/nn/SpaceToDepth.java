package org.apprentice.nn;

/**
 * A convolution of few channels as the same convolution with a stride of 1 over an image whose
 * pixels are blocks of {@code stride x stride} pixels: with 16 times as many channels, vectors of
 * them are full. Channel {@code (c, dy, dx)} of the block image is {@code (c * stride + dy) *
 * stride + dx}.
 *
 * @param stride side of a block
 * @param pixels the image
 * @param blocks the block image; what the convolution does not see is left out
 * @param kernel side of a filter in blocks
 */
record SpaceToDepth(int stride, Shape.Image pixels, Shape.Image blocks, int kernel) {
  /** More channels than this fill vectors by themselves. */
  private static final int FEW_CHANNELS = 8;

  static boolean applies(ImageLayer.Convolution layer, Shape.Image input) {
    return layer.stride() > 1
        && layer.padding() == 0
        && layer.kernel() % layer.stride() == 0
        && input.channels() <= FEW_CHANNELS;
  }

  static SpaceToDepth of(ImageLayer.Convolution layer, Shape.Image input) {
    int stride = layer.stride();
    int kernel = layer.kernel() / stride;
    Shape.Image output = layer.output(input);
    return new SpaceToDepth(
        stride,
        input,
        new Shape.Image(
            input.channels() * stride * stride,
            output.rows() + kernel - 1,
            output.columns() + kernel - 1),
        kernel);
  }

  /** The same elements in two places: their dimensions, and the strides in each. */
  record Places(long[] dimensions, long[] from, long[] to) {}

  /**
   * Weights in the flat vector, {@code [filters][c][ky, dy][kx, dx]}, and those of the block image,
   * {@code [filters][c, dy, dx][ky][kx]}.
   */
  Places weights(int filters) {
    int channels = pixels.channels();
    long side = (long) kernel * stride;
    long size = (long) kernel * kernel;
    long depth = (long) stride * stride;
    return new Places(
        new long[] {filters, channels, kernel, kernel, stride, stride},
        new long[] {channels * side * side, side * side, stride * side, stride, side, 1},
        new long[] {channels * depth * size, depth * size, kernel, 1, stride * size, size});
  }

  /** Whether {@link #images} can describe channels in groups of so many. */
  boolean groups(int lanes) {
    int depth = stride * stride;
    boolean channelsInGroup = lanes % depth == 0 && blocks.channels() % lanes == 0;
    boolean groupsInChannel = depth % lanes == 0 && lanes % stride == 0;
    return channelsInGroup || groupsInChannel;
  }

  /**
   * Pixels, {@code [rows][c][y, dy][x, dx]}, and blocks.
   *
   * @param lanes block images are {@code [rows][channels / lanes][y][x][lanes]}; with 0 they are
   *     {@code [rows][y][x][channels]}
   */
  Places images(int rows, int lanes) {
    long width = pixels.columns();
    long area = pixels.rows() * width;
    long row = pixels.channels() * area;
    long block = lanes == 0 ? blocks.channels() : lanes;
    long plane = block * blocks.rows() * blocks.columns();
    long line = block * blocks.columns();
    int depth = stride * stride;
    if (lanes > 0 && lanes < depth) {
      // a group is some lines of a block of one channel
      int lines = lanes / stride;
      return new Places(
          new long[] {
            rows, pixels.channels(), blocks.rows(), blocks.columns(), stride / lines, lines, stride
          },
          new long[] {row, area, stride * width, stride, lines * width, width, 1},
          new long[] {
            plane * blocks.channels() / block, plane * depth / lanes, line, block, plane, stride, 1
          });
    }
    // a group is the blocks of some channels
    long channels = block / depth;
    return new Places(
        new long[] {
          rows,
          pixels.channels() / channels,
          channels,
          blocks.rows(),
          blocks.columns(),
          stride,
          stride
        },
        new long[] {row, channels * area, area, stride * width, stride, width, 1},
        new long[] {plane * blocks.channels() / block, plane, depth, line, block, stride, 1});
  }
}
