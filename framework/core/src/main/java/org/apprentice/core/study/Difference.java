package org.apprentice.core.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A setting in which a variant differs from the baseline.
 *
 * @param baseline empty if the baseline has no such setting
 * @param variant empty if the variant has no such setting
 */
public record Difference(String key, Optional<String> baseline, Optional<String> variant) {
  /** In the order of the variant's settings, followed by those that only the baseline has. */
  static List<Difference> between(Map<String, String> baseline, Map<String, String> variant) {
    List<Difference> differences = new ArrayList<>();
    variant.forEach(
        (key, value) -> {
          if (!value.equals(baseline.get(key))) {
            differences.add(
                new Difference(key, Optional.ofNullable(baseline.get(key)), Optional.of(value)));
          }
        });
    for (String key : new TreeSet<>(baseline.keySet())) {
      if (!variant.containsKey(key)) {
        differences.add(
            new Difference(key, Optional.ofNullable(baseline.get(key)), Optional.empty()));
      }
    }
    return differences;
  }

  /** For example {@code algorithm.clip=0.1}. */
  String shown() {
    return variant.map(value -> key + "=" + value).orElse("without " + key);
  }
}
