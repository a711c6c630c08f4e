package org.apprentice.spi;

import java.util.List;

/**
 * What one plugin jar offers. Named in {@code META-INF/services/org.apprentice.spi.Plugin} and
 * found by {@link java.util.ServiceLoader} on the class path or in the folder given by {@code
 * --plugins}.
 */
public interface Plugin {
  default List<EnvironmentPlugin<?>> environments() {
    return List.of();
  }

  default List<WrapperPlugin<?>> wrappers() {
    return List.of();
  }

  default List<NetworkPlugin<?>> networks() {
    return List.of();
  }

  default List<AlgorithmPlugin<?>> algorithms() {
    return List.of();
  }

  default List<SamplerPlugin<?>> samplers() {
    return List.of();
  }

  default List<PrunerPlugin<?>> pruners() {
    return List.of();
  }

  default List<TrackerPlugin> trackers() {
    return List.of();
  }
}
