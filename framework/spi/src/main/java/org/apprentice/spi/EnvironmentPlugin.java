package org.apprentice.spi;

/** A named environment. */
public interface EnvironmentPlugin<C extends Record> extends Component<C> {
  /** Spaces and limits, without starting the environment where that is expensive. */
  EnvironmentSpec spec(C config);

  /** {@code copies} environments stepped together. */
  VectorEnvironment create(C config, int copies);

  /** {@link #spec} for a config of unknown static type. */
  default EnvironmentSpec specOf(Record config) {
    return spec(configType().cast(config));
  }

  /** {@link #create} for a config of unknown static type. */
  default VectorEnvironment createFrom(Record config, int copies) {
    return create(configType().cast(config), copies);
  }
}
