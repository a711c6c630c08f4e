package org.apprentice.nn;

/**
 * What flows along one edge of a network in one slice of a batch: values, and what belongs to them
 * of the last backward and tangent pass. Rows are {@link #stride} apart; the columns beyond {@link
 * #width} are always 0.
 */
final class Signal {
  final int width;
  final int stride;
  final float[] values;

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
    this.width = width;
    this.stride = roundUp(width, lanes);
    this.values = new float[roundUp(maxRows, Kernels.ROWS) * stride];
  }

  /** d loss / d values. */
  float[] gradients() {
    if (gradients == null) {
      gradients = new float[values.length];
    }
    return gradients;
  }

  /** Directional derivative of the values. */
  float[] tangents() {
    if (tangents == null) {
      tangents = new float[values.length];
    }
    return tangents;
  }

  static int roundUp(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }
}
