package org.apprentice.core.sweep;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.apprentice.spi.Distribution;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SearchSpace;

/**
 * Tree-structured Parzen estimator (Bergstra et al. 2011): of the finished points the best few make
 * one density l, the others another one g; a new point is the one of several drawn from l with the
 * largest l / g, which maximises the expected improvement. A batch is proposed as a whole after all
 * before it were told, so the order in which they finish changes nothing; within a batch, points
 * already proposed count among the others, which keeps it apart.
 */
final class TpeSampler implements Sampler {
  /** More good points would blur what is best. */
  private static final int MOST_GOOD = 25;

  /** After so many proposals that there have been before, one is drawn at random. */
  private static final int MOST_REPEATS = 20;

  private record Finished(Point point, double objective) {}

  private final TpeSamplerPlugin.Config config;
  private final SearchSpace space;
  private final List<List<Integer>> groups;
  private final PriorDraws draws;
  private final Map<Integer, Finished> finished = new TreeMap<>();
  private final Deque<Point> proposed = new ArrayDeque<>();

  /** Values of points that were asked for and not told, by id. */
  private final Map<Integer, Map<String, String>> waiting = new TreeMap<>();

  private int next;

  TpeSampler(TpeSamplerPlugin.Config config, SearchSpace space, long seed) {
    this.config = config;
    this.space = space;
    this.groups = groups(space, config.grouped());
    this.draws = new PriorDraws(space, seed);
  }

  /** Numbers of axes that are modelled together: all that are there under the same condition. */
  private static List<List<Integer>> groups(SearchSpace space, boolean grouped) {
    Map<Object, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < space.axes().size(); i++) {
      Object group = grouped ? space.axes().get(i).when() : i;
      groups.computeIfAbsent(group, it -> new ArrayList<>()).add(i);
    }
    return List.copyOf(groups.values());
  }

  @Override
  public List<Point> ask(int count) {
    List<Point> asked = new ArrayList<>();
    while (asked.size() < count) {
      if (proposed.isEmpty() && waiting.isEmpty()) {
        boolean first = next < config.startup();
        propose(Math.min(config.points(), first ? config.startup() : next + config.batch()));
      }
      if (proposed.isEmpty()) {
        return asked;
      }
      Point point = proposed.removeFirst();
      waiting.put(point.id(), point.values());
      asked.add(point);
    }
    return asked;
  }

  /** Points that still wait are among the others, as those of a batch are. */
  @Override
  public Optional<Point> askNow() {
    if (proposed.isEmpty()) {
      propose(Math.min(config.points(), next + 1));
    }
    return ask(1).stream().findFirst();
  }

  @Override
  public OptionalInt points() {
    return OptionalInt.of(config.points());
  }

  @Override
  public void tell(Point point, double objective) {
    if (waiting.remove(point.id()) == null) {
      throw new IllegalArgumentException("point " + point.id() + " waits for no objective");
    }
    finished.put(point.id(), new Finished(point, objective));
  }

  /**
   * @param end how many points there are then
   */
  private void propose(int end) {
    List<Map<String, String>> good = new ArrayList<>();
    List<Map<String, String>> others = new ArrayList<>();
    split(good, others);
    others.addAll(waiting.values());
    while (next < end) {
      Optional<Map<String, String>> values =
          next < config.startup() ? draws.unseen() : unseen(good, others).or(draws::unseen);
      if (values.isEmpty()) {
        return;
      }
      others.add(values.get());
      proposed.addLast(new Point(next++, values.get()));
    }
  }

  /** Both oldest first; what failed is not good. */
  private void split(List<Map<String, String>> good, List<Map<String, String>> others) {
    int most = Math.min(MOST_GOOD, (int) Math.ceil(config.gamma() * finished.size()));
    Set<Integer> best = new HashSet<>();
    finished.values().stream()
        .filter(it -> !Double.isNaN(it.objective()))
        .sorted(Comparator.comparingDouble((Finished it) -> -it.objective()))
        .limit(most)
        .forEach(it -> best.add(it.point().id()));
    for (Finished it : finished.values()) {
      (best.contains(it.point().id()) ? good : others).add(it.point().values());
    }
  }

  private Optional<Map<String, String>> unseen(
      List<Map<String, String>> good, List<Map<String, String>> others) {
    for (int i = 0; i < MOST_REPEATS; i++) {
      Map<String, String> values = suggestion(good, others);
      if (draws.see(values)) {
        return Optional.of(values);
      }
    }
    return Optional.empty();
  }

  private Map<String, String> suggestion(
      List<Map<String, String>> good, List<Map<String, String>> others) {
    Map<String, String> chosen = new LinkedHashMap<>();
    for (List<Integer> numbers : groups) {
      List<SearchSpace.Axis> group = numbers.stream().map(space.axes()::get).toList();
      if (group.get(0).isActive(chosen)) {
        double[] best = best(group, estimator(group, good), estimator(group, others));
        for (int i = 0; i < best.length; i++) {
          SearchSpace.Axis axis = group.get(i);
          chosen.put(axis.key(), Kernels.text(axis.distribution(), best[i]));
        }
      }
    }
    Map<String, String> ordered = new LinkedHashMap<>();
    for (SearchSpace.Axis axis : space.axes()) {
      if (axis.isActive(chosen)) {
        ordered.put(axis.key(), chosen.get(axis.key()));
      }
    }
    return ordered;
  }

  /** Of the points in which the axes are active. */
  private ParzenEstimator estimator(
      List<SearchSpace.Axis> group, List<Map<String, String>> points) {
    double[][] observations =
        points.stream()
            .filter(point -> group.get(0).isActive(point))
            .map(
                point ->
                    group.stream()
                        .mapToDouble(
                            axis -> Kernels.number(axis.distribution(), point.get(axis.key())))
                        .toArray())
            .toArray(double[][]::new);
    return new ParzenEstimator(
        group.stream().map(SearchSpace.Axis::distribution).toList(), observations);
  }

  private double[] best(
      List<SearchSpace.Axis> group, ParzenEstimator good, ParzenEstimator others) {
    double[] best = null;
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < config.candidates(); i++) {
      double[] candidate = good.draw(draws.random());
      for (int axis = 0; axis < candidate.length; axis++) {
        Distribution distribution = group.get(axis).distribution();
        // As it will be written, and on its lattice.
        candidate[axis] = Kernels.number(distribution, Kernels.text(distribution, candidate[axis]));
      }
      double improvement = good.logDensity(candidate) - others.logDensity(candidate);
      if (best == null || improvement > largest) {
        best = candidate;
        largest = improvement;
      }
    }
    return best;
  }
}
