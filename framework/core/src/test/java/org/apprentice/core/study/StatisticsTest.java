package org.apprentice.core.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.apprentice.core.sweep.Aggregate;
import org.junit.jupiter.api.Test;

/**
 * Expected figures were computed by a program of its own in Python with NumPy 2, which knows only
 * the published formulas: aggregates by {@code numpy.mean}, {@code median} and a trimmed mean of
 * the sorted scores; intervals for a single task from all 5^5 equally likely draws, those for two
 * tasks from a million draws; p-values from all 2^n signs.
 */
class StatisticsTest {
  private static final double[][] ONE_TASK = {{471.3, 500, 188.25, 500, 392.6}};
  private static final double[][] TWO_TASKS = {
    {12.5, 30.25, -4, 18, 22.75}, {0.91, 0.42, 0.77, 0.65, 0.12}
  };
  private static final double[][] THREE_TASKS = {
    {1, 4, 2, 8, 5, 7, 3}, {10, 40, 20, 80, 50, 70, 30}, {.5, .25, .75, .125, .625, .375, .875}
  };

  /** Draws whose percentiles are within a percent or so of those of all draws. */
  private static final Bootstrap MANY = new Bootstrap(100_000);

  @Test
  void aggregatesAreThoseOfTheOracle() {
    assertThat(Aggregate.MEAN.of(ONE_TASK)).isCloseTo(410.43, within(1e-12));
    assertThat(Aggregate.MEDIAN.of(ONE_TASK)).isEqualTo(471.3);
    assertThat(Aggregate.IQM.of(ONE_TASK)).isCloseTo(454.6333333333334, within(1e-12));
    assertThat(Aggregate.MEAN.of(TWO_TASKS)).isCloseTo(8.237, within(1e-12));
    assertThat(Aggregate.MEDIAN.of(TWO_TASKS)).isCloseTo(8.237, within(1e-12));
    assertThat(Aggregate.IQM.of(TWO_TASKS)).isCloseTo(5.541666666666667, within(1e-12));
    assertThat(Aggregate.MEAN.of(THREE_TASKS)).isCloseTo(15.88095238095238, within(1e-12));
    assertThat(Aggregate.MEDIAN.of(THREE_TASKS)).isCloseTo(4.285714285714286, within(1e-12));
    assertThat(Aggregate.IQM.of(THREE_TASKS)).isCloseTo(5.6022727272727275, within(1e-12));
  }

  @Test
  void theInterquartileMeanOfFewRunsCutsWholeRunsOnly() {
    assertThat(Aggregate.IQM.of(new double[][] {{1, 2, 6}})).isEqualTo(3);
    assertThat(Aggregate.IQM.of(new double[][] {{1, 2, 6, 100}})).isEqualTo(4);
  }

  @Test
  void aggregatesLeaveTheScoresAsTheyAre() {
    double[][] scores = {{3, 1, 2}};
    for (Aggregate aggregate : Aggregate.values()) {
      aggregate.of(scores);
    }
    assertThat(scores[0]).containsExactly(3, 1, 2);
  }

  @Test
  void intervalsAreThoseOfAllDraws() {
    assertInterval(MANY.interval(ONE_TASK, Aggregate.MEAN::of).orElseThrow(), 291.47, 494.26, 1);
    assertInterval(MANY.interval(ONE_TASK, Aggregate.MEDIAN::of).orElseThrow(), 188.25, 500, 1e-9);
    assertInterval(
        MANY.interval(ONE_TASK, Aggregate.IQM::of).orElseThrow(), 256.3666666666667, 500, 1e-9);
  }

  @Test
  void drawsAreMadeWithinEachTask() {
    assertInterval(MANY.interval(TWO_TASKS, Aggregate.MEAN::of).orElseThrow(), 2.728, 12.868, 0.06);
    assertInterval(
        MANY.interval(TWO_TASKS, Aggregate.IQM::of).orElseThrow(), -0.22667, 11.31833, 0.08);
  }

  private static void assertInterval(Interval found, double low, double high, double tolerance) {
    assertThat(found.low()).isCloseTo(low, within(tolerance));
    assertThat(found.high()).isCloseTo(high, within(tolerance));
  }

  @Test
  void aSingleRunHasNoInterval() {
    Bootstrap bootstrap = new Bootstrap(100);
    assertThat(bootstrap.interval(new double[][] {{5}}, Aggregate.MEAN::of)).isEmpty();
    assertThat(bootstrap.interval(new double[][] {{5, 6}, {7}}, Aggregate.MEAN::of)).isEmpty();
    assertThat(
            bootstrap.interval(
                new double[][] {{5, 6}}, new double[][] {{7}}, Contrast::probabilityHigher))
        .isEmpty();
  }

  @Test
  void intervalsRepeatThemselvesToTheLastBit() {
    assertThat(new Bootstrap(1000).interval(TWO_TASKS, Aggregate.IQM::of))
        .isEqualTo(new Bootstrap(1000).interval(TWO_TASKS, Aggregate.IQM::of));
  }

  @Test
  void infiniteFiguresGiveAnInfiniteEnd() {
    double[][] steps = {{2048, 4096, 4096, 6144, Double.POSITIVE_INFINITY}};
    Interval interval = MANY.interval(steps, Comparer::censoredMedian).orElseThrow();
    assertThat(interval).isEqualTo(new Interval(2048, Double.POSITIVE_INFINITY));
    assertThat(Comparer.censoredMedian(steps)).isEqualTo(4096);
    assertThat(Comparer.censoredMedian(new double[][] {{1, 2, 1e300 * 1e10, 1e300 * 1e10}}))
        .as("two of four were there after 2")
        .isEqualTo(2);
  }

  @Test
  void probabilityOfImprovementIsThatOfTheOracle() {
    double[][] first = {{3, 1, 4, 1, 5, 9}, {2, 6, 5}};
    double[][] second = {{2, 7, 1, 8}, {2, 2.5, 1, 8}};
    assertThat(Contrast.probabilityHigher(first, second))
        .isCloseTo(0.5416666666666666, within(1e-12));
    assertInterval(
        MANY.interval(first, second, Contrast::probabilityHigher).orElseThrow(),
        0.25,
        0.82291667,
        0.011);
  }

  @Test
  void signFlipsAreThoseOfTheOracle() {
    double[][] one = {{3.1, -0.4, 2.2, 5.0, 0.9, -1.3, 4.4}};
    assertThat(SignFlipTest.of(one)).isEqualTo(new SignFlipTest(12 / 128.0, true));
    double[][] two = {{3, -1, 2}, {10, 20, -5, 15}};
    assertThat(SignFlipTest.of(two)).isEqualTo(new SignFlipTest(16 / 128.0, true));
    double[][] many = {IntStream.range(0, 20).mapToDouble(i -> (i * 37 % 23 - 9) / 3.0).toArray()};
    SignFlipTest drawn = SignFlipTest.of(many);
    assertThat(drawn.exact()).isFalse();
    assertThat(drawn.p()).isCloseTo(0.19947052001953125, within(0.005));
  }

  @Test
  void signFlipsOfClearAndOfNoDifferences() {
    assertThat(SignFlipTest.of(new double[][] {{1, 2, 3, 4, 5}}).p()).isEqualTo(2 / 32.0);
    assertThat(SignFlipTest.smallest(5)).isEqualTo(2 / 32.0);
    assertThat(SignFlipTest.of(new double[][] {{0, 0, 0}}).p()).isEqualTo(1);
    double[] clear = IntStream.range(1, 31).mapToDouble(i -> i).toArray();
    assertThat(SignFlipTest.of(new double[][] {clear}).p())
        .isEqualTo(SignFlipTest.smallest(30))
        .isEqualTo(1 / 100_001.0);
  }

  /** By hand: 0.01 x 4, 0.02 x 3, 0.03 x 2, 0.04 x 1, none below the one before. */
  @Test
  void holmStepsDown() {
    assertThat(Holm.adjust(new double[] {0.04, 0.01, 0.03, 0.02}))
        .containsExactly(new double[] {0.06, 0.04, 0.06, 0.06}, within(1e-15));
    assertThat(Holm.adjust(new double[] {0.5, 0.9})).containsExactly(1, 1);
    assertThat(Holm.adjust(new double[0])).isEmpty();
  }

  @Property
  void probabilityOfImprovementIsMannWhitneys(
      @ForAll @Size(min = 1, max = 12) int[] first, @ForAll @Size(min = 1, max = 12) int[] second) {
    double[] x = Arrays.stream(first).mapToDouble(i -> i % 5).toArray();
    double[] y = Arrays.stream(second).mapToDouble(i -> i % 5).toArray();
    double expected =
        MannWhitneyUTest.withDefaults().statistic(x, y) / (x.length * (double) y.length);
    assertThat(Contrast.probabilityHigher(new double[][] {x}, new double[][] {y}))
        .isCloseTo(expected, within(1e-12));
    assertThat(Contrast.probabilityHigher(new double[][] {y}, new double[][] {x}))
        .isCloseTo(1 - expected, within(1e-12));
  }

  @Property(tries = 200)
  void aggregatesMoveAndStretchWithTheScores(
      @ForAll @Size(min = 1, max = 15) List<@DoubleRange(min = -100, max = 100) Double> values,
      @ForAll @DoubleRange(min = 0.1, max = 10) double factor,
      @ForAll @DoubleRange(min = -50, max = 50) double shift) {
    double[] scores = array(values);
    double[][] before = {scores};
    double[][] after = {Arrays.stream(scores).map(it -> factor * it + shift).toArray()};
    double lowest = Arrays.stream(scores).min().orElseThrow();
    double highest = Arrays.stream(scores).max().orElseThrow();
    for (Aggregate aggregate : Aggregate.values()) {
      assertThat(aggregate.of(after))
          .isCloseTo(factor * aggregate.of(before) + shift, within(1e-9));
      assertThat(aggregate.of(before)).isBetween(lowest - 1e-9, highest + 1e-9);
    }
  }

  @Property(tries = 100)
  void pDoesNotDependOnTheSignOrScaleOfDifferences(
      @ForAll @Size(min = 1, max = 10) List<@DoubleRange(min = -100, max = 100) Double> values,
      @ForAll @DoubleRange(min = 0.1, max = 10) double factor) {
    double[] differences = array(values);
    double p = SignFlipTest.of(new double[][] {differences}).p();
    double[] other = Arrays.stream(differences).map(it -> -factor * it).toArray();
    assertThat(SignFlipTest.of(new double[][] {other}).p()).isEqualTo(p);
    assertThat(p).isBetween(SignFlipTest.smallest(differences.length), 1.0);
  }

  @Property(tries = 200)
  void holmIsBetweenNoCorrectionAndBonferroni(
      @ForAll @Size(min = 1, max = 8) List<@DoubleRange(min = 0, max = 1) Double> values) {
    double[] p = array(values);
    double[] adjusted = Holm.adjust(p);
    for (int i = 0; i < p.length; i++) {
      assertThat(adjusted[i]).isBetween(p[i], Math.min(1, p.length * p[i]));
    }
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
