package org.apprentice.spi;

import java.util.Optional;

/** A named network architecture. */
public interface NetworkPlugin<C extends Record> extends Component<C> {
  Network create(C config, NetworkSpec spec);

  /**
   * Why this network cannot take such inputs, for example an image into a dense layer; empty if it
   * can.
   */
  default Optional<String> conflict(C config, Space observationSpace) {
    return Optional.empty();
  }

  /** {@link #create} for a config of unknown static type. */
  default Network createFrom(Record config, NetworkSpec spec) {
    return create(configType().cast(config), spec);
  }

  /** {@link #conflict} for a config of unknown static type. */
  default Optional<String> conflictOf(Record config, Space observationSpace) {
    return conflict(configType().cast(config), observationSpace);
  }
}
