package org.apprentice.core.plugin;

import java.util.Arrays;
import java.util.Set;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.Component;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.PrunerPlugin;
import org.apprentice.spi.SamplerPlugin;
import org.apprentice.spi.WrapperPlugin;

/** The kinds of components that an experiment file can name. Names are unique within a kind. */
public enum Kind {
  ENVIRONMENT("environment", "environment", EnvironmentPlugin.class),
  WRAPPER("wrapper", "wrapper", WrapperPlugin.class),
  NETWORK("network", "network", NetworkPlugin.class),
  ALGORITHM("algorithm", "algorithm", AlgorithmPlugin.class),
  SAMPLER("sampler", "sweep sampler", SamplerPlugin.class),
  PRUNER("pruner", "sweep pruner", PrunerPlugin.class);

  private final String folder;
  private final String label;
  private final Class<?> type;

  Kind(String folder, String label, Class<?> type) {
    this.folder = folder;
    this.label = label;
    this.type = type;
  }

  /** The kind that components of {@code type}, or of a more special one, belong to. */
  static Kind of(Class<?> type) {
    return Arrays.stream(values())
        .filter(kind -> kind.type.isAssignableFrom(type))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    type.getName() + " is of no kind that an experiment can name"));
  }

  Class<?> type() {
    return type;
  }

  /** The class-path resource with the documented defaults of a component of this kind. */
  String defaultsResource(Component<?> component) {
    return "/" + folder + "/" + component.name() + ".conf";
  }

  /** Keys of such a component's node that are not the component's. */
  Set<String> reservedKeys() {
    return switch (this) {
      case ENVIRONMENT -> Set.of("plugin", "copies", "wrappers");
      case NETWORK -> Set.of("plugin", "actor", "critic");
      case WRAPPER, ALGORITHM, SAMPLER, PRUNER -> Set.of("plugin");
    };
  }

  /** As in {@code apprentice plugins}. */
  @Override
  public String toString() {
    return label;
  }
}
