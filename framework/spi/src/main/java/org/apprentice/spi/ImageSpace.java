package org.apprentice.spi;

/** Unsigned bytes, channels first, row-major. */
public record ImageSpace(int channels, int rows, int columns) implements Space {
  @Override
  public int[] shape() {
    return new int[] {channels, rows, columns};
  }

  @Override
  public String toString() {
    return "uint8 image[" + channels + ", " + rows + ", " + columns + "]";
  }
}
