package org.apprentice.core.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.plugin.PluginException;
import org.apprentice.core.plugin.Suggestion;
import org.apprentice.spi.Choice;
import org.apprentice.spi.Component;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.WrapperPlugin;

/** Turns merged HOCON into records, strictly, and finds all that is wrong with it. */
final class Binder {
  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{[^}]*}");
  private static final String INITIAL = "training.initial";
  private static final String COPIES = "copies";
  private static final String ACTOR = "actor";
  private static final String CRITIC = "critic";

  private final Components components;
  private final Set<String> failures;
  private final Position whole;
  private final List<Problem> problems;
  private final Map<String, Position> positions = new HashMap<>();
  private final Map<String, List<String>> variables = new HashMap<>();
  private ConfigObject root;

  /**
   * @param failures paths of nodes with problems that are reported already
   * @param whole where keys are missing that no node is to blame for
   */
  Binder(Components components, Set<String> failures, Position whole, List<Problem> problems) {
    this.components = components;
    this.failures = failures;
    this.whole = whole;
    this.problems = problems;
  }

  /** The bound record; empty if there were problems. */
  <R extends Record> Optional<R> bind(Class<R> type, ConfigObject root) {
    this.root = root;
    return Optional.ofNullable(type.cast(record(type, root, "", Set.of(), "")));
  }

  /** As above, of a node at {@code path} that was not merged. */
  <R extends Record> Optional<R> bind(Class<R> type, ConfigObject node, String path) {
    return Optional.ofNullable(type.cast(record(type, node, path, Set.of(), "")));
  }

  /** Where the value of a key was written, or the choice of a component's node. */
  Position positionOf(String path) {
    Position position = positions.get(path);
    return position == null || position.isDefault() ? whole : position;
  }

  /** Environment variables that bound values were made of, by path. */
  Map<String, List<String>> variables() {
    return variables;
  }

  /** The bound value, or null after reporting a problem. */
  private Object value(Type type, ConfigValue value, String path) {
    if (failures.contains(path)) {
      return null;
    }
    positions.put(path, Position.of(value));
    if (!NodeMerger.isClosed(value)) {
      String open =
          SUBSTITUTION
              .matcher(value.render())
              .results()
              .map(MatchResult::group)
              .distinct()
              .collect(Collectors.joining(", "));
      return problem(value, "%s cannot be resolved: %s stands for nothing".formatted(path, open));
    }
    Class<?> raw = Types.raw(type);
    if (raw == Optional.class) {
      Object bound = value(Types.argument(type), value, path);
      return bound == null ? null : Optional.of(bound);
    }
    if (raw == List.class) {
      return list(Types.argument(type), value, path);
    }
    boolean node =
        raw == Map.class || raw == Choice.class || raw == NetworkNode.class || raw.isRecord();
    if (!node) {
      return scalar(raw, value, path);
    }
    if (!(value instanceof ConfigObject object)) {
      return problem(value, "%s must be an object { ... }, found %s".formatted(path, shown(value)));
    }
    if (raw == Map.class) {
      return map(Types.argument(type), object, path);
    }
    if (raw == Choice.class) {
      return choice(Types.raw(Types.argument(type)), object, path, Set.of());
    }
    if (raw == Experiment.Environment.class) {
      return environment(object, path);
    }
    return raw == NetworkNode.class
        ? network(object, path)
        : record(raw, object, path, Set.of(), "");
  }

  private Object scalar(Class<?> type, ConfigValue value, String path) {
    List<String> names = Environment.of(value.origin());
    boolean secret = type == String.class && Secrets.isNamedSo(path);
    if (!names.isEmpty()) {
      variables.put(path, names);
      if (Secrets.isNamedSo(path)) {
        Secrets.keep(String.valueOf(value.unwrapped()), "${" + names.get(0) + "}");
      }
    } else if (secret && !Position.of(value).isDefault()) {
      return problem(
          value,
          path
              + " holds a secret, which would be stored with every run; set an environment variable"
              + " such as "
              + path.substring(path.lastIndexOf('.') + 1).toUpperCase(Locale.ROOT).replace('-', '_')
              + " to it, and write ${?NAME} with the name of that here");
    }
    try {
      if (path.equals(INITIAL)) {
        return Scalars.fileOrRun(value);
      }
      return Scalars.bind(type, names.isEmpty() ? value : Scalars.ofEnvironment(value));
    } catch (IllegalArgumentException e) {
      return problem(value, path + " " + e.getMessage());
    }
  }

  private Object list(Type element, ConfigValue value, String path) {
    if (!(value instanceof ConfigList elements)) {
      return problem(value, "%s must be a list [ ... ], found %s".formatted(path, shown(value)));
    }
    List<Object> bound = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      bound.add(value(element, elements.get(i), path + "[" + i + "]"));
    }
    return bound.contains(null) ? null : List.copyOf(bound);
  }

  private Object map(Type valueType, ConfigObject object, String path) {
    Map<String, Object> bound = new LinkedHashMap<>();
    for (Map.Entry<String, ConfigValue> entry : inOrder(object)) {
      bound.put(entry.getKey(), value(valueType, entry.getValue(), join(path, entry.getKey())));
    }
    return bound.containsValue(null) ? null : Collections.unmodifiableMap(bound);
  }

  /** A config node whose component has been found by the merger. */
  private Choice<Component<?>> choice(
      Class<?> type, ConfigObject object, String path, Set<String> common) {
    ConfigValue plugin = object.get(NodeMerger.PLUGIN);
    if (plugin == null) {
      problem(object, path + " names no plugin");
      return null;
    }
    Components.Entry entry;
    try {
      String role = path.substring(path.lastIndexOf('.') + 1);
      entry = components.find(type, String.valueOf(plugin.unwrapped()), role);
    } catch (PluginException e) {
      problem(plugin, e.getMessage());
      return null;
    }
    Component<?> component = entry.component();
    Set<String> others = new HashSet<>(common);
    others.add(NodeMerger.PLUGIN);
    Object config = record(component.configType(), object, path, others, component.name());
    if (config == null) {
      return null;
    }
    return new Choice<>(component, (Record) config);
  }

  @SuppressWarnings("unchecked") // the registry hands out components of the wanted type only
  private static <P extends Component<?>> Choice<P> as(Choice<Component<?>> choice) {
    return (Choice<P>) choice;
  }

  private Object environment(ConfigObject object, String path) {
    Choice<Component<?>> choice =
        choice(EnvironmentPlugin.class, object, path, Set.of(COPIES, NodeMerger.WRAPPERS));
    Object copies = value(int.class, object.get(COPIES), join(path, COPIES));
    Experiment.Wrappers wrappers =
        wrappers(object.get(NodeMerger.WRAPPERS), join(path, NodeMerger.WRAPPERS));
    if (choice == null || copies == null || wrappers == null) {
      return null;
    }
    try {
      return new Experiment.Environment(as(choice), (Integer) copies, wrappers);
    } catch (IllegalArgumentException e) {
      return rejected(e, object, path, List.of(COPIES));
    }
  }

  /** One component or a list of them. */
  private Experiment.Wrappers wrappers(ConfigValue value, String path) {
    if (value == null || NodeMerger.isAbsent(value)) {
      return new Experiment.Wrappers(List.of());
    }
    Type all = Experiment.Wrappers.class.getRecordComponents()[0].getGenericType();
    Object bound =
        value instanceof ConfigList
            ? value(all, value, path)
            : value(Types.argument(all), value, path);
    if (bound == null) {
      return null;
    }
    List<Choice<WrapperPlugin<?>>> chosen = new ArrayList<>();
    for (Object each : bound instanceof List<?> list ? list : List.of(bound)) {
      chosen.add(wrapper(each));
    }
    return new Experiment.Wrappers(chosen);
  }

  @SuppressWarnings("unchecked") // bound as a choice of a wrapper
  private static Choice<WrapperPlugin<?>> wrapper(Object choice) {
    return (Choice<WrapperPlugin<?>>) choice;
  }

  private Object network(ConfigObject object, String path) {
    if (object.containsKey(NodeMerger.PLUGIN)) {
      Choice<Component<?>> choice = choice(NetworkPlugin.class, object, path, Set.of());
      return choice == null ? null : new NetworkNode.Single(as(choice));
    }
    for (String key : object.keySet()) {
      if (!Set.of(ACTOR, CRITIC).contains(key)) {
        return problem(
            object.get(key),
            "unknown key %s beside actor and critic; it belongs into one of them"
                .formatted(join(path, key)));
      }
    }
    Object actor = role(ACTOR, CRITIC, object, path);
    Object critic = role(CRITIC, ACTOR, object, path);
    if (!(actor instanceof Choice<?>) || !(critic instanceof Choice<?>)) {
      return null;
    }
    return new NetworkNode.ActorAndCritic(network(actor), network(critic));
  }

  @SuppressWarnings("unchecked") // bound as a choice of a network
  private static Choice<NetworkPlugin<?>> network(Object choice) {
    return (Choice<NetworkPlugin<?>>) choice;
  }

  private Object role(String role, String other, ConfigObject object, String path) {
    ConfigValue value = object.get(role);
    if (value == null) {
      return problem(object, "%s names %s but no %s".formatted(path, other, role));
    }
    Type type = NetworkNode.Single.class.getRecordComponents()[0].getGenericType();
    return value(type, value, join(path, role));
  }

  /**
   * @param others keys of the node that are not the record's
   * @param owner whose keys they are, for messages; empty for core's own
   */
  private Object record(
      Class<?> type, ConfigObject object, String path, Set<String> others, String owner) {
    Map<String, Type> keys = Types.keys(type);
    refuseUnknown(keys.keySet(), object, path, others, owner);
    List<Object> arguments = new ArrayList<>();
    for (Map.Entry<String, Type> key : keys.entrySet()) {
      String keyPath = join(path, key.getKey());
      ConfigValue value = object.get(key.getKey());
      boolean absent = value == null || NodeMerger.isAbsent(value);
      if (!absent) {
        arguments.add(value(key.getValue(), value, keyPath));
      } else if (Types.raw(key.getValue()) == Optional.class) {
        arguments.add(Optional.empty());
      } else {
        arguments.add(missing(keyPath, value == null ? object : value, owner));
      }
    }
    if (arguments.contains(null)) {
      return null;
    }
    return construct(type, arguments, object, path, List.copyOf(keys.keySet()));
  }

  private Object missing(String path, ConfigValue at, String owner) {
    String wanted = owner.isEmpty() ? "" : ", which " + owner + " needs";
    return problem(at, "missing key " + path + wanted);
  }

  private void refuseUnknown(
      Set<String> keys, ConfigObject object, String path, Set<String> others, String owner) {
    List<String> known = new ArrayList<>(keys);
    others.stream().filter(key -> !key.equals(NodeMerger.PLUGIN)).sorted().forEach(known::add);
    for (Map.Entry<String, ConfigValue> entry : inOrder(object)) {
      String key = entry.getKey();
      if (!known.contains(key) && !others.contains(key)) {
        String suggestion = Suggestion.question(key, known);
        if (suggestion.isEmpty() && !known.isEmpty()) {
          suggestion = "; known: " + String.join(", ", known);
        }
        String whose = owner.isEmpty() ? "" : " for " + owner;
        problem(entry.getValue(), "unknown key " + join(path, key) + whose + suggestion);
      }
    }
  }

  private Object construct(
      Class<?> type, List<Object> arguments, ConfigObject object, String path, List<String> keys) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        return rejected(refused, object, path, keys);
      }
      throw new IllegalStateException("cannot make a " + type.getName(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + type.getName(), e);
    }
  }

  /**
   * The record's own check failed. Its message begins with the key to blame, or speaks of the whole
   * node.
   */
  private Object rejected(
      IllegalArgumentException refused, ConfigObject object, String path, List<String> keys) {
    String message = String.valueOf(refused.getMessage());
    for (String key : keys) {
      if (message.startsWith(key + " ") && object.get(key) != null) {
        return problem(object.get(key), join(path, message));
      }
    }
    String node = path.substring(path.lastIndexOf('.') + 1);
    if (!node.isEmpty() && message.startsWith(node + " ")) {
      return problem(object, path + message.substring(node.length()));
    }
    return problem(object, path.isEmpty() ? message : path + ": " + message);
  }

  private Object problem(ConfigValue at, String message) {
    Position position = Position.of(at);
    // What is wrong with a component's own defaults, its author must see; core's are right, and a
    // value that comes from there does so through a substitution.
    boolean nowhere =
        position.source().equals(Position.CORE)
            || (at instanceof ConfigObject && position.isDefault());
    problems.add(Problem.at(nowhere || at == root ? whole : position, message));
    return null;
  }

  /** Entries in the order of the file; the library keeps none. */
  static List<Map.Entry<String, ConfigValue>> inOrder(ConfigObject object) {
    return object.entrySet().stream()
        .sorted(
            Comparator.comparing(
                    (Map.Entry<String, ConfigValue> entry) ->
                        Position.of(entry.getValue()).line().orElse(Integer.MAX_VALUE))
                .thenComparing(Map.Entry::getKey))
        .toList();
  }

  static String shown(ConfigValue value) {
    try {
      return value.render(ConfigRenderOptions.concise());
    } catch (ConfigException e) {
      return value.toString();
    }
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
