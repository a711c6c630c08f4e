package org.apprentice.core.study;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.descriptive.Quantile;

/**
 * Stratified bootstrap with percentile intervals (Efron 1979): runs are drawn with replacement
 * within each task, so that every task keeps its weight. The draws follow from a fixed seed: the
 * same scores give the same interval, whatever else is computed.
 */
final class Bootstrap {
  static final int REPETITIONS = 10_000;
  static final double CONFIDENCE = 0.95;
  private static final long SEED = 20210830;

  /** Linear between order statistics, as NumPy does by default. */
  private static final Quantile LINEAR =
      Quantile.withDefaults().with(Quantile.EstimationMethod.HF7).withCopy(false);

  /** Always one of the values, so that infinities do no harm. */
  private static final Quantile DISCRETE =
      Quantile.withDefaults().with(Quantile.EstimationMethod.HF1).withCopy(false);

  private final int repetitions;

  Bootstrap(int repetitions) {
    this.repetitions = repetitions;
  }

  /**
   * @param scores by task and run
   */
  Optional<Interval> interval(double[][] scores, ToDoubleFunction<double[][]> statistic) {
    if (isFixed(scores)) {
      return Optional.empty();
    }
    UniformRandomProvider random = random();
    double[][] drawn = like(scores);
    double[] values = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      draw(random, scores, drawn);
      values[i] = statistic.applyAsDouble(drawn);
    }
    return Optional.of(percentiles(values));
  }

  /** Draws from two variants independently of each other. */
  Optional<Interval> interval(
      double[][] first, double[][] second, ToDoubleBiFunction<double[][], double[][]> statistic) {
    if (isFixed(first) || isFixed(second)) {
      return Optional.empty();
    }
    UniformRandomProvider random = random();
    double[][] drawnFirst = like(first);
    double[][] drawnSecond = like(second);
    double[] values = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      draw(random, first, drawnFirst);
      draw(random, second, drawnSecond);
      values[i] = statistic.applyAsDouble(drawnFirst, drawnSecond);
    }
    return Optional.of(percentiles(values));
  }

  /** Whether every draw would be the same, which says nothing about how sure the figure is. */
  private static boolean isFixed(double[][] scores) {
    return Arrays.stream(scores).anyMatch(task -> task.length < 2);
  }

  private static UniformRandomProvider random() {
    return RandomSource.XO_SHI_RO_256_PP.create(SEED);
  }

  private static double[][] like(double[][] scores) {
    return Arrays.stream(scores).map(task -> new double[task.length]).toArray(double[][]::new);
  }

  private static void draw(UniformRandomProvider random, double[][] from, double[][] to) {
    for (int task = 0; task < from.length; task++) {
      for (int run = 0; run < to[task].length; run++) {
        to[task][run] = from[task][random.nextInt(from[task].length)];
      }
    }
  }

  private static Interval percentiles(double[] values) {
    boolean infinite = Arrays.stream(values).anyMatch(Double::isInfinite);
    double[] ends =
        (infinite ? DISCRETE : LINEAR).evaluate(values, (1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2);
    return new Interval(ends[0], ends[1]);
  }
}
