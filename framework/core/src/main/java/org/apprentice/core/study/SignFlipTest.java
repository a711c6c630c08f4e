package org.apprentice.core.study;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Paired permutation test (Fisher 1935): if variant and baseline were alike, each difference could
 * as well have had the other sign. The two-sided p-value is the share of all signs whose mean
 * difference is at least as far from zero as the one found.
 *
 * @param exact whether all signs were tried; otherwise {@link #DRAWS} at random, with the found
 *     ones counted among them (Phipson and Smyth 2010), so that p is never 0
 */
record SignFlipTest(double p, boolean exact) {
  /** Beyond this many pairs, signs are drawn. */
  static final int EXACT_PAIRS = 16;

  static final int DRAWS = 100_000;
  private static final long SEED = 20210830;

  /** Sums that differ by rounding only count as equal. */
  private static final double TOLERANCE = 1e-9;

  /**
   * @param differences by task and pair; tasks have the same weight
   */
  static SignFlipTest of(double[][] differences) {
    double[] weighted =
        Arrays.stream(differences)
            .flatMapToDouble(task -> Arrays.stream(task).map(it -> it / task.length))
            .toArray();
    double found = Math.abs(Arrays.stream(weighted).sum());
    double least = found - TOLERANCE * Arrays.stream(weighted).map(Math::abs).sum();
    return weighted.length <= EXACT_PAIRS
        ? new SignFlipTest(allSigns(weighted, least), true)
        : new SignFlipTest(randomSigns(weighted, least), false);
  }

  private static double allSigns(double[] differences, double least) {
    int all = 1 << differences.length;
    int extreme = 0;
    for (int signs = 0; signs < all; signs++) {
      double sum = 0;
      for (int i = 0; i < differences.length; i++) {
        sum += (signs >> i & 1) == 0 ? differences[i] : -differences[i];
      }
      extreme += Math.abs(sum) >= least ? 1 : 0;
    }
    return extreme / (double) all;
  }

  private static double randomSigns(double[] differences, double least) {
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(SEED);
    int extreme = 1;
    for (int draw = 0; draw < DRAWS; draw++) {
      double sum = 0;
      for (double difference : differences) {
        sum += random.nextBoolean() ? difference : -difference;
      }
      extreme += Math.abs(sum) >= least ? 1 : 0;
    }
    return extreme / (double) (DRAWS + 1);
  }

  /** Smallest p-value that so many pairs can give, whatever the differences. */
  static double smallest(int pairs) {
    return pairs <= EXACT_PAIRS ? Math.scalb(1, 1 - pairs) : 1.0 / (DRAWS + 1);
  }
}
