package org.apprentice.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apprentice.spi.Distribution;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SamplerPlugin;
import org.apprentice.spi.SearchSpace;

/** A grid, correct but for one fault. */
final class FaultySampler implements Sampler {
  enum Fault {
    NONE,
    DEPENDS_ON_THE_CLOCK,
    ASKS_TOO_MUCH,
    FORGETS_AN_AXIS,
    INVENTS_A_VALUE,
    REPEATS_IDS,
    REPEATS_POINTS,
    MISSES_THE_LAST,
    NEVER_ENDS
  }

  private final Fault fault;
  private final SearchSpace space;
  private final int size;
  private int next;

  FaultySampler(Fault fault, SearchSpace space) {
    this.fault = fault;
    this.space = space;
    int points = 1;
    for (SearchSpace.Axis axis : space.axes()) {
      points *= values(axis).size();
    }
    size = points - (fault == Fault.MISSES_THE_LAST ? 1 : 0);
  }

  record Settings() {}

  record Plugin(Fault fault) implements SamplerPlugin<Settings> {
    @Override
    public String name() {
      return "faulty";
    }

    @Override
    public String description() {
      return "a grid with a fault";
    }

    @Override
    public Class<Settings> configType() {
      return Settings.class;
    }

    @Override
    public Sampler create(Settings config, SearchSpace space, long seed) {
      return new FaultySampler(fault, space);
    }
  }

  @Override
  public List<Point> ask(int count) {
    List<Point> points = new ArrayList<>();
    int most = fault == Fault.ASKS_TOO_MUCH ? count + 1 : count;
    while (points.size() < most && (next < size || fault == Fault.NEVER_ENDS)) {
      points.add(point(next++));
    }
    return points;
  }

  private static List<String> values(SearchSpace.Axis axis) {
    return ((Distribution.Choice) axis.distribution()).values();
  }

  private Point point(int number) {
    Map<String, String> values = new LinkedHashMap<>();
    int rest = fault == Fault.REPEATS_POINTS ? number / 2 : number;
    rest += fault == Fault.DEPENDS_ON_THE_CLOCK ? (int) (System.nanoTime() % 1000) : 0;
    for (SearchSpace.Axis axis : space.axes()) {
      values.put(axis.key(), values(axis).get(rest % values(axis).size()));
      rest /= values(axis).size();
    }
    if (fault == Fault.FORGETS_AN_AXIS) {
      values.remove("network");
    }
    if (fault == Fault.INVENTS_A_VALUE) {
      values.put("algorithm.clip", "0.15");
    }
    return new Point(fault == Fault.REPEATS_IDS ? number / 2 : number, values);
  }

  @Override
  public void tell(Point point, double objective) {}
}
