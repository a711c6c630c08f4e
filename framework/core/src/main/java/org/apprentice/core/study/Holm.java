package org.apprentice.core.study;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Correction of p-values for testing several hypotheses (Holm 1979). */
final class Holm {
  private Holm() {}

  /**
   * Adjusted p-values: those below a level are the hypotheses that the step-down procedure rejects,
   * with at most that probability of rejecting a true one among them.
   */
  static double[] adjust(double[] p) {
    int[] ascending =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] adjusted = new double[p.length];
    double largest = 0;
    for (int rank = 0; rank < p.length; rank++) {
      int i = ascending[rank];
      largest = Math.max(largest, Math.min(1, (p.length - rank) * p[i]));
      adjusted[i] = largest;
    }
    return adjusted;
  }
}
