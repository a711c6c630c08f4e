package org.apprentice.core.study;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apprentice.core.sweep.Aggregate;

/**
 * A metric over training, aggregated over runs, at the steps where they have points. A run that
 * ended early keeps its last value.
 *
 * @param steps ascending, from where all runs have begun; at most {@value #POINTS}, evenly spaced
 *     if runs have more
 * @param mean over runs, one per step
 * @param iqm interquartile mean over runs, one per step
 * @param low lower end of the pointwise 95 % bootstrap interval of {@code iqm}, or that itself with
 *     a single run
 * @param high upper end
 */
public record Course(double[] steps, double[] mean, double[] iqm, double[] low, double[] high) {
  static final int POINTS = 101;

  /** Ends of bands need fewer draws than the intervals that are told in numbers. */
  private static final int REPETITIONS = 2_000;

  /**
   * Of a metric whose course the runs were read with, see {@link LocalRuns}.
   *
   * @return empty if there are no runs, or one lacks the metric
   */
  public static Optional<Course> of(List<RecordedRun> runs, String metric) {
    boolean known = runs.stream().allMatch(run -> run.curves().containsKey(metric));
    return runs.isEmpty() || !known
        ? Optional.empty()
        : Optional.of(of(runs.stream().map(run -> run.curves().get(metric)).toList()));
  }

  static Course of(List<Curve> curves) {
    Bootstrap bootstrap = new Bootstrap(REPETITIONS);
    double[] steps = grid(curves);
    int count = steps.length;
    Course course =
        new Course(
            steps, new double[count], new double[count], new double[count], new double[count]);
    for (int i = 0; i < count; i++) {
      double step = steps[i];
      double[][] values = {curves.stream().mapToDouble(curve -> curve.at(step)).toArray()};
      double middle = Aggregate.IQM.of(values);
      Interval band =
          bootstrap.interval(values, Aggregate.IQM::of).orElse(new Interval(middle, middle));
      course.mean[i] = Aggregate.MEAN.of(values);
      course.iqm[i] = middle;
      course.low[i] = band.low();
      course.high[i] = band.high();
    }
    return course;
  }

  private static double[] grid(List<Curve> curves) {
    double first = curves.stream().mapToDouble(curve -> curve.steps()[0]).max().orElseThrow();
    double last = curves.stream().mapToDouble(it -> it.steps()[it.size() - 1]).max().orElseThrow();
    double[] union =
        curves.stream()
            .flatMapToDouble(curve -> DoubleStream.of(curve.steps()))
            .filter(step -> step >= first)
            .distinct()
            .sorted()
            .toArray();
    return union.length <= POINTS
        ? union
        : IntStream.range(0, POINTS)
            .mapToDouble(i -> first + (last - first) * i / (POINTS - 1))
            .toArray();
  }
}
