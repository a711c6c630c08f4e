package org.apprentice.nn;

import java.nio.ByteBuffer;

/**
 * What flows along one edge of a network in one slice of a batch: values, and what belongs to them
 * of the last backward and tangent pass. Rows are {@link #stride} apart; the columns beyond {@link
 * #width} are always 0.
 */
final class Signal {
  final int width;
  final int stride;
  private final int length;

  /** Empty where the observation is seen as pixels only. */
  final float[] values;

  /** Bytes of the observation's rows, without padding; null where no layer sees them. */
  final ByteBuffer pixels;

  /**
   * Whether the pixels of the last forward are real numbers from 0 to 255, in {@link
   * #realPixels()}.
   */
  boolean real;

  private final int maxRows;
  private NativeVector realPixels;

  /** Some layer before this signal, or the caller, needs its gradient. */
  boolean gradientWanted;

  /** The gradient holds what some layer behind this signal wrote; the next one adds to it. */
  boolean hasGradient;

  /**
   * False where the signal does not depend on the direction: the tangent is 0 and not filled in.
   */
  boolean hasTangent;

  private float[] gradients;
  private float[] tangents;

  Signal(int width, int lanes, int maxRows) {
    this(width, lanes, maxRows, true, false);
  }

  /** An observation, as numbers, as bytes, or as both. */
  Signal(int width, int lanes, int maxRows, boolean asValues, boolean asPixels) {
    this.width = width;
    this.maxRows = maxRows;
    this.stride = roundUp(width, lanes);
    this.length = size(roundUp(maxRows, Kernels.ROWS), stride);
    this.values = new float[asValues ? length : 0];
    this.pixels = asPixels ? ByteBuffer.allocateDirect(size(maxRows, width)) : null;
  }

  private static int size(int rows, int columns) {
    long size = (long) rows * columns;
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a pass cannot hold "
              + rows
              + " rows of "
              + columns
              + " numbers, more than fit one array; compute fewer rows at once");
    }
    return (int) size;
  }

  /** As many as there are {@link #pixels}, for who gives pixels as real numbers. */
  NativeVector realPixels() {
    if (realPixels == null) {
      realPixels = new NativeVector((long) maxRows * width);
    }
    return realPixels;
  }

  /** d loss / d values. */
  float[] gradients() {
    if (gradients == null) {
      gradients = new float[length];
    }
    return gradients;
  }

  /** Directional derivative of the values. */
  float[] tangents() {
    if (tangents == null) {
      tangents = new float[length];
    }
    return tangents;
  }

  static int roundUp(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }
}
