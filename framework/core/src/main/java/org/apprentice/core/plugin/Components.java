package org.apprentice.core.plugin;

import com.google.inject.Module;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apprentice.spi.Component;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.PolicyOptimizerPlugin;
import org.apprentice.spi.TrackerPlugin;

/** Every component of the loaded plugins, by kind and name. */
public final class Components {
  /**
   * One component.
   *
   * @param jar the plugin that offers it
   */
  public record Entry(Kind kind, Component<?> component, PluginJar jar) {
    /** The documented defaults: HOCON with a comment above every key; empty if it has no keys. */
    public String documentation() {
      return defaults(kind, component).orElse("");
    }

    @Override
    public String toString() {
      return kind + " " + component.name() + " (" + jar + ")";
    }
  }

  private final Map<Kind, Map<String, Entry>> entries = new EnumMap<>(Kind.class);
  private final List<TrackerPlugin> trackers = new ArrayList<>();
  private final List<PluginJar> jars = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  Components() {
    for (Kind kind : Kind.values()) {
      entries.put(kind, new TreeMap<>());
    }
  }

  /** A registry of exactly these plugins, for embedding and tests. */
  public static Components of(Plugin... plugins) {
    Components components = new Components();
    for (Plugin plugin : plugins) {
      components.add(plugin, PluginJar.of(plugin.getClass()));
    }
    return components;
  }

  /** Adds all or nothing of a plugin. */
  void add(Plugin plugin, PluginJar jar) {
    List<Entry> offered = new ArrayList<>();
    plugin.environments().forEach(it -> offered.add(checked(Kind.ENVIRONMENT, it, jar)));
    plugin.wrappers().forEach(it -> offered.add(checked(Kind.WRAPPER, it, jar)));
    plugin.networks().forEach(it -> offered.add(checked(Kind.NETWORK, it, jar)));
    plugin.algorithms().forEach(it -> offered.add(checked(Kind.ALGORITHM, it, jar)));
    plugin.samplers().forEach(it -> offered.add(checked(Kind.SAMPLER, it, jar)));
    plugin.pruners().forEach(it -> offered.add(checked(Kind.PRUNER, it, jar)));
    offered.forEach(this::refuseSharedKeys);
    List<TrackerPlugin> offeredTrackers = List.copyOf(plugin.trackers());
    for (Entry entry : offered) {
      Entry other = entries.get(entry.kind()).putIfAbsent(entry.component().name(), entry);
      if (other != null) {
        throw new DuplicateComponentException(
            "both %s and %s offer %s '%s'; remove one of them"
                .formatted(
                    other.jar().location(),
                    jar.location(),
                    entry.kind(),
                    entry.component().name()));
      }
    }
    trackers.addAll(offeredTrackers);
    if (!jars.contains(jar)) {
      jars.add(jar);
    }
  }

  /** A key can imply one component only. */
  private void refuseSharedKeys(Entry entry) {
    Map<String, Entry> implied = impliedKeys(entry.kind().type());
    for (String key : entry.component().impliedBy()) {
      if (implied.containsKey(key)) {
        throw new PluginException(
            "both %s and %s are chosen by the key '%s'".formatted(implied.get(key), entry, key));
      }
    }
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  private static Entry checked(Kind kind, Component<?> component, PluginJar jar) {
    String name = component.name();
    if (!name.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
      throw new PluginException("the name of %s '%s' is not kebab-case".formatted(kind, name));
    }
    Class<?> config = component.configType();
    // Touches every type that the record needs: a class that the jar lacks is found now, not in the
    // middle of a study.
    for (RecordComponent key : config.getRecordComponents()) {
      Objects.requireNonNull(key.getGenericType());
      if (kind.reservedKeys().contains(key.getName())) {
        throw new PluginException(
            "the config of %s '%s' has a key '%s', which is the experiment's own; call it otherwise"
                .formatted(kind, name, key.getName()));
      }
    }
    if (config.getRecordComponents().length > 0 && defaults(kind, component).isEmpty()) {
      throw new PluginException(
          "the defaults of %s '%s' are missing: expected the resource %s beside %s"
              .formatted(kind, name, kind.defaultsResource(component), config.getName()));
    }
    return new Entry(kind, component, jar);
  }

  private static Optional<String> defaults(Kind kind, Component<?> component) {
    String resource = kind.defaultsResource(component);
    try (InputStream in = component.configType().getResourceAsStream(resource)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the defaults " + resource, e);
    }
  }

  /**
   * The component of that name which also is a {@code type}.
   *
   * @param type {@code EnvironmentPlugin}, {@code WrapperPlugin}, {@code NetworkPlugin}, {@code
   *     AlgorithmPlugin}, {@code SamplerPlugin}, {@code PrunerPlugin} or a subtype such as {@code
   *     PolicyOptimizerPlugin}
   * @param role what the component is wanted as, for example {@code generator}
   * @throws PluginException naming what is available, if there is none
   */
  public Entry find(Class<?> type, String name, String role) {
    Kind kind = Kind.of(type);
    Entry entry = entries.get(kind).get(name);
    List<String> available = names(type);
    if (entry == null) {
      throw new PluginException(
          "unknown %s '%s'; available: %s%s"
              .formatted(kind, name, listed(available), Suggestion.question(name, available)));
    }
    if (!type.isInstance(entry.component())) {
      throw new PluginException(
          "%s cannot be %s %s: it is not a %s; available: %s"
              .formatted(name, article(role), role, described(type), listed(available)));
    }
    return entry;
  }

  /** Names of all components of a type, sorted. */
  public List<String> names(Class<?> type) {
    return entries.get(Kind.of(type)).values().stream()
        .filter(entry -> type.isInstance(entry.component()))
        .map(entry -> entry.component().name())
        .toList();
  }

  /** Keys that choose a component of a type where its node names none, by {@code impliedBy}. */
  public Map<String, Entry> impliedKeys(Class<?> type) {
    Map<String, Entry> implied = new TreeMap<>();
    for (Entry entry : entries.get(Kind.of(type)).values()) {
      if (type.isInstance(entry.component())) {
        entry.component().impliedBy().forEach(key -> implied.put(key, entry));
      }
    }
    return implied;
  }

  /** Every component, by kind and name. */
  public List<Entry> all() {
    return entries.values().stream().map(Map::values).flatMap(Collection::stream).toList();
  }

  /**
   * The components of that name, one at most of each kind.
   *
   * @throws PluginException if there is none of any kind
   */
  public List<Entry> named(String name) {
    List<Entry> found =
        all().stream().filter(entry -> entry.component().name().equals(name)).toList();
    if (found.isEmpty()) {
      List<String> names =
          all().stream().map(entry -> entry.component().name()).distinct().sorted().toList();
      throw new PluginException(
          "no plugin offers '%s'; available: %s%s"
              .formatted(name, listed(names), Suggestion.question(name, names)));
    }
    return found;
  }

  /** Which plugin offers a component found here. */
  public PluginJar jarOf(Component<?> component) {
    return all().stream()
        .filter(entry -> entry.component() == component)
        .findFirst()
        .map(Entry::jar)
        .orElseThrow(
            () -> new IllegalArgumentException(component.name() + " is of no loaded plugin"));
  }

  public List<TrackerPlugin> trackers() {
    return List.copyOf(trackers);
  }

  /** The loaded plugins: those of the class path first, then those of the folder by name. */
  public List<PluginJar> jars() {
    return List.copyOf(jars);
  }

  /** One line for each jar of the folder that was skipped, with its name and the reason. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /**
   * For the application's injector: a map by name of every kind, the trackers, and this registry.
   */
  public Module module() {
    return new ComponentsModule(this);
  }

  <P> Map<String, P> byName(Kind kind, Class<P> type) {
    Map<String, P> byName = new TreeMap<>(Comparator.naturalOrder());
    entries.get(kind).forEach((name, entry) -> byName.put(name, type.cast(entry.component())));
    return byName;
  }

  private static String listed(List<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private static String article(String noun) {
    return "aeiou".indexOf(noun.charAt(0)) >= 0 ? "an" : "a";
  }

  private static String described(Class<?> type) {
    if (type == PolicyOptimizerPlugin.class) {
      return "policy optimizer";
    }
    return Kind.of(type).type() == type ? Kind.of(type).toString() : type.getSimpleName();
  }
}
