package org.apprentice.core.config;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apprentice.spi.Sampler;

/**
 * Leaves out cells of generated variants: those that come to the same as the baseline or as a
 * generated variant before, and swaps whose parts cannot work together. What a person has written
 * down stays, and is an error if it does not compose.
 */
final class Screening {
  private static final int MOST_SHOWN = 3;

  private final Map<String, Modification> modifications = new LinkedHashMap<>();
  private final Function<Sampler.Point, Optional<String>> baseline;
  private final Map<Map<String, String>, Map<String, String>> namesByKeyByPoint = new HashMap<>();
  private final Set<String> kept = new HashSet<>();
  private final Map<String, String> omitted = new LinkedHashMap<>();

  /**
   * @param baseline key of its first trial at a point; empty if it does not compose
   */
  Screening(List<Modification> all, Function<Sampler.Point, Optional<String>> baseline) {
    all.forEach(modification -> modifications.put(modification.name(), modification));
    this.baseline = baseline;
  }

  /** A cell as it was composed, or without its trials and problems if it is left out. */
  Study.Composed screened(Search.Place place, Study.Composed composed) {
    Modification modification = modifications.get(place.variant());
    if (modification == null || modification.kind() == Modification.Kind.WRITTEN) {
      return composed;
    }
    boolean swapped = modification.kind() == Modification.Kind.SWAPPED;
    if (composed.problems().isEmpty()) {
      Map<String, String> names =
          namesByKeyByPoint.computeIfAbsent(
              place.point().values(), values -> baselineAt(place.point()));
      String key = composed.trials().get(0).key();
      String same = swapped ? names.putIfAbsent(key, place.variant()) : names.get(key);
      if (same != null && !same.equals(place.variant())) {
        omitted.putIfAbsent(place.variant(), "the same as " + same);
        return Study.Composed.NOTHING;
      }
    } else if (swapped && composed.problems().stream().allMatch(Problem::conflict)) {
      String reason =
          composed.problems().stream().map(Problem::message).distinct().collect(joining("; "));
      omitted.putIfAbsent(place.variant(), reason);
      return Study.Composed.omitted(
          new Incompatible(place.variant(), place.point().values(), reason));
    }
    kept.add(place.variant());
    return composed;
  }

  private Map<String, String> baselineAt(Sampler.Point point) {
    Map<String, String> names = new HashMap<>();
    baseline.apply(point).ifPresent(key -> names.put(key, Trial.BASELINE));
    return names;
  }

  /** What is wrong if generated variants were left out wholly. */
  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    List<Modification> swaps = new ArrayList<>();
    for (Modification modification : modifications.values()) {
      if (modification.kind() == Modification.Kind.SWAPPED) {
        swaps.add(modification);
      }
      if (modification.kind() == Modification.Kind.WITHOUT
          && omitted.containsKey(modification.name())
          && !kept.contains(modification.name())) {
        problems.add(
            Problem.at(
                modification.position(),
                "variant '%s' changes nothing: the baseline is the same already"
                    .formatted(modification.name())));
      }
    }
    if (!swaps.isEmpty() && swaps.stream().noneMatch(it -> kept.contains(it.name()))) {
      String reasons =
          swaps.stream()
              .limit(MOST_SHOWN)
              .map(it -> it.name() + ": " + omitted.get(it.name()))
              .collect(joining("; ", "; ", swaps.size() > MOST_SHOWN ? "; ..." : ""));
      problems.add(
          Problem.at(swaps.get(0).position(), Swap.NODE + " comes to no variant" + reasons));
    }
    return problems;
  }
}
