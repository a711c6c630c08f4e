package org.apprentice.core.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A variant at a sweep point: what is compared, over seeds.
 *
 * @param variant {@code baseline} or the name of the variant
 * @param point HOCON text by key of the sweep point, in the order of the axes, without the seed;
 *     empty without a sweep
 * @param trials one for each seed, in the order of the seeds
 */
public record Cell(String variant, Map<String, String> point, List<Trial> trials) {
  public Cell {
    point = Collections.unmodifiableMap(new LinkedHashMap<>(point));
    trials = List.copyOf(trials);
    if (trials.isEmpty()) {
      throw new IllegalArgumentException("a cell has at least one trial");
    }
  }
}
