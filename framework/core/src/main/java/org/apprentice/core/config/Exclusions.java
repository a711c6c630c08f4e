package org.apprentice.core.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apprentice.core.plugin.Suggestion;

/**
 * The rules {@code sweep.exclude}: a point is dropped when all conditions of one rule hold. A
 * condition is a value, a list of values, or bounds {@code { above = 0.1, below = 0.3 }}.
 */
final class Exclusions {
  private static final String KEY = "sweep.exclude";

  /** At least one; a number beyond both. */
  record Bounds(Optional<Double> above, Optional<Double> below) {
    static final Set<String> KEYS = Set.of("above", "below");

    Bounds {
      if (above.isEmpty() && below.isEmpty()) {
        throw new IllegalArgumentException("needs above = <number> or below = <number>");
      }
    }

    boolean hold(double value) {
      return value > above.orElse(Double.NEGATIVE_INFINITY)
          && value < below.orElse(Double.POSITIVE_INFINITY);
    }
  }

  private final List<Map<String, Predicate<String>>> rules = new ArrayList<>();
  private final SweepSpace space;
  private final Binder binder;
  private final List<Problem> problems;

  /**
   * @param exclude the node, if there is one
   */
  Exclusions(
      Optional<ConfigValue> exclude, SweepSpace space, Binder binder, List<Problem> problems) {
    this.space = space;
    this.binder = binder;
    this.problems = problems;
    exclude.ifPresent(this::read);
  }

  private void read(ConfigValue exclude) {
    if (!NodeMerger.isClosed(exclude) || !(exclude instanceof ConfigList list)) {
      refuse(
          exclude,
          KEY
              + " must be a list of rules, for example [{ network = lstm, algorithm.clip = 0.3 }],"
              + " found "
              + Binder.shown(exclude));
      return;
    }
    for (ConfigValue rule : list) {
      if (rule instanceof ConfigObject object && !object.isEmpty()) {
        Map<String, Predicate<String>> conditions = new LinkedHashMap<>();
        readConditions(List.of(), object, conditions);
        rules.add(conditions);
      } else {
        refuse(
            rule,
            "a rule of %s must be an object of values by key, found %s"
                .formatted(KEY, Binder.shown(rule)));
      }
    }
  }

  private void readConditions(
      List<String> path, ConfigObject object, Map<String, Predicate<String>> conditions) {
    for (Map.Entry<String, ConfigValue> entry : Binder.inOrder(object)) {
      List<String> below = new ArrayList<>(path);
      below.add(entry.getKey());
      String key = ConfigUtil.joinPath(below);
      ConfigValue value = entry.getValue();
      if (value instanceof ConfigObject node && !Bounds.KEYS.containsAll(node.keySet())) {
        readConditions(below, node, conditions);
      } else if (!space.keys().contains(key)) {
        refuse(
            value,
            "%s names %s, which is no axis of the sweep; axes: %s%s"
                .formatted(
                    KEY,
                    key,
                    String.join(", ", space.keys()),
                    Suggestion.question(key, space.keys())));
      } else {
        conditions.put(key, condition(key, value));
      }
    }
  }

  private Predicate<String> condition(String key, ConfigValue value) {
    if (value instanceof ConfigObject bounds) {
      return binder
          .bind(Bounds.class, bounds, KEY + "." + key)
          .<Predicate<String>>map(it -> text -> it.hold(number(text).orElse(Double.NaN)))
          .orElse(text -> false);
    }
    if (value instanceof ConfigList list) {
      return text -> list.stream().anyMatch(it -> same(it, text));
    }
    return text -> same(value, text);
  }

  private static boolean same(ConfigValue value, String text) {
    String written = SweepSpace.text(value);
    return written.equals(text)
        || (number(written).isPresent() && number(written).equals(number(text)));
  }

  private static Optional<Double> number(String text) {
    try {
      return Optional.of(Double.valueOf(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private void refuse(ConfigValue value, String message) {
    problems.add(Problem.at(Position.of(value), message));
  }

  /**
   * @param point HOCON text by key
   */
  boolean exclude(Map<String, String> point) {
    return rules.stream()
        .anyMatch(
            rule ->
                rule.entrySet().stream()
                    .allMatch(
                        condition ->
                            point.containsKey(condition.getKey())
                                && condition.getValue().test(point.get(condition.getKey()))));
  }
}
