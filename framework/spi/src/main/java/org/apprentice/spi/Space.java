package org.apprentice.spi;

/**
 * What an observation looks like. One observation is {@link #width()} numbers, row-major over
 * {@link #shape()}.
 */
public sealed interface Space permits BoxSpace, ImageSpace {
  /** Sizes per axis, for example {@code [4]} or {@code [channels, height, width]}. */
  int[] shape();

  default int width() {
    int width = 1;
    for (int size : shape()) {
      width *= size;
    }
    return width;
  }
}
