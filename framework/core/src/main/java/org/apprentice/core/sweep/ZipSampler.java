package org.apprentice.core.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SearchSpace;

/** The values of the axes in pairs: all first ones, all second ones, and so on. */
final class ZipSampler implements Sampler {
  private final List<SearchSpace.Axis> axes;
  private int next;

  /**
   * @param space axes of equal length, all of them always active
   */
  ZipSampler(SearchSpace space) {
    axes = space.axes();
  }

  @Override
  public List<Point> ask(int count) {
    long length = length();
    List<Point> points = new ArrayList<>();
    while (points.size() < count && next < length) {
      Map<String, String> values = new LinkedHashMap<>();
      for (SearchSpace.Axis axis : axes) {
        values.put(axis.key(), axis.distribution().text(next));
      }
      points.add(new Point(next++, values));
    }
    return points;
  }

  private long length() {
    return axes.isEmpty() ? 0 : axes.get(0).distribution().count().getAsLong();
  }

  @Override
  public OptionalInt points() {
    return OptionalInt.of(Math.toIntExact(length()));
  }

  @Override
  public void tell(Point point, double objective) {
    // The pairs are what they are.
  }
}
