package org.apprentice.core.sweep;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apprentice.spi.Distribution;
import org.apprentice.spi.SearchSpace;

/** Draws from the distributions of a space, and knows which points there have been. */
final class PriorDraws {
  /** So often in vain, and the space may be taken for exhausted. */
  private static final int MOST_DRAWS = 1000;

  /** Half the distance of whole numbers: each has an interval of its own around it. */
  private static final double HALF = 0.5;

  private final SearchSpace space;
  private final UniformRandomProvider random;
  private final Set<Map<String, String>> seen = new HashSet<>();

  PriorDraws(SearchSpace space, long seed) {
    this.space = space;
    random = RandomSource.XO_SHI_RO_256_PP.create(seed);
  }

  UniformRandomProvider random() {
    return random;
  }

  /** A point that has not been before, HOCON text by key; empty if there seems to be none. */
  Optional<Map<String, String>> unseen() {
    for (int draw = 0; draw < MOST_DRAWS; draw++) {
      Map<String, String> values = new LinkedHashMap<>();
      for (SearchSpace.Axis axis : space.axes()) {
        if (axis.isActive(values)) {
          values.put(axis.key(), draw(axis.distribution()));
        }
      }
      if (see(values)) {
        return Optional.of(values);
      }
    }
    return Optional.empty();
  }

  /** Whether the point is new. */
  boolean see(Map<String, String> values) {
    return seen.add(values);
  }

  private String draw(Distribution distribution) {
    if (distribution instanceof Distribution.Range range && range.log()) {
      double margin = range.step() == 0 ? 0 : HALF;
      double low = Math.log(range.low() - margin);
      double high = Math.log(range.high() + margin);
      return range.nearest(Math.exp(low + (high - low) * random.nextDouble()));
    }
    if (distribution.count().isPresent()) {
      return distribution.text(random.nextLong(distribution.count().getAsLong()));
    }
    Distribution.Range range = (Distribution.Range) distribution;
    return range.nearest(range.low() + (range.high() - range.low()) * random.nextDouble());
  }
}
