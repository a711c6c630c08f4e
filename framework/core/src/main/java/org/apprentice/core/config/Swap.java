package org.apprentice.core.config;

import static java.util.stream.Collectors.joining;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The node {@code ablation.swap}: values by key, each of which takes the place of the baseline's.
 * Keys are paths, in quotes or as nested objects.
 */
final class Swap {
  static final String NODE = "ablation.swap";
  private static final String SEED = "training.seed";

  /** What a key may be, with what variants are called after it. */
  private record Value(String name, ConfigValue value) {}

  private final Map<String, List<Value>> axes = new LinkedHashMap<>();
  private final List<Problem> problems;

  Swap(List<Problem> problems) {
    this.problems = problems;
  }

  /** What is read later replaces the values of a key that was read before. */
  void read(ConfigValue statement) {
    read(List.of(), statement);
  }

  private void read(List<String> path, ConfigValue value) {
    boolean closed = NodeMerger.isClosed(value);
    if (closed && value instanceof ConfigObject object && !object.isEmpty()) {
      for (Map.Entry<String, ConfigValue> entry : Binder.inOrder(object)) {
        List<String> below = new ArrayList<>(path);
        below.addAll(split(entry.getKey()));
        read(below, entry.getValue());
      }
    } else if (path.isEmpty()) {
      refuse(
          value,
          NODE
              + " must be an object of lists by key, for example { network = [mlp, gru] }, found "
              + Binder.shown(value));
    } else if (closed && value instanceof ConfigList list && !list.isEmpty()) {
      put(path, list);
    } else {
      refuse(
          value,
          "%s.%s must be a list of at least one value, for example [mlp, gru], found %s"
              .formatted(NODE, ConfigUtil.joinPath(path), Binder.shown(value)));
    }
  }

  private static List<String> split(String key) {
    try {
      return ConfigUtil.splitPath(key);
    } catch (ConfigException e) {
      return List.of(key);
    }
  }

  private void put(List<String> path, ConfigList values) {
    String key = ConfigUtil.joinPath(path);
    if (key.equals(SEED)) {
      refuse(
          values,
          NODE + " cannot swap the seed, which is the same for all variants; set ablation.seeds");
      return;
    }
    if (Plan.NODES.contains(path.get(0))) {
      refuse(values, "%s cannot change %s, which stands above variants".formatted(NODE, key));
      return;
    }
    List<String> plugins = values.stream().map(Swap::plugin).toList();
    Set<String> texts = new HashSet<>();
    List<Value> named = new ArrayList<>();
    for (ConfigValue value : values) {
      String plugin = plugin(value);
      boolean unique = plugins.indexOf(plugin) == plugins.lastIndexOf(plugin);
      named.add(new Value(unique ? plugin : text(value), value));
      if (!texts.add(text(value))) {
        refuse(value, "%s.%s lists %s twice".formatted(NODE, key, text(value)));
      }
    }
    axes.put(key, named);
  }

  boolean isEmpty() {
    return axes.isEmpty();
  }

  /** Where the first values were written. */
  Position position() {
    return Position.of(axes.values().iterator().next().get(0).value());
  }

  /** Refuses keys that something above the variants sets, too: it would undo the swap. */
  void refuseOverridden(Predicate<String> sets, String by) {
    axes.forEach(
        (key, values) -> {
          if (sets.test(key)) {
            refuse(
                values.get(0).value(),
                "%s.%s has no effect: %s sets %s too, and comes later; remove one of them"
                    .formatted(NODE, key, by, key));
          }
        });
  }

  /** A variant for each value of each key. */
  List<Modification> one() {
    List<Modification> all = new ArrayList<>();
    axes.forEach(
        (key, values) -> values.forEach(value -> all.add(modification(Map.of(key, value)))));
    return all;
  }

  /** A variant for each combination of a value of every key, the last key's fastest. */
  List<Modification> factorial() {
    if (isEmpty()) {
      return List.of();
    }
    double combinations = 1;
    for (List<Value> values : axes.values()) {
      combinations *= values.size();
    }
    if (combinations > Search.MOST_POINTS) {
      problems.add(
          Problem.at(
              position(),
              NODE + " has more than " + Search.MOST_POINTS + " combinations for a factorial"));
      return List.of();
    }
    List<Map<String, Value>> all = List.of(Map.of());
    for (Map.Entry<String, List<Value>> axis : axes.entrySet()) {
      List<Map<String, Value>> longer = new ArrayList<>();
      for (Map<String, Value> values : all) {
        for (Value value : axis.getValue()) {
          Map<String, Value> more = new LinkedHashMap<>(values);
          more.put(axis.getKey(), value);
          longer.add(more);
        }
      }
      all = longer;
    }
    return all.stream().map(Swap::modification).toList();
  }

  private static Modification modification(Map<String, Value> values) {
    List<ConfigObject> statements = new ArrayList<>();
    values.forEach((key, value) -> statements.add(value.value().atPath(key).root()));
    return new Modification(
        values.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue().name())
            .collect(joining(" ")),
        Modification.Kind.SWAPPED,
        Position.of(values.values().iterator().next().value()),
        List.of(new Layer(NODE, statements)));
  }

  /** The component that is named, which tells values apart well enough if it is named once. */
  private static String plugin(ConfigValue value) {
    boolean names =
        NodeMerger.isClosed(value)
            && value instanceof ConfigObject object
            && object.containsKey(NodeMerger.PLUGIN);
    return text(names ? ((ConfigObject) value).get(NodeMerger.PLUGIN) : value);
  }

  /** {@code gru}, {@code gru(width=32)}. */
  private static String text(ConfigValue value) {
    if (!(value instanceof ConfigObject object) || !NodeMerger.isClosed(value)) {
      return value.unwrapped() instanceof String text ? text : SweepSpace.text(value);
    }
    ConfigValue plugin = object.get(NodeMerger.PLUGIN);
    String keys =
        Binder.inOrder(object.withoutKey(NodeMerger.PLUGIN)).stream()
            .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
            .collect(joining(", ", "(", ")"));
    String name = plugin == null ? "" : text(plugin);
    return keys.equals("()") && plugin != null ? name : name + keys;
  }

  private void refuse(ConfigValue value, String message) {
    problems.add(Problem.at(Position.of(value), message));
  }
}
