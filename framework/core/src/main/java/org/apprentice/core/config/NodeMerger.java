package org.apprentice.core.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.plugin.PluginException;
import org.apprentice.spi.Choice;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.WrapperPlugin;

/**
 * Merges layers along the types of the config records. Plain values merge as the library merges
 * them. A node that names a component is special: its string form counts as {@code { plugin = it
 * }}; a layer that names a different component replaces all below; one that names none merges; and
 * the chosen component's defaults lie at the bottom.
 */
final class NodeMerger {
  static final String PLUGIN = "plugin";

  static final String WRAPPERS = "wrappers";

  private static final Set<String> ROLES = Set.of("actor", "critic");

  /** Nodes that stand for nodes that stand for nodes: nobody needs more. */
  private static final int MOST_PASSES = 8;

  /** The number of core's own defaults among the layers. */
  private static final int CORE = 0;

  /**
   * What one statement of a layer says about a node.
   *
   * @param layer the same number for fragments of the same layer
   */
  record Fragment(int layer, ConfigValue value) {}

  private final Components components;
  private final ConfigResolveOptions partly;
  private final Layer core;
  private final List<Layer> layers;
  private final Position whole;
  private final List<Problem> problems;
  private final Set<String> failures = new HashSet<>();
  private final ImpliedChoices implied;
  private ConfigObject root;
  private boolean substituted;
  private boolean lookThrough;
  private int numbered;

  /**
   * @param environment what substitutions stand for that name no key
   * @param core the defaults of core's own keys; no choice of a component removes them
   * @param layers lowest precedence first
   * @param whole where a node is missing that no layer speaks of
   */
  NodeMerger(
      Components components,
      Environment environment,
      Layer core,
      List<Layer> layers,
      Position whole,
      List<Problem> problems) {
    this.components = components;
    // The binder reports each substitution that is left over, with its line.
    partly = ConfigResolveOptions.noSystem().appendResolver(environment).setAllowUnresolved(true);
    this.core = core;
    this.layers = layers;
    this.whole = whole;
    this.problems = problems;
    this.implied = new ImpliedChoices(components, NodeMerger::chooses, this::componentOf);
  }

  /**
   * The layers as one object, with substitutions resolved as far as they can be. A node may be a
   * substitution, and choose a component by that. So the first pass leaves such nodes out, and
   * further ones look at what the pass before made of the rest, until nothing changes.
   */
  ConfigObject merge(Class<? extends Record> config) {
    List<Fragment> fragments = new ArrayList<>(fragments(core, CORE));
    layers.forEach(layer -> fragments.addAll(fragments(layer, ++numbered)));
    int found = problems.size();
    root = (ConfigObject) plain(fragments);
    ConfigObject merged = (ConfigObject) record(config, "", fragments);
    lookThrough = true;
    for (int pass = 1; substituted && pass < MOST_PASSES && !same(merged, root); pass++) {
      problems.subList(found, problems.size()).clear();
      failures.clear();
      root = merged;
      merged = (ConfigObject) record(config, "", fragments);
    }
    try {
      return merged.toConfig().resolve(partly).root();
    } catch (ConfigException e) {
      throw new ConfigurationException(unresolvable(e));
    }
  }

  /** The library compares resolved objects only. */
  private static boolean same(ConfigObject one, ConfigObject other) {
    return one.render(ConfigRenderOptions.concise())
        .equals(other.render(ConfigRenderOptions.concise()));
  }

  /** Paths of nodes that could not be merged and are reported already. */
  Set<String> failures() {
    return failures;
  }

  /**
   * The merged node; null if all that is said of it are optional substitutions that stand for
   * nothing.
   */
  private ConfigValue node(Type type, String path, List<Fragment> fragments) {
    Class<?> raw = Types.raw(type);
    if (raw == Optional.class) {
      return node(Types.argument(type), path, fragments);
    }
    if (!Types.holdsChoice(type)) {
      return plain(fragments);
    }
    List<Fragment> opened = opened(fragments);
    if (opened.isEmpty()) {
      return null;
    }
    if (raw == Choice.class) {
      Class<?> wanted = Types.raw(Types.argument(type));
      return component(wanted, path, chosen(wanted, path, opened));
    }
    if (raw == Experiment.Environment.class) {
      Class<?> wanted = EnvironmentPlugin.class;
      Map<String, Type> common = Map.of(WRAPPERS, Experiment.Wrappers.class);
      return component(wanted, path, chosen(wanted, path, opened), common);
    }
    if (raw == Experiment.Wrappers.class) {
      return wrappers(path, opened);
    }
    if (raw == NetworkNode.class) {
      return network(path, chosen(NetworkPlugin.class, path, opened));
    }
    if (raw == List.class) {
      return list(Types.argument(type), path, opened.get(opened.size() - 1));
    }
    return raw == Map.class ? map(Types.argument(type), path, opened) : record(raw, path, opened);
  }

  private ConfigValue record(Class<?> config, String path, List<Fragment> fragments) {
    return record(config, path, fragments, Map.of());
  }

  /**
   * @param common further keys of the node, which name components
   */
  private ConfigValue record(
      Class<?> config, String path, List<Fragment> fragments, Map<String, Type> common) {
    Map<String, Type> special = new LinkedHashMap<>(Types.keys(config));
    special.values().removeIf(type -> !Types.holdsChoice(type));
    special.putAll(common);
    return object(special, path, fragments);
  }

  /** A list replaces what lies below it, and is replaced by a component. */
  private ConfigValue wrappers(String path, List<Fragment> opened) {
    Fragment last = opened.get(opened.size() - 1);
    Type element = Experiment.Wrappers.class.getRecordComponents()[0].getGenericType();
    if (last.value() instanceof ConfigList) {
      return list(Types.argument(element), path, last);
    }
    List<Fragment> above = opened;
    for (int i = 0; i < opened.size(); i++) {
      if (opened.get(i).value() instanceof ConfigList) {
        above = opened.subList(i + 1, opened.size());
      }
    }
    return component(WrapperPlugin.class, path, chosen(WrapperPlugin.class, path, above));
  }

  private ConfigValue map(Type valueType, String path, List<Fragment> fragments) {
    Map<String, Type> special = new LinkedHashMap<>();
    for (Fragment fragment : fragments) {
      if (fragment.value() instanceof ConfigObject object && isClosed(object)) {
        object.keySet().forEach(key -> special.put(key, valueType));
      }
    }
    return object(special, path, fragments);
  }

  /** Merges {@code special} keys by their types and all others plainly. */
  private ConfigValue object(Map<String, Type> special, String path, List<Fragment> fragments) {
    int first = 0;
    for (int i = 0; i < fragments.size(); i++) {
      if (!(fragments.get(i).value() instanceof ConfigObject object) || !isClosed(object)) {
        first = i + 1;
      }
    }
    if (first == fragments.size()) {
      return plain(fragments);
    }
    List<Fragment> objects = fragments.subList(first, fragments.size());
    List<Fragment> rest = new ArrayList<>(fragments.subList(0, first));
    for (Fragment fragment : objects) {
      ConfigObject object = (ConfigObject) fragment.value();
      for (String key : special.keySet()) {
        object = object.withoutKey(key);
      }
      rest.add(new Fragment(fragment.layer(), object));
    }
    ConfigObject merged = (ConfigObject) plain(objectsOf(rest));
    for (Map.Entry<String, Type> entry : special.entrySet()) {
      List<Fragment> below = child(entry.getKey(), objects);
      ConfigValue node =
          below.isEmpty() ? null : node(entry.getValue(), join(path, entry.getKey()), below);
      if (node != null) {
        merged = merged.withValue(entry.getKey(), node);
      }
    }
    return merged;
  }

  /** Scalars below objects do not matter: an object replaces them. */
  private static List<Fragment> objectsOf(List<Fragment> fragments) {
    return fragments.stream().filter(fragment -> fragment.value() instanceof ConfigObject).toList();
  }

  private static List<Fragment> child(String key, List<Fragment> objects) {
    List<Fragment> below = new ArrayList<>();
    for (Fragment fragment : objects) {
      ConfigValue value = ((ConfigObject) fragment.value()).get(key);
      if (value != null) {
        below.add(new Fragment(fragment.layer(), value));
      }
    }
    return below;
  }

  private ConfigValue list(Type element, String path, Fragment last) {
    if (!(last.value() instanceof ConfigList elements)) {
      return last.value();
    }
    List<ConfigValue> merged = new ArrayList<>();
    for (ConfigValue value : elements) {
      String key = path + "[" + merged.size() + "]";
      merged.add(node(element, key, List.of(new Fragment(last.layer(), value))));
    }
    return ConfigValueFactory.fromIterable(merged).withOrigin(elements.origin());
  }

  private ConfigValue network(String path, List<Fragment> chosen) {
    if (chosen.stream().noneMatch(fragment -> names(fragment, ROLES))) {
      return component(NetworkPlugin.class, path, chosen);
    }
    Map<String, Type> special = new LinkedHashMap<>();
    Type single = NetworkNode.Single.class.getRecordComponents()[0].getGenericType();
    ROLES.stream().sorted().forEach(role -> special.put(role, single));
    return object(special, path, chosen);
  }

  private ConfigValue component(Class<?> type, String path, List<Fragment> chosen) {
    return component(type, path, chosen, Map.of());
  }

  private ConfigValue component(
      Class<?> type, String path, List<Fragment> chosen, Map<String, Type> common) {
    if (isAbsent(chosen)) {
      return chosen.get(chosen.size() - 1).value();
    }
    Optional<ConfigValue> named =
        chosen.stream()
            .filter(fragment -> names(fragment, Set.of(PLUGIN)))
            .map(fragment -> ((ConfigObject) fragment.value()).get(PLUGIN))
            .reduce((lower, higher) -> higher);
    if (named.isEmpty()) {
      return failed(path, plain(chosen), path + " names no plugin" + available(type));
    }
    ConfigValue choice = resolve(named.get());
    if (choice == null || !isClosed(choice) || !(choice.unwrapped() instanceof String name)) {
      return failed(path, named.get(), path + ".plugin must be a name" + available(type));
    }
    Components.Entry entry;
    try {
      entry = components.find(type, name, path.substring(path.lastIndexOf('.') + 1));
    } catch (PluginException e) {
      return failed(path, named.get(), e.getMessage());
    }
    Layer defaults =
        LayerReader.defaults(entry.documentation(), Position.DEFAULTS + entry.kind() + " " + name);
    List<Fragment> all = new ArrayList<>(fragments(defaults, ++numbered));
    all.addAll(chosen);
    return record(entry.component().configType(), path, all, common);
  }

  /** Strings as {@code { plugin = it }}. */
  private List<Fragment> normalized(List<Fragment> fragments) {
    return fragments.stream()
        .map(
            fragment ->
                isClosed(fragment.value()) && fragment.value().valueType() == ConfigValueType.STRING
                    ? new Fragment(
                        fragment.layer(),
                        fragment.value().atKey(PLUGIN).root().withOrigin(fragment.value().origin()))
                    : fragment)
        .toList();
  }

  /**
   * The fragments from the last layer on that names a component other than the one chosen below it.
   */
  private List<Fragment> chosen(Class<?> type, String path, List<Fragment> said) {
    List<Fragment> fragments = implied.writtenOut(type, normalized(said));
    List<Fragment> kept = new ArrayList<>();
    String choice = null;
    for (List<Fragment> layer : byLayer(fragments)) {
      List<Fragment> naming = layer.stream().filter(NodeMerger::chooses).toList();
      Set<String> names = new LinkedHashSet<>();
      naming.forEach(fragment -> names.add(choiceOf(fragment)));
      refuseSecondChoice(path, naming);
      if (!names.isEmpty()) {
        String now = names.iterator().next();
        if (choice != null && !choice.equals(now)) {
          kept.removeIf(fragment -> fragment.layer() != CORE);
        }
        choice = now;
      } else if (isAbsent(layer)) {
        kept.removeIf(fragment -> fragment.layer() != CORE);
        choice = null;
      }
      kept.addAll(layer);
    }
    return kept;
  }

  private void refuseSecondChoice(String path, List<Fragment> naming) {
    List<Fragment> plugins =
        naming.stream().filter(fragment -> names(fragment, Set.of(PLUGIN))).toList();
    boolean mixed = plugins.size() < naming.size() && !plugins.isEmpty();
    if (plugins.size() < 2 && !mixed) {
      return;
    }
    Fragment second = naming.get(naming.size() - 1);
    Position first = Position.of(naming.get(0).value());
    problems.add(
        Problem.at(
            Position.of(second.value()),
            "%s is chosen twice, here and %s; choose it once and set its keys in an object"
                .formatted(
                    path,
                    first
                        .line()
                        .map(line -> "in line " + line)
                        .orElse("on the " + first.source()))));
  }

  /** What a fragment chooses: a component's name, or the pair of actor and critic. */
  private String choiceOf(Fragment fragment) {
    if (!names(fragment, Set.of(PLUGIN))) {
      return "actor and critic";
    }
    ConfigValue plugin = resolve(((ConfigObject) fragment.value()).get(PLUGIN));
    return plugin == null ? "" : plugin.render();
  }

  private static boolean chooses(Fragment fragment) {
    return names(fragment, Set.of(PLUGIN)) || names(fragment, ROLES);
  }

  /** The name of the component that a fragment chooses, if it is one. */
  private Optional<String> componentOf(Fragment fragment) {
    if (!names(fragment, Set.of(PLUGIN))) {
      return Optional.empty();
    }
    ConfigValue plugin = resolve(((ConfigObject) fragment.value()).get(PLUGIN));
    return plugin != null && isClosed(plugin)
        ? Optional.of(String.valueOf(plugin.unwrapped()))
        : Optional.empty();
  }

  private static boolean names(Fragment fragment, Set<String> keys) {
    return fragment.value() instanceof ConfigObject object
        && isClosed(object)
        && keys.stream().anyMatch(object::containsKey);
  }

  static List<List<Fragment>> byLayer(List<Fragment> fragments) {
    List<List<Fragment>> groups = new ArrayList<>();
    for (Fragment fragment : fragments) {
      List<Fragment> last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
      if (last == null || last.get(0).layer() != fragment.layer()) {
        last = new ArrayList<>();
        groups.add(last);
      }
      last.add(fragment);
    }
    return groups;
  }

  static boolean isAbsent(List<Fragment> fragments) {
    return isAbsent(fragments.get(fragments.size() - 1).value());
  }

  static boolean isAbsent(ConfigValue value) {
    return isClosed(value) && value.valueType() == ConfigValueType.NULL;
  }

  /**
   * Nodes that are substitutions, replaced by what they stand for: the choice of a component may
   * hide there.
   */
  private List<Fragment> opened(List<Fragment> fragments) {
    List<Fragment> opened = new ArrayList<>();
    for (Fragment fragment : fragments) {
      ConfigValue value = fragment.value();
      if (!isClosed(value)) {
        substituted = true;
        value = lookThrough ? resolve(value) : null;
      }
      if (value != null) {
        opened.add(new Fragment(fragment.layer(), value));
      }
    }
    return opened;
  }

  /** {@code value} as far as it can be resolved; null if it stands for nothing. */
  private ConfigValue resolve(ConfigValue value) {
    try {
      return value.atKey("it").resolveWith(root.toConfig(), partly).root().get("it");
    } catch (ConfigException e) {
      throw new ConfigurationException(unresolvable(e));
    }
  }

  private Problem unresolvable(ConfigException failure) {
    Problem problem = Hocon.problem(failure, whole.source());
    boolean inDefaults = new Position(problem.file(), problem.line()).isDefault();
    return inDefaults ? Problem.at(whole, problem.message()) : problem;
  }

  /**
   * Whether the library lets us look at a value: a substitution, or an object made of some, it does
   * not.
   */
  static boolean isClosed(ConfigValue value) {
    try {
      return value.valueType() != ConfigValueType.OBJECT || ((ConfigObject) value).keySet() != null;
    } catch (ConfigException.NotResolved e) {
      return false;
    }
  }

  private static List<Fragment> fragments(Layer layer, int number) {
    return layer.statements().stream().map(it -> new Fragment(number, it)).toList();
  }

  private static ConfigValue plain(List<Fragment> fragments) {
    ConfigValue merged = ConfigFactory.empty().root();
    boolean first = true;
    for (Fragment fragment : fragments) {
      merged = first ? fragment.value() : fragment.value().withFallback(merged);
      first = false;
    }
    return merged;
  }

  private ConfigValue failed(String path, ConfigValue at, String message) {
    Position position = Position.of(at);
    problems.add(Problem.at(position.isDefault() ? whole : position, message));
    failures.add(path);
    return at;
  }

  private String available(Class<?> type) {
    return "; available: " + String.join(", ", new TreeSet<>(components.names(type)));
  }

  private static String join(String path, String key) {
    String last = ConfigUtil.joinPath(key);
    return path.isEmpty() ? last : path + "." + last;
  }
}
