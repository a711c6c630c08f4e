package org.apprentice.core.study;

import java.util.Optional;

/**
 * A variant against the baseline.
 *
 * @param improvement probability that a run of the variant is better than one of the baseline
 * @param difference variant minus baseline; empty with fewer than two common seeds of some task
 */
public record Contrast(Estimate improvement, Optional<Paired> difference) {
  /**
   * Runs of the same task and seed, which share their random numbers, compared pair by pair.
   *
   * @param mean of the differences
   * @param pairs how many there are
   * @param p two-sided, of the sign-flip test
   * @param adjusted p after Holm's correction for all variants
   * @param exact whether all signs were tried, or many at random
   */
  public record Paired(Estimate mean, int pairs, double p, double adjusted, boolean exact) {
    Paired withAdjusted(double newAdjusted) {
      return new Paired(mean, pairs, p, newAdjusted, exact);
    }
  }

  Contrast withAdjusted(double adjusted) {
    return new Contrast(improvement, difference.map(it -> it.withAdjusted(adjusted)));
  }

  /**
   * Probability that a run of {@code first} scores higher than one of {@code second}, ties counting
   * half: the Mann-Whitney statistic over the number of pairs, averaged over tasks.
   */
  static double probabilityHigher(double[][] first, double[][] second) {
    double sum = 0;
    for (int task = 0; task < first.length; task++) {
      double higher = 0;
      for (double x : first[task]) {
        for (double y : second[task]) {
          higher += x > y ? 1 : x == y ? 0.5 : 0;
        }
      }
      sum += higher / (first[task].length * (double) second[task].length);
    }
    return sum / first.length;
  }
}
