package org.apprentice.nn;

import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Space;

/** What one row between two layers looks like. */
public sealed interface Shape {
  /** How many numbers a row is. */
  int width();

  /** What a network is given of a space. */
  static Shape of(Space space) {
    return space instanceof ImageSpace image
        ? new Image(image.channels(), image.rows(), image.columns())
        : new Vector(space.width());
  }

  /** Numbers without an order. */
  record Vector(int width) implements Shape {
    @Override
    public String toString() {
      return Integer.toString(width);
    }
  }

  /** Channels first, then row-major. */
  record Image(int channels, int rows, int columns) implements Shape {
    @Override
    public int width() {
      return channels * rows * columns;
    }

    @Override
    public String toString() {
      return channels + "x" + rows + "x" + columns;
    }
  }
}
