package org.apprentice.testkit;

import com.google.inject.Module;
import com.google.inject.util.Modules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.ConfigurationException;
import org.apprentice.core.plugin.Components;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.Component;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.PrunerPlugin;
import org.apprentice.spi.SamplerPlugin;
import org.apprentice.spi.VectorEnvironment;
import org.apprentice.spi.WrapperPlugin;

/** The plugins of the class path, with a component under test among them. */
final class ComponentRegistry {
  private ComponentRegistry() {}

  /** A component as the registry sees it. */
  static Components.Entry entry(Component<?> component) {
    return with(component).all().stream()
        .filter(entry -> entry.component() == component || isSame(component, entry.component()))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isSame(Component<?> one, Component<?> other) {
    return one.getClass() == other.getClass() && one.name().equals(other.name());
  }

  /** The class path's plugins; the component comes along if none of them offers it. */
  static Components with(Component<?> component) {
    List<Plugin> plugins = plugins();
    if (plugins.stream()
        .flatMap(plugin -> offers(plugin).stream())
        .noneMatch(candidate -> isSame(component, candidate))) {
      plugins.add(new Single(component));
    }
    return Components.of(plugins.toArray(Plugin[]::new));
  }

  /** The class path's plugins. */
  static Components classPath() {
    return Components.of(plugins().toArray(Plugin[]::new));
  }

  private static List<Plugin> plugins() {
    List<Plugin> plugins = new ArrayList<>();
    ServiceLoader.load(Plugin.class).forEach(plugins::add);
    plugins.add(new Idle.Offer());
    return plugins;
  }

  private static List<Component<?>> offers(Plugin plugin) {
    List<Component<?>> all = new ArrayList<>(plugin.environments());
    all.addAll(plugin.wrappers());
    all.addAll(plugin.networks());
    all.addAll(plugin.algorithms());
    all.addAll(plugin.samplers());
    all.addAll(plugin.pruners());
    return all;
  }

  /** What is wrong with the smallest experiment that names a component; empty if nothing is. */
  static String problems(Component<?> component, String settings, Path folder) throws IOException {
    Composer composer = new Composer(with(component));
    StringBuilder problems = new StringBuilder();
    for (String experiment : experiments(component, settings)) {
      Path file = folder.resolve("experiment.conf");
      Files.writeString(file, experiment);
      try {
        composer.compose(file, List.of());
        return "";
      } catch (ConfigurationException e) {
        problems.append(e.getMessage()).append('\n');
      }
    }
    return problems.toString();
  }

  /**
   * Experiments of which one has to compose; which one depends on the spaces that the component
   * takes.
   */
  private static List<String> experiments(Component<?> component, String settings) {
    String node = "{ plugin = " + component.name() + "\n" + settings + "\n}\n";
    String idle = "algorithm = idle\n";
    if (component instanceof EnvironmentPlugin<?>) {
      return List.of("environment " + node + idle);
    }
    if (component instanceof WrapperPlugin<?>) {
      return List.of("identity", "identity-continuous", "arcade").stream()
          .map(name -> "environment { plugin = " + name + "\nwrappers " + node + "}\n" + idle)
          .toList();
    }
    if (component instanceof SamplerPlugin<?>) {
      return List.of("environment = identity\n" + idle + "sweep.sampler " + node);
    }
    if (component instanceof PrunerPlugin<?>) {
      return List.of("environment = identity\n" + idle + "sweep.pruner " + node);
    }
    List<String> environments = List.of("identity", "identity-continuous", "identity-image");
    if (component instanceof NetworkPlugin<?>) {
      return environments.stream()
          .map(name -> "environment = " + name + "\nalgorithm = idle-with-network\nnetwork " + node)
          .toList();
    }
    AlgorithmPlugin<?> algorithm = (AlgorithmPlugin<?>) component;
    String rest =
        (algorithm.usesNetwork() ? "network = elman\n" : "")
            + (algorithm.progressUnit() == ProgressUnit.ENVIRONMENT_STEPS
                ? "training.steps = 100000\n"
                : "");
    return environments.stream()
        .map(name -> "environment = " + name + "\n" + rest + "algorithm " + node)
        .toList();
  }

  /** Offers one component. */
  private record Single(Component<?> component) implements Plugin {
    @Override
    public List<EnvironmentPlugin<?>> environments() {
      return component instanceof EnvironmentPlugin<?> environment
          ? List.of(environment)
          : List.of();
    }

    @Override
    public List<WrapperPlugin<?>> wrappers() {
      return component instanceof WrapperPlugin<?> wrapper ? List.of(wrapper) : List.of();
    }

    @Override
    public List<NetworkPlugin<?>> networks() {
      return component instanceof NetworkPlugin<?> network ? List.of(network) : List.of();
    }

    @Override
    public List<AlgorithmPlugin<?>> algorithms() {
      return component instanceof AlgorithmPlugin<?> algorithm ? List.of(algorithm) : List.of();
    }

    @Override
    public List<SamplerPlugin<?>> samplers() {
      return component instanceof SamplerPlugin<?> sampler ? List.of(sampler) : List.of();
    }

    @Override
    public List<PrunerPlugin<?>> pruners() {
      return component instanceof PrunerPlugin<?> pruner ? List.of(pruner) : List.of();
    }
  }

  /**
   * An environment for experiments that are composed and not run: colour pictures, a fire button.
   */
  private record Arcade(String name) implements EnvironmentPlugin<Arcade.Screen> {
    record Screen() {}

    @Override
    public Class<Screen> configType() {
      return Screen.class;
    }

    @Override
    public String description() {
      return "composed and never run";
    }

    @Override
    public EnvironmentSpec spec(Screen config) {
      return new EnvironmentSpec(
          new ImageSpace(3, 210, 160),
          new ActionSpace.Discrete(4),
          List.of("NOOP", "FIRE", "RIGHT", "LEFT"));
    }

    @Override
    public VectorEnvironment create(Screen config, int copies) {
      throw new IllegalStateException(name + " is only composed");
    }
  }

  /** An algorithm for experiments that are composed and not run. */
  private record Idle(String name, boolean usesNetwork) implements AlgorithmPlugin<Idle.Settings> {
    record Settings() {}

    private record Offer() implements Plugin {
      @Override
      public List<EnvironmentPlugin<?>> environments() {
        return List.of(new Arcade("arcade"));
      }

      @Override
      public List<AlgorithmPlugin<?>> algorithms() {
        return List.of(new Idle("idle", false), new Idle("idle-with-network", true));
      }
    }

    @Override
    public Class<Settings> configType() {
      return Settings.class;
    }

    @Override
    public String description() {
      return "composed and never run";
    }

    @Override
    public Module module(Settings config) {
      return Modules.EMPTY_MODULE;
    }

    @Override
    public ProgressUnit progressUnit() {
      return ProgressUnit.EPOCHS;
    }
  }
}
