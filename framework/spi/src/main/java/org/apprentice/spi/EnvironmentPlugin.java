package org.apprentice.spi;

import java.util.Optional;

/** A named environment. */
public interface EnvironmentPlugin<C extends Record> extends Component<C> {
  /** Spaces and limits, without starting the environment where that is expensive. */
  EnvironmentSpec spec(C config);

  /** {@code copies} environments stepped together. */
  VectorEnvironment create(C config, int copies);

  /**
   * One environment by itself, for wrappers and to be stepped in a thread of its own; empty where
   * copies are stepped together by nature, and {@link #create} is called for one copy where a
   * wrapper needs it.
   */
  default Optional<Environment> single(C config) {
    return Optional.empty();
  }

  /** {@link #single} for a config of unknown static type. */
  default Optional<Environment> singleFrom(Record config) {
    return single(configType().cast(config));
  }

  /** {@link #spec} for a config of unknown static type. */
  default EnvironmentSpec specOf(Record config) {
    return spec(configType().cast(config));
  }

  /** {@link #create} for a config of unknown static type. */
  default VectorEnvironment createFrom(Record config, int copies) {
    return create(configType().cast(config), copies);
  }
}
