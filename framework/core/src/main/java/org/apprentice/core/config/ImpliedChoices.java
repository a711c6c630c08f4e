package org.apprentice.core.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apprentice.core.config.NodeMerger.Fragment;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.plugin.PluginException;

/**
 * Writes out the components that nodes choose by keys alone, as {@code network { torso = cnn }}
 * does: a layer that names no component of a node but such a key chooses that key's component,
 * unless the component that the layers below chose has a key of this name itself.
 */
final class ImpliedChoices {
  private final Components components;
  private final Predicate<Fragment> names;
  private final Function<Fragment, Optional<String>> choice;

  /**
   * @param names whether a fragment chooses
   * @param choice the component that such a fragment chooses, if it is one
   */
  ImpliedChoices(
      Components components,
      Predicate<Fragment> names,
      Function<Fragment, Optional<String>> choice) {
    this.components = components;
    this.names = names;
    this.choice = choice;
  }

  /** The fragments of a node of this kind, with a {@code plugin} key wherever one is implied. */
  List<Fragment> writtenOut(Class<?> type, List<Fragment> fragments) {
    if (components.impliedKeys(type).isEmpty()) {
      return fragments;
    }
    List<Fragment> result = new ArrayList<>();
    Optional<String> chosen = Optional.empty();
    for (List<Fragment> layer : NodeMerger.byLayer(fragments)) {
      Optional<Fragment> naming = layer.stream().filter(names).findFirst();
      if (naming.isPresent()) {
        chosen = choice.apply(naming.get());
        result.addAll(layer);
        continue;
      }
      if (NodeMerger.isAbsent(layer)) {
        chosen = Optional.empty();
      }
      boolean written = false;
      for (Fragment fragment : layer) {
        Optional<String> implied = written ? Optional.empty() : implied(type, fragment, chosen);
        result.add(implied.map(name -> with(fragment, name)).orElse(fragment));
        if (implied.isPresent()) {
          written = true;
          chosen = implied;
        }
      }
    }
    return result;
  }

  private Optional<String> implied(Class<?> type, Fragment fragment, Optional<String> chosen) {
    if (!(fragment.value() instanceof ConfigObject object) || !NodeMerger.isClosed(object)) {
      return Optional.empty();
    }
    return components.impliedKeys(type).entrySet().stream()
        .filter(entry -> object.containsKey(entry.getKey()))
        .filter(entry -> chosen.isEmpty() || !hasKey(type, chosen.get(), entry.getKey()))
        .map(entry -> entry.getValue().component().name())
        .findFirst();
  }

  private boolean hasKey(Class<?> type, String name, String key) {
    try {
      Class<? extends Record> config = components.find(type, name, "").component().configType();
      return Types.keys(config).containsKey(key);
    } catch (PluginException e) {
      return false; // reported where the choice is resolved
    }
  }

  private static Fragment with(Fragment fragment, String name) {
    ConfigObject object = (ConfigObject) fragment.value();
    ConfigValue plugin = ConfigValueFactory.fromAnyRef(name).withOrigin(object.origin());
    return new Fragment(fragment.layer(), object.withValue(NodeMerger.PLUGIN, plugin));
  }
}
