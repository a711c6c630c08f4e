package org.apprentice.core.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.apprentice.spi.Sampler;

/** Asks a sampler for points, for each variant one of its own, until there are no more. */
final class Search {
  /** More are surely a mistake, and nobody would wait for them. */
  static final int MOST_POINTS = 100_000;

  /** A variant at a point, not composed yet. */
  record Place(String variant, Sampler.Point point) {
    /** What is compared over seeds: a seed that is an axis is not of it. */
    Map<String, String> values() {
      Map<String, String> values = new LinkedHashMap<>(point.values());
      values.remove(Plan.SEED);
      return Collections.unmodifiableMap(values);
    }
  }

  /** The sampler of a variant, and how many points it has proposed. */
  private static final class Asking {
    private final String variant;
    private final Sampler sampler;
    private int asked;

    Asking(String variant, Sampler sampler) {
      this.variant = variant;
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
    variants.keySet().forEach(it -> samplers.put(it, new Asking(it, sampler.get())));
  }

  /** How many points were dropped so far. */
  int excluded() {
    return excluded.size();
  }

  /** What comes next, variant by variant; nothing at the end. */
  List<Place> next() {
    List<Place> places = new ArrayList<>();
    for (Asking asking : samplers.values()) {
      ask(asking, () -> asking.sampler.ask(MOST_POINTS + 1 - asking.asked))
          .forEach(point -> places.add(new Place(asking.variant, point)));
    }
    return places;
  }

  /**
   * One more, whatever was told of those before; of the variant that has the fewest. Empty at the
   * end.
   */
  Optional<Place> nextNow() {
    List<Asking> fewestFirst = new ArrayList<>(samplers.values());
    fewestFirst.sort(Comparator.comparingInt(asking -> asking.asked));
    for (Asking asking : fewestFirst) {
      List<Sampler.Point> points = ask(asking, () -> asking.sampler.askNow().stream().toList());
      if (!points.isEmpty()) {
        return Optional.of(new Place(asking.variant, points.get(0)));
      }
    }
    return Optional.empty();
  }

  /** Points that no rule drops; none if there are no more. */
  private List<Sampler.Point> ask(Asking asking, Supplier<List<Sampler.Point>> question) {
    List<Sampler.Point> kept = new ArrayList<>();
    while (kept.isEmpty() && asking.asked <= MOST_POINTS) {
      List<Sampler.Point> points = question.get();
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

  /** How many points there are at most that nobody asked for yet; empty if a sampler is silent. */
  OptionalInt left() {
    int left = 0;
    for (Asking asking : samplers.values()) {
      OptionalInt points = asking.sampler.points();
      if (points.isEmpty()) {
        return OptionalInt.empty();
      }
      left += points.getAsInt() - asking.asked;
    }
    return OptionalInt.of(left);
  }

  void tell(Place place, double objective) {
    samplers.get(place.variant()).sampler.tell(place.point(), objective);
  }

  /** What a place changes in the experiment. */
  List<Layer> layers(Place place) {
    List<Layer> layers = new ArrayList<>(variants.get(place.variant()));
    layers.add(space.layer(place.point()));
    return layers;
  }

  /** Whether there are more points than anybody would wait for. */
  boolean tooMany() {
    return samplers.values().stream().anyMatch(asking -> asking.asked > MOST_POINTS);
  }
}
