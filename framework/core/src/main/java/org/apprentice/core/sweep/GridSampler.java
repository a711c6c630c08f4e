package org.apprentice.core.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SearchSpace;

/** Every combination of values; the last axis varies fastest. */
final class GridSampler implements Sampler {
  private final List<SearchSpace.Axis> axes;
  private final int size;
  private int next;

  GridSampler(SearchSpace space) {
    axes = List.copyOf(space.axes());
    size = axes.stream().mapToInt(axis -> axis.values().size()).reduce(1, Math::multiplyExact);
  }

  @Override
  public List<Point> ask(int count) {
    List<Point> points = new ArrayList<>();
    while (points.size() < count && next < size) {
      points.add(point(next++));
    }
    return points;
  }

  /** {@code id} written in mixed radix, one digit for each axis. */
  private Point point(int id) {
    String[] chosen = new String[axes.size()];
    int rest = id;
    for (int axis = axes.size() - 1; axis >= 0; axis--) {
      List<String> values = axes.get(axis).values();
      chosen[axis] = values.get(rest % values.size());
      rest /= values.size();
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int axis = 0; axis < chosen.length; axis++) {
      values.put(axes.get(axis).key(), chosen[axis]);
    }
    return new Point(id, values);
  }

  @Override
  public void tell(Point point, double objective) {
    // A grid does not learn from what it sees.
  }
}
