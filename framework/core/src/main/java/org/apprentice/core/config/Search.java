package org.apprentice.core.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.apprentice.spi.Sampler;

/** Asks a sampler for points, for each variant one of its own, until there are no more. */
final class Search {
  /** More are surely a mistake, and nobody would wait for them. */
  static final int MOST_POINTS = 100_000;

  /** The sampler of a variant, and what it has proposed and not heard about. */
  private static final class Asking {
    private final Sampler sampler;
    private final List<Plan.Cell> waiting = new ArrayList<>();
    private int asked;

    Asking(Sampler sampler) {
      this.sampler = sampler;
    }
  }

  private final Map<String, List<Layer>> variants;
  private final Map<String, Asking> samplers = new LinkedHashMap<>();
  private final SweepSpace space;
  private final Exclusions exclusions;
  private final Set<Map<String, String>> excluded = new HashSet<>();

  /**
   * @param variants what each changes
   * @param sampler makes one that knows nothing
   */
  Search(
      Map<String, List<Layer>> variants,
      Supplier<Sampler> sampler,
      SweepSpace space,
      Exclusions exclusions) {
    this.variants = variants;
    this.space = space;
    this.exclusions = exclusions;
    variants.keySet().forEach(variant -> samplers.put(variant, new Asking(sampler.get())));
  }

  /** How many points were dropped so far. */
  int excluded() {
    return excluded.size();
  }

  /**
   * What comes next, variant by variant; nothing at the end.
   *
   * @param objective of what came before; larger is better, NaN where it failed
   */
  List<Plan.Cell> next(ToDoubleFunction<Plan.Cell> objective) {
    List<Plan.Cell> cells = new ArrayList<>();
    samplers.forEach(
        (variant, asking) -> {
          asking.waiting.forEach(
              cell -> asking.sampler.tell(cell.point(), objective.applyAsDouble(cell)));
          asking.waiting.clear();
          for (Sampler.Point point : ask(asking)) {
            List<Layer> layers = new ArrayList<>(variants.get(variant));
            layers.add(space.layer(point));
            asking.waiting.add(new Plan.Cell(variant, point, layers));
          }
          cells.addAll(asking.waiting);
        });
    return cells;
  }

  private List<Sampler.Point> ask(Asking asking) {
    List<Sampler.Point> kept = new ArrayList<>();
    while (kept.isEmpty() && asking.asked <= MOST_POINTS) {
      List<Sampler.Point> points = asking.sampler.ask(MOST_POINTS + 1 - asking.asked);
      if (points.isEmpty()) {
        return kept;
      }
      asking.asked += points.size();
      for (Sampler.Point point : points) {
        if (exclusions.exclude(point.values())) {
          excluded.add(point.values());
          asking.sampler.tell(point, Double.NaN);
        } else {
          kept.add(point);
        }
      }
    }
    return kept;
  }

  /** Whether there are more points than anybody would wait for. */
  boolean tooMany() {
    return samplers.values().stream().anyMatch(asking -> asking.asked > MOST_POINTS);
  }
}
