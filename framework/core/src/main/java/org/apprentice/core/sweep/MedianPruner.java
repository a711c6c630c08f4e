package org.apprentice.core.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.commons.statistics.descriptive.Median;
import org.apprentice.spi.Pruner;

/**
 * The median stopping rule (Golovin et al. 2017, "Google Vizier: A Service for Black-Box
 * Optimization", section 3.2.2): a point is stopped at a rung if its best score so far is below the
 * median of the complete points' running averages, their mean scores up to this rung. Points of a
 * batch are judged together, and in the first one none is complete: while fewer than {@code
 * startup} are, all that have come to the rung stand in for them.
 */
final class MedianPruner implements Pruner {
  private final MedianPrunerPlugin.Config config;

  MedianPruner(MedianPrunerPlugin.Config config) {
    this.config = config;
  }

  @Override
  public OptionalLong rung(int number) {
    boolean beyond = number > (Long.MAX_VALUE - config.rung()) / config.every();
    return beyond ? OptionalLong.empty() : OptionalLong.of(config.rung() + number * config.every());
  }

  @Override
  public List<Verdict> judge(int rung, List<Course> arrived, List<Course> before, boolean all) {
    List<Course> known = new ArrayList<>(before);
    known.addAll(arrived);
    List<Course> complete = known.stream().filter(Course::complete).toList();
    List<Course> peers = complete.size() < config.startup() && all ? known : complete;
    double[] averages =
        peers.stream()
            .mapToDouble(course -> average(course, rung))
            .filter(Double::isFinite)
            .toArray();
    if (averages.length < config.startup()) {
      return Pruner.NONE.judge(rung, arrived, before, all);
    }
    double median = Median.withDefaults().evaluate(averages);
    // The best of a point that failed is NaN.
    return arrived.stream()
        .map(course -> best(course, rung) >= median ? Verdict.GO_ON : Verdict.STOP)
        .toList();
  }

  private static List<Double> upTo(int rung, Course course) {
    return course.scores().subList(0, Math.min(rung + 1, course.scores().size()));
  }

  private static double average(Course course, int rung) {
    return upTo(rung, course).stream().mapToDouble(it -> it).average().orElse(Double.NaN);
  }

  private static double best(Course course, int rung) {
    return upTo(rung, course).stream().mapToDouble(it -> it).max().orElse(Double.NaN);
  }
}
