package org.apprentice.core.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.plugin.Suggestion;
import org.apprentice.spi.Distribution;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SearchSpace;

/**
 * The node {@code sweep.space}, and the lists of the command line: what each axis may be, and where
 * that was written. A list of values is a choice; an object that says {@code distribution = ...} is
 * a distribution; any other object holds axes by key.
 */
final class SweepSpace {
  private static final String PREFIX = "sweep.space";
  private static final String DISTRIBUTION = "distribution";
  private static final String CHOICE = "choice";
  private static final String VALUES = "values";
  private static final String CASES = "cases";

  private static final Map<String, Class<? extends Record>> NUMBERS =
      new TreeMap<>(
          Map.of(
              "uniform", DistributionKeys.Uniform.class,
              "log-uniform", DistributionKeys.LogUniform.class,
              "int", DistributionKeys.Int.class,
              "quantised", DistributionKeys.Quantised.class));

  /** Two axes of one key are never active together. */
  private record Id(String key, Map<String, String> when) {
    boolean canMeet(Id other) {
      return when.entrySet().stream()
          .allMatch(
              entry ->
                  other
                      .when
                      .getOrDefault(entry.getKey(), entry.getValue())
                      .equals(entry.getValue()));
    }
  }

  /**
   * @param values of a choice, as they were written; empty for numbers
   */
  private record Dimension(
      Distribution distribution, List<ConfigValue> values, ConfigOrigin origin) {}

  private final Map<Id, Dimension> axes = new LinkedHashMap<>();
  private final Binder binder;
  private final List<Problem> problems;

  SweepSpace(Components components, Position whole, List<Problem> problems) {
    this.problems = problems;
    binder = new Binder(components, Set.of(), whole, problems);
  }

  /**
   * What is read later takes the place of an axis that it contradicts.
   *
   * @param statements of one source; those of one axis belong together
   */
  void read(List<ConfigValue> statements) {
    ConfigValue together = null;
    for (ConfigValue statement : statements) {
      together = together == null ? statement : statement.withFallback(together);
    }
    Set<List<String>> done = new HashSet<>();
    for (ConfigValue statement : statements) {
      readInOrder(List.of(), statement, together, done);
    }
  }

  /** Axes come in the order in which they are spoken of first. */
  private void readInOrder(
      List<String> path, ConfigValue statement, ConfigValue together, Set<List<String>> done) {
    boolean nested =
        together instanceof ConfigObject object
            && NodeMerger.isClosed(object)
            && (path.isEmpty() || !isDistribution(object));
    if (nested && statement instanceof ConfigObject object && NodeMerger.isClosed(object)) {
      for (Map.Entry<String, ConfigValue> entry : Binder.inOrder(object)) {
        ConfigValue below = ((ConfigObject) together).get(entry.getKey());
        readInOrder(below(path, entry.getKey()), entry.getValue(), below, done);
      }
    } else if (done.add(path)) {
      read(path, Map.of(), together);
    }
  }

  /** A list of values. */
  void put(String key, List<ConfigValue> values) {
    put(new Id(key, Map.of()), choice(values, values.get(0).origin()));
  }

  private void put(Id id, Dimension dimension) {
    axes.keySet()
        .removeIf(
            other ->
                other.when().containsKey(id.key())
                    || (other.key().equals(id.key()) && !other.equals(id) && other.canMeet(id)));
    axes.put(id, dimension);
  }

  private static Dimension choice(List<ConfigValue> values, ConfigOrigin origin) {
    List<String> texts = values.stream().map(SweepSpace::text).toList();
    return new Dimension(new Distribution.Choice(texts), values, origin);
  }

  private void read(List<String> path, Map<String, String> when, ConfigValue value) {
    boolean closed = NodeMerger.isClosed(value);
    if (closed && value instanceof ConfigObject object) {
      if (!path.isEmpty() && isDistribution(object)) {
        readDistribution(path, when, object);
      } else {
        readEach(path, when, object);
      }
    } else if (closed && value instanceof ConfigList list && !list.isEmpty()) {
      put(new Id(ConfigUtil.joinPath(path), when), choice(List.copyOf(list), list.origin()));
    } else {
      refuse(
          value,
          ("%s must be a list of at least one value, for example [0.1, 0.2], or a distribution, for"
                  + " example { distribution = uniform, low = 0.1, high = 0.2 }, found %s")
              .formatted(name(path), Binder.shown(value)));
    }
  }

  private void readEach(List<String> path, Map<String, String> when, ConfigObject object) {
    for (Map.Entry<String, ConfigValue> entry : Binder.inOrder(object)) {
      read(below(path, entry.getKey()), when, entry.getValue());
    }
  }

  private static List<String> below(List<String> path, String key) {
    List<String> below = new ArrayList<>(path);
    below.add(key);
    return below;
  }

  private static boolean isDistribution(ConfigObject object) {
    ConfigValue name = object.get(DISTRIBUTION);
    return name != null && name.valueType() == ConfigValueType.STRING;
  }

  private void readDistribution(List<String> path, Map<String, String> when, ConfigObject object) {
    String name = (String) object.get(DISTRIBUTION).unwrapped();
    ConfigObject keys = object.withoutKey(DISTRIBUTION);
    if (name.equals(CHOICE)) {
      readChoice(path, when, keys, object.get(DISTRIBUTION));
    } else if (NUMBERS.containsKey(name)) {
      // An object without keys has no line.
      ConfigObject placed =
          keys.isEmpty() ? keys.withOrigin(object.get(DISTRIBUTION).origin()) : keys;
      binder
          .bind(NUMBERS.get(name), placed, name(path))
          .map(it -> ((DistributionKeys) it).distribution())
          .ifPresent(
              it ->
                  put(
                      new Id(ConfigUtil.joinPath(path), when),
                      new Dimension(it, List.of(), object.get(DISTRIBUTION).origin())));
    } else {
      List<String> known = new ArrayList<>(NUMBERS.keySet());
      known.add(0, CHOICE);
      refuse(
          object.get(DISTRIBUTION),
          "unknown distribution '%s' of %s; available: %s%s"
              .formatted(
                  name, name(path), String.join(", ", known), Suggestion.question(name, known)));
    }
  }

  private void readChoice(
      List<String> path, Map<String, String> when, ConfigObject keys, ConfigValue at) {
    for (Map.Entry<String, ConfigValue> entry : Binder.inOrder(keys)) {
      if (!Set.of(VALUES, CASES).contains(entry.getKey())) {
        refuse(
            entry.getValue(),
            "unknown key %s.%s of a choice; known: %s, %s"
                .formatted(name(path), entry.getKey(), VALUES, CASES));
      }
    }
    if (!(keys.get(VALUES) instanceof ConfigList list) || list.isEmpty()) {
      ConfigValue found = keys.get(VALUES);
      refuse(
          found == null ? at : found,
          "%s.values must be a list of at least one value, found %s"
              .formatted(name(path), found == null ? "none" : Binder.shown(found)));
      return;
    }
    Dimension choice = choice(List.copyOf(list), at.origin());
    put(new Id(ConfigUtil.joinPath(path), when), choice);
    if (keys.get(CASES) instanceof ConfigObject cases) {
      List<String> texts = ((Distribution.Choice) choice.distribution()).values();
      readCases(path, when, cases, texts);
    } else if (keys.containsKey(CASES)) {
      refuse(keys.get(CASES), name(path) + ".cases must be an object of axes by value");
    }
  }

  /** The axes that single values of a choice bring along, their keys below the choice's own. */
  private void readCases(
      List<String> path, Map<String, String> when, ConfigObject cases, List<String> values) {
    for (Map.Entry<String, ConfigValue> entry : Binder.inOrder(cases)) {
      String value = entry.getKey();
      if (!values.contains(value)) {
        refuse(
            entry.getValue(),
            "%s.cases has axes for %s, which is none of the values %s%s"
                .formatted(name(path), value, values, Suggestion.question(value, values)));
      } else if (entry.getValue() instanceof ConfigObject axesOfCase) {
        Map<String, String> deeper = new LinkedHashMap<>(when);
        deeper.put(ConfigUtil.joinPath(path), value);
        readEach(path, Map.copyOf(deeper), axesOfCase);
      } else {
        refuse(
            entry.getValue(),
            "%s.cases.%s must be an object of axes by key, found %s"
                .formatted(name(path), value, Binder.shown(entry.getValue())));
      }
    }
  }

  private static String name(List<String> path) {
    return path.isEmpty() ? PREFIX : PREFIX + "." + ConfigUtil.joinPath(path);
  }

  private void refuse(ConfigValue value, String message) {
    problems.add(Problem.at(Position.of(value), message));
  }

  boolean isEmpty() {
    return axes.isEmpty();
  }

  /** Where the first axis was written. */
  Position position() {
    return Position.of(axes.values().iterator().next().origin());
  }

  List<String> keys() {
    return axes.keySet().stream().map(Id::key).distinct().toList();
  }

  /** Of an axis that is a choice for every point; empty without one. */
  List<ConfigValue> values(String key) {
    Dimension axis = axes.get(new Id(key, Map.of()));
    return axis == null ? List.of() : axis.values();
  }

  /** Takes out an axis that is there for every point. */
  void remove(String key) {
    axes.remove(new Id(key, Map.of()));
  }

  SearchSpace searchSpace() {
    return new SearchSpace(
        axes.entrySet().stream()
            .map(
                axis ->
                    new SearchSpace.Axis(
                        axis.getKey().key(), axis.getValue().distribution(), axis.getKey().when()))
            .toList());
  }

  /** Without quotes where none are needed; only JSON keeps the braces of an object. */
  static String text(ConfigValue value) {
    return value.render(ConfigRenderOptions.concise().setJson(value instanceof ConfigObject));
  }

  /** The values of a point, each where its axis was written. */
  Layer layer(Sampler.Point point) {
    List<ConfigObject> statements = new ArrayList<>();
    point
        .values()
        .forEach((key, text) -> statements.add(value(point, key, text).atPath(key).root()));
    return new Layer(Plan.SWEEP, statements);
  }

  /** The value that a text came from; a sampler may also write one of its own. */
  private ConfigValue value(Sampler.Point point, String key, String text) {
    Dimension axis =
        axes.entrySet().stream()
            .filter(it -> it.getKey().key().equals(key))
            .filter(it -> point.values().entrySet().containsAll(it.getKey().when().entrySet()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the sampler made up the axis " + key));
    for (ConfigValue value : axis.values()) {
      if (text(value).equals(text)) {
        return value;
      }
    }
    try {
      ConfigObject parsed = Hocon.parse("it = " + text, axis.origin().description());
      return parsed.get("it").withOrigin(axis.origin());
    } catch (ConfigException e) {
      throw new ConfigurationException(
          Problem.at(
              Position.of(axis.origin()),
              "the sampler's value for %s is no HOCON: %s".formatted(key, text)));
    }
  }
}
