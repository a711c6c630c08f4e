package org.apprentice.tracking;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apprentice.spi.RunEvent;

/**
 * What a journal already tells, to decide which events it still needs. After a resume the run
 * repeats what followed its checkpoint; repeated metrics are compared with the recorded ones
 * instead of being recorded twice. Metrics below {@code time/} and {@code system/} depend on the
 * machine's mood: they stay as first written, and so do all timestamps. Those below {@code rung/}
 * come where a run is paused, and it need not be paused there again.
 */
final class RecordedEvents {
  private record Point(String key, long step) {}

  private final String run;
  private final Map<String, String> params = new HashMap<>();
  private final Map<String, String> tags = new HashMap<>();
  private final Set<RunEvent> stated = new HashSet<>();
  private final Map<Point, Deque<Double>> awaited = new HashMap<>();

  RecordedEvents(String run) {
    this.run = run;
  }

  /** Takes note of an event that the journal holds. */
  void add(RunEvent event) {
    if (event instanceof RunEvent.Param param) {
      params.put(param.key(), param.value());
    } else if (event instanceof RunEvent.Tag tag) {
      tags.put(tag.key(), tag.value());
    } else if (isStatedOnce(event)) {
      stated.add(event);
    }
  }

  private static boolean isStatedOnce(RunEvent event) {
    return event instanceof RunEvent.Dataset || event instanceof RunEvent.ExperimentTag;
  }

  /** Takes note of an event behind the checkpoint, which the resumed run will repeat. */
  void await(RunEvent event) {
    if (event instanceof RunEvent.Metric metric) {
      awaited
          .computeIfAbsent(new Point(metric.key(), metric.step()), point -> new ArrayDeque<>())
          .add(metric.value());
    }
  }

  void awaitNothing() {
    awaited.clear();
  }

  /**
   * Whether the journal lacks the event.
   *
   * @throws JournalMismatchException if it tells otherwise
   */
  boolean lacks(RunEvent event) {
    if (event instanceof RunEvent.Metric metric) {
      return awaited.isEmpty() || !repeats(metric);
    }
    if (event instanceof RunEvent.Param param) {
      String recorded = params.get(param.key());
      if (recorded != null && !recorded.equals(param.value())) {
        throw mismatch(
            "param " + param.key() + " was '" + recorded + "' and is now '" + param.value() + "'");
      }
      return recorded == null;
    }
    if (event instanceof RunEvent.Tag tag) {
      return !tag.value().equals(tags.get(tag.key()));
    }
    if (isStatedOnce(event)) {
      return !stated.contains(event);
    }
    if (event instanceof RunEvent.Finished finished
        && finished.status() == RunEvent.Status.FINISHED) {
      requireRepeated(Long.MAX_VALUE);
    }
    return true;
  }

  private boolean repeats(RunEvent.Metric metric) {
    Point point = new Point(metric.key(), metric.step());
    Deque<Double> recorded = awaited.get(point);
    if (recorded == null) {
      if (comparable(metric.key())) {
        requireRepeated(metric.step());
      }
      return false;
    }
    double first = recorded.remove();
    if (recorded.isEmpty()) {
      awaited.remove(point);
    }
    if (comparable(metric.key()) && Double.compare(first, metric.value()) != 0) {
      throw mismatch(
          "metric "
              + metric.key()
              + " at step "
              + metric.step()
              + " was "
              + first
              + " and is now "
              + metric.value());
    }
    return true;
  }

  /**
   * A run that has come to {@code step} with something new must have repeated everything before it.
   */
  private void requireRepeated(long step) {
    Optional<Point> missing =
        awaited.keySet().stream()
            .filter(point -> point.step() < step && comparable(point.key()))
            .filter(point -> !point.key().startsWith("rung/"))
            .findAny();
    if (missing.isPresent()) {
      Point point = missing.get();
      throw mismatch(
          "metric "
              + point.key()
              + " at step "
              + point.step()
              + " was "
              + awaited.get(point).element()
              + " and now does not come");
    }
    awaited.keySet().removeIf(point -> point.step() < step);
  }

  private static boolean comparable(String key) {
    return !key.startsWith("time/") && !key.startsWith("system/");
  }

  private JournalMismatchException mismatch(String difference) {
    return new JournalMismatchException(run, difference);
  }
}
