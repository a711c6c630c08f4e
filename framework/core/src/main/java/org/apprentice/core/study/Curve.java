package org.apprentice.core.study;

import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * A metric over training: straight between its points, constant before the first and after the
 * last.
 *
 * @param steps ascending
 * @param values one per step
 */
public record Curve(double[] steps, double[] values) {
  /** A measured value. */
  record Point(long step, double value) {}

  /** Of points in the order of the journal; the last one of a step counts, NaN does not. */
  static Curve of(List<Point> points) {
    TreeMap<Long, Double> byStep = new TreeMap<>();
    for (Point point : points) {
      if (!Double.isNaN(point.value())) {
        byStep.put(point.step(), point.value());
      }
    }
    return new Curve(
        byStep.keySet().stream().mapToDouble(Long::doubleValue).toArray(),
        byStep.values().stream().mapToDouble(Double::doubleValue).toArray());
  }

  int size() {
    return steps.length;
  }

  double last() {
    return values[values.length - 1];
  }

  double at(double step) {
    int next = 0;
    while (next < steps.length && steps[next] < step) {
      next++;
    }
    if (next == 0 || next == steps.length) {
      return values[Math.min(next, steps.length - 1)];
    }
    double share = (step - steps[next - 1]) / (steps[next] - steps[next - 1]);
    return values[next - 1] + share * (values[next] - values[next - 1]);
  }

  /** Mean height between step 0 and {@code budget}: the area under the curve over the budget. */
  double meanHeight(double budget) {
    double area = 0;
    double step = 0;
    double value = at(0);
    for (int i = 0; i < steps.length && steps[i] <= budget; i++) {
      area += (steps[i] - step) * (value + values[i]) / 2;
      step = steps[i];
      value = values[i];
    }
    area += (budget - step) * (value + at(budget)) / 2;
    return area / budget;
  }

  /** The first step whose value reaches the threshold; empty if none does. */
  OptionalDouble stepsTo(double threshold, boolean lowerIsBetter) {
    for (int i = 0; i < steps.length; i++) {
      if (lowerIsBetter ? values[i] <= threshold : values[i] >= threshold) {
        return OptionalDouble.of(steps[i]);
      }
    }
    return OptionalDouble.empty();
  }
}
