package org.apprentice.tracking;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apprentice.spi.RunEvent;

/**
 * Thins a run's metrics for a tracking place: of each at most so many points pass, among them the
 * first, the last, the smallest and the largest, and the first that is not a number. The journal
 * keeps all.
 *
 * <p>Nobody knows how long a run will be, and what was sent cannot be taken back. So the first half
 * of the points pass as they come. From there on, each time that a metric has become twice as long,
 * a quarter of what may still be sent is spread evenly over the time until it is twice as long
 * again: time is cut into equal buckets, of which the smallest and the largest point pass, in their
 * order, so that a curve keeps its outline. What is held back passes too when the run ends without
 * having too many points after all.
 *
 * <p>What passes depends on the sequence of events alone, not on how it is cut into batches. So a
 * delivery that goes on in the middle of a journal shows it from its start, and drops what passes
 * before the point where it goes on.
 *
 * <p>Ends other than {@code FINISHED} may not be the last: what is held back passes then as far as
 * a quarter is left for what may follow.
 */
final class Decimation {
  /** So that a quarter of a quarter still tells an outline. */
  static final int LEAST = 100;

  /** The last, the smallest, the largest and the first that is no number. */
  private static final int RESERVE = 4;

  private final int mostPoints;
  private final Map<String, Thinning> metrics = new LinkedHashMap<>();

  /**
   * @param mostPoints of a metric; 0 for all
   * @throws IllegalArgumentException if these are too few for an outline
   */
  Decimation(int mostPoints) {
    if (mostPoints != 0 && mostPoints < LEAST) {
      throw new IllegalArgumentException(
          "mostPoints must be 0 or at least " + LEAST + ", found " + mostPoints);
    }
    this.mostPoints = mostPoints;
  }

  /** What passes of the next events of the run. */
  List<RunEvent> apply(List<RunEvent> events) {
    if (mostPoints == 0) {
      return events;
    }
    List<RunEvent> passing = new ArrayList<>(events.size());
    for (RunEvent event : events) {
      if (event instanceof RunEvent.Metric metric) {
        metrics
            .computeIfAbsent(metric.key(), key -> new Thinning(mostPoints))
            .add(new Point(metric), passing);
      } else {
        if (event instanceof RunEvent.Finished finished) {
          boolean forGood = finished.status() == RunEvent.Status.FINISHED;
          metrics.values().forEach(metric -> metric.end(forGood, passing));
        }
        passing.add(event);
      }
    }
    return passing;
  }

  private static final class Point {
    private final RunEvent.Metric metric;
    private boolean passed;

    Point(RunEvent.Metric metric) {
      this.metric = metric;
    }

    boolean isNumber() {
      return !Double.isNaN(metric.value());
    }

    /** What is no number counts as larger than all. */
    boolean isLessThan(Point other) {
      return other == null || Double.compare(metric.value(), other.metric.value()) < 0;
    }

    boolean isMoreThan(Point other) {
      return other == null || Double.compare(metric.value(), other.metric.value()) > 0;
    }
  }

  /** The points of one metric. */
  private static final class Thinning {
    private final int most;

    /** Held back while there may be room for all; null once there are too many points. */
    private List<Point> held = new ArrayList<>();

    private long count;
    private int sent;
    private Point last;
    private Point least;
    private Point largest;
    private Point firstWithoutNumber;

    /** Buckets until the next stage, and how many points each holds. */
    private long buckets;

    private long bucketSize;
    private long inBucket;
    private Point first;
    private Point second;

    Thinning(int most) {
      this.most = most;
    }

    void add(Point point, List<RunEvent> passing) {
      count++;
      last = point;
      if (!point.isNumber()) {
        firstWithoutNumber = firstWithoutNumber == null ? point : firstWithoutNumber;
      } else {
        least = point.isLessThan(least) ? point : least;
        largest = point.isMoreThan(largest) ? point : largest;
      }
      if (count <= most / 2) {
        pass(point, passing);
        return;
      }
      if (count > most) {
        held = null;
      } else {
        held.add(point);
      }
      if (buckets == 0) {
        beginStage();
      }
      addToBucket(point, passing);
    }

    /** Spreads a quarter of what is left over as many points as there were so far. */
    private void beginStage() {
      int share = Math.max(0, most - RESERVE - sent) / 4;
      buckets = Math.max(1, share / 2);
      bucketSize = Math.max(1, (count - 1 + buckets - 1) / buckets);
    }

    /** The extremes of a bucket are kept in their order. */
    private void addToBucket(Point point, List<RunEvent> passing) {
      if (first == null) {
        first = point;
      } else if (second == null) {
        second = point;
      } else {
        Point smaller = second.isLessThan(first) ? second : first;
        Point larger = smaller == first ? second : first;
        if (point.isLessThan(smaller)) {
          first = larger;
          second = point;
        } else if (point.isMoreThan(larger)) {
          first = smaller;
          second = point;
        }
      }
      inBucket++;
      if (inBucket == bucketSize) {
        passWithin(most - RESERVE, first, passing);
        passWithin(most - RESERVE, second, passing);
        first = null;
        second = null;
        inBucket = 0;
        buckets--;
      }
    }

    void end(boolean forGood, List<RunEvent> passing) {
      if (held != null && (forGood || count <= most - most / 4)) {
        held.forEach(point -> passWithin(most, point, passing));
        return;
      }
      // Of several ends each may have another last point: the one that counts keeps its reserve.
      int bound = forGood ? most : most - RESERVE;
      passWithin(bound, last, passing);
      passWithin(bound, least, passing);
      passWithin(bound, largest, passing);
      passWithin(bound, firstWithoutNumber, passing);
    }

    private void passWithin(int bound, Point point, List<RunEvent> passing) {
      if (point != null && !point.passed && sent < bound) {
        pass(point, passing);
      }
    }

    private void pass(Point point, List<RunEvent> passing) {
      point.passed = true;
      sent++;
      passing.add(point.metric);
    }
  }
}
