package org.apprentice.spi;

import java.util.Arrays;

/**
 * Real vectors (or arrays) within bounds; infinite bounds are allowed. {@code low} and {@code high}
 * are per element.
 */
public record BoxSpace(int[] shape, float[] low, float[] high) implements Space {
  public BoxSpace {
    int width = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    if (low.length != width || high.length != width) {
      throw new IllegalArgumentException(
          "bounds must have " + width + " elements, found " + low.length + " and " + high.length);
    }
  }

  /** An unbounded vector. */
  public static BoxSpace unbounded(int width) {
    float[] high = new float[width];
    Arrays.fill(high, Float.POSITIVE_INFINITY);
    float[] low = new float[width];
    Arrays.fill(low, Float.NEGATIVE_INFINITY);
    return new BoxSpace(new int[] {width}, low, high);
  }

  /** A vector with the given bounds. */
  public static BoxSpace of(float[] low, float[] high) {
    return new BoxSpace(new int[] {low.length}, low, high);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BoxSpace box
        && Arrays.equals(shape, box.shape)
        && Arrays.equals(low, box.low)
        && Arrays.equals(high, box.high);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(shape) * 31 + Arrays.hashCode(low) * 17 + Arrays.hashCode(high);
  }

  @Override
  public String toString() {
    return "box" + Arrays.toString(shape);
  }
}
