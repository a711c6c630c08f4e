package org.apprentice.sarsa;

import java.util.List;
import java.util.Optional;
import org.apprentice.rl.Schedule;

/** Settings of {@code sarsa}; documented in {@code /algorithm/sarsa.conf}. */
public record SarsaConfig(
    int tilings,
    int tiles,
    int memory,
    Optional<List<List<Double>>> ranges,
    double stepSize,
    Schedule stepSizeSchedule,
    double gamma,
    double lambda,
    TraceKind traces,
    double traceThreshold,
    double epsilon,
    double epsilonDecay,
    double epsilonMinimum,
    double initialValue,
    int iterationSteps) {

  /** What happens to the trace of a tile that is met again. */
  public enum TraceKind {
    REPLACING,
    ACCUMULATING
  }

  public SarsaConfig {
    require(tilings >= 1, "tilings must be at least 1, found " + tilings);
    require(tiles >= 1, "tiles must be at least 1, found " + tiles);
    require(memory >= 1, "memory must be at least 1, found " + memory);
    ranges.ifPresent(SarsaConfig::checkRanges);
    require(stepSize > 0, "step-size must be greater than 0, found " + stepSize);
    require(gamma >= 0 && gamma <= 1, "gamma must be in [0, 1], found " + gamma);
    require(lambda >= 0 && lambda <= 1, "lambda must be in [0, 1], found " + lambda);
    require(
        traceThreshold >= 0 && traceThreshold < 1,
        "trace-threshold must be in [0, 1), found " + traceThreshold);
    require(epsilon >= 0 && epsilon <= 1, "epsilon must be in [0, 1], found " + epsilon);
    require(
        epsilonDecay > 0 && epsilonDecay <= 1,
        "epsilon-decay must be in (0, 1], found " + epsilonDecay);
    require(
        epsilonMinimum >= 0 && epsilonMinimum <= epsilon,
        "epsilon-minimum must be in [0, epsilon], found " + epsilonMinimum);
    require(
        Double.isFinite(initialValue),
        "initial-value must be a finite number, found " + initialValue);
    require(iterationSteps >= 1, "iteration-steps must be at least 1, found " + iterationSteps);
  }

  private static void checkRanges(List<List<Double>> ranges) {
    for (List<Double> range : ranges) {
      boolean interval =
          range.size() == 2
              && Double.isFinite(range.get(0))
              && Double.isFinite(range.get(1))
              && range.get(0) < range.get(1);
      require(interval, "ranges must be pairs [low, high] with low < high, found " + range);
    }
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
