package org.apprentice.core.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apprentice.spi.Distribution;
import org.junit.jupiter.api.Test;

/**
 * Log densities against hand computation and against Optuna 5.0.0's {@code _ParzenEstimator} with
 * its defaults, whose figures these are to six digits.
 */
class ParzenEstimatorTest {
  private static final Distribution UNIT = new Distribution.Range(0, 1, 0, false);

  private static ParzenEstimator of(Distribution distribution, double... observations) {
    double[][] rows =
        Arrays.stream(observations)
            .mapToObj(value -> new double[] {value})
            .toArray(double[][]::new);
    return new ParzenEstimator(List.of(distribution), rows);
  }

  private static void check(ParzenEstimator estimator, double expected, double... point) {
    assertThat(estimator.logDensity(point)).isCloseTo(expected, within(2e-6));
  }

  @Test
  void withoutObservationsThereIsThePrior() {
    // phi(0.1) / (2 Phi(0.5) - 1): a normal density around the middle, as wide as the range.
    check(of(UNIT), Math.log(0.3969525 / 0.3829249), 0.4);
  }

  @Test
  void oneObservationIsAsWideAsItIsFarFromTheBounds() {
    // Centre 0.3, width 0.7: phi(1/7) / 0.7 / (Phi(1) - Phi(-3/7)), and the prior, half each.
    double kernel = 0.3948922 / 0.7 / (0.8413447 - 0.3341176);
    check(of(UNIT, 0.3), Math.log(0.5 * kernel + 0.5 * 0.3969525 / 0.3829249), 0.4);
    check(of(UNIT, 0.3), 0.0717717, 0.4);
  }

  @Test
  void numbersOfAContinuum() {
    check(of(UNIT, 0.3, 0.35, 0.9), 0.2252976, 0.4);
    check(of(UNIT, 0.3, 0.35, 0.9), -0.1768504, 0.05);
    check(of(UNIT, 0.3, 0.35, 0.9), -0.3300334, 1);
  }

  @Test
  void logarithmsAreModelledInTheirOwnScale() {
    Distribution range = new Distribution.Range(1e-4, 1e-1, 0, true);
    ParzenEstimator estimator = of(range, Math.log(1e-3), Math.log(2e-3), Math.log(5e-2));
    check(estimator, -1.6920610, Math.log(1.5e-3));
    check(estimator, -2.2064169, Math.log(9e-2));
  }

  @Test
  void aValueOfALatticeHasTheMassOfItsCell() {
    ParzenEstimator whole = of(new Distribution.Range(1, 10, 1, false), 2, 3, 8);
    check(whole, -2.1083861, 1);
    check(whole, -2.0178122, 3);
    check(whole, -2.7334357, 10);
    double sum = IntStream.rangeClosed(1, 10).mapToDouble(i -> mass(whole, i)).sum();
    assertThat(sum).isCloseTo(1, within(1e-12));
    ParzenEstimator quarters = of(new Distribution.Range(0, 1, 0.25, false), 0.25, 0.25);
    check(quarters, -1.4378919, 0);
    check(quarters, -1.1946009, 0.25);
    check(quarters, -2.5347227, 1);
  }

  private static double mass(ParzenEstimator estimator, double value) {
    return Math.exp(estimator.logDensity(new double[] {value}));
  }

  @Test
  void wholeNumbersOfALogarithmicRangeShareItsMass() {
    ParzenEstimator estimator =
        of(new Distribution.Range(1, 64, 1, true), Math.log(8), Math.log(16));
    check(estimator, -2.2313289, Math.log(1));
    check(estimator, -3.3041530, Math.log(8));
    check(estimator, -6.0211876, Math.log(64));
    double sum = IntStream.rangeClosed(1, 64).mapToDouble(i -> mass(estimator, Math.log(i))).sum();
    assertThat(sum).isCloseTo(1, within(1e-12));
  }

  @Test
  void choicesAreCounted() {
    ParzenEstimator estimator = of(new Distribution.Choice(List.of("a", "b", "c")), 0, 0, 2);
    // Kernels of (5, 1, 1) / 7, twice, and (1, 1, 5) / 7 for the third; the prior has thirds.
    check(estimator, Math.log((5.0 / 7 + 5.0 / 7 + 1.0 / 7 + 1.0 / 3) / 4), 0);
    check(estimator, -0.7419373, 0);
    check(estimator, -1.6582280, 1);
    check(estimator, -1.0986123, 2);
  }

  @Test
  void axesOfAGroupAreModelledTogether() {
    ParzenEstimator estimator =
        new ParzenEstimator(
            List.of(UNIT, new Distribution.Choice(List.of("a", "b"))),
            new double[][] {{0.2, 0}, {0.7, 1}});
    check(estimator, -0.5520254, 0.25, 0);
    check(estimator, -0.7414171, 0.25, 1);
  }

  @Test
  void oldObservationsCountLess() {
    double[] observations = IntStream.range(0, 30).mapToDouble(i -> i * 7 % 30 / 30.0).toArray();
    check(of(UNIT, observations), -0.0374293, 0.5);
    check(of(UNIT, observations), 0.0914811, 0.1);
  }

  @Test
  void drawsFollowTheDensity() {
    ParzenEstimator estimator = of(new Distribution.Choice(List.of("a", "b", "c")), 0, 0, 2);
    int[] counts = new int[3];
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(1);
    for (int i = 0; i < 20_000; i++) {
      counts[(int) estimator.draw(random)[0]]++;
    }
    for (int value = 0; value < 3; value++) {
      // Three standard errors are below 0.011.
      assertThat(counts[value] / 20_000.0).isCloseTo(mass(estimator, value), within(0.011));
    }
  }
}
