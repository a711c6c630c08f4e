package org.apprentice.core.sweep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SearchSpace;

/** Every combination of values; the last axis varies fastest. */
final class GridSampler implements Sampler {
  private final List<SearchSpace.Axis> axes;

  /** The next point: a value's number for each axis, 0 where the axis is not active. */
  private final long[] digits;

  private int next;
  private boolean exhausted;

  GridSampler(SearchSpace space) {
    for (SearchSpace.Axis axis : space.axes()) {
      if (axis.distribution().count().isEmpty()) {
        throw new IllegalArgumentException(
            ("%s is a continuum, of which a grid cannot have every value; give a list, a"
                    + " distribution with a step, or choose the sampler random or tpe")
                .formatted(axis.key()));
      }
    }
    axes = space.axes();
    digits = new long[axes.size()];
  }

  @Override
  public List<Point> ask(int count) {
    List<Point> points = new ArrayList<>();
    while (points.size() < count && !exhausted) {
      points.add(point());
      exhausted = !advance();
    }
    return points;
  }

  private Point point() {
    return new Point(next++, values(axes.size()));
  }

  /** Of the active ones among the first axes. */
  private Map<String, String> values(int first) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < first; i++) {
      SearchSpace.Axis axis = axes.get(i);
      if (axis.isActive(values)) {
        values.put(axis.key(), axis.distribution().text(digits[i]));
      }
    }
    return values;
  }

  /** Counts the last active axis up that has a value left; those behind it start again. */
  private boolean advance() {
    for (int i = axes.size() - 1; i >= 0; i--) {
      SearchSpace.Axis axis = axes.get(i);
      boolean hasMore = digits[i] + 1 < axis.distribution().count().getAsLong();
      if (hasMore && axis.isActive(values(i))) {
        digits[i]++;
        Arrays.fill(digits, i + 1, digits.length, 0);
        return true;
      }
    }
    return false;
  }

  @Override
  public OptionalInt points() {
    return exhausted ? OptionalInt.of(next) : OptionalInt.empty();
  }

  @Override
  public void tell(Point point, double objective) {
    // A grid does not learn from what it sees.
  }
}
