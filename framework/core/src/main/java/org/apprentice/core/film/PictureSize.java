package org.apprentice.core.film;

import org.apprentice.spi.Frame;

/** Pictures as large as people like to see them. */
final class PictureSize {
  /** Pixels of the longer side, of what is shrunk. */
  private static final int LARGEST_SIDE = 320;

  /** Pixels of the longer side, of what is doubled: an Atari's 210 rows are small on a screen. */
  private static final int SMALL_SIDE = 224;

  private PictureSize() {}

  static Frame fitted(Frame frame) {
    int side = Math.max(frame.width(), frame.height());
    if (side <= SMALL_SIDE) {
      return enlarged(frame, 2);
    }
    int factor = (side + LARGEST_SIDE - 1) / LARGEST_SIDE;
    return factor == 1 ? frame : shrunk(frame, factor);
  }

  /** Each pixel as a square. */
  static Frame enlarged(Frame frame, int factor) {
    int width = frame.width() * factor;
    int height = frame.height() * factor;
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      int line = 3 * y * width;
      for (int x = 0; x < width; x++) {
        int from = 3 * (y / factor * frame.width() + x / factor);
        System.arraycopy(frame.rgb(), from, rgb, line + 3 * x, 3);
      }
    }
    return new Frame(width, height, rgb);
  }

  /** Means of squares of pixels. */
  static Frame shrunk(Frame frame, int factor) {
    int width = frame.width() / factor;
    int height = frame.height() / factor;
    byte[] rgb = new byte[3 * width * height];
    int area = factor * factor;
    for (int i = 0; i < rgb.length; i++) {
      int row = i / (3 * width) * factor;
      int column = i / 3 % width * factor;
      int sum = area / 2;
      for (int y = row; y < row + factor; y++) {
        for (int x = column; x < column + factor; x++) {
          sum += frame.rgb()[3 * (y * frame.width() + x) + i % 3] & 0xFF;
        }
      }
      rgb[i] = (byte) (sum / area);
    }
    return new Frame(width, height, rgb);
  }
}
