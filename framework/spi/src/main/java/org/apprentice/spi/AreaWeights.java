package org.apprentice.spi;

import java.util.Arrays;

/**
 * How far each of {@code n} source pixels of a line reaches into each of {@code m <= n} target
 * pixels: the length that they share, in units of which a source pixel has {@code m / gcd(n, m)}
 * and a target pixel {@code n / gcd(n, m)}. From 210 to 84: 2, 2, 1 and 1, 2, 2; from 160 to 84 in
 * units of 1/21.
 */
final class AreaWeights {
  private final int sum;
  private final int[] first;

  /** Where the weights of a target pixel begin; one more at the end. */
  private final int[] offsets;

  private final int[] weights;

  private AreaWeights(int sum, int[] first, int[] offsets, int[] weights) {
    this.sum = sum;
    this.first = first;
    this.offsets = offsets;
    this.weights = weights;
  }

  static AreaWeights of(int sources, int targets) {
    int common = greatestCommonDivisor(sources, targets);
    int source = targets / common;
    int target = sources / common;
    int[] first = new int[targets];
    int[] offsets = new int[targets + 1];
    int[] weights = new int[sources + targets];
    for (int i = 0; i < targets; i++) {
      long low = (long) i * target;
      long high = low + target;
      first[i] = (int) (low / source);
      int at = offsets[i];
      for (long pixel = first[i]; pixel * source < high; pixel++) {
        weights[at++] =
            (int) (Math.min(high, (pixel + 1) * source) - Math.max(low, pixel * source));
      }
      offsets[i + 1] = at;
    }
    return new AreaWeights(target, first, offsets, Arrays.copyOf(weights, offsets[targets]));
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  /** Target pixels. */
  int size() {
    return first.length;
  }

  /** What the weights of each target pixel sum to. */
  int sum() {
    return sum;
  }

  /** The first source pixel under a target pixel. */
  int first(int target) {
    return first[target];
  }

  /** How many source pixels lie under a target pixel. */
  int count(int target) {
    return offsets[target + 1] - offsets[target];
  }

  int weight(int target, int i) {
    return weights[offsets[target] + i];
  }
}
