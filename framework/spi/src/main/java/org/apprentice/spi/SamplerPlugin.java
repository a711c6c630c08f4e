package org.apprentice.spi;

/** A named way to choose points of a search space. */
public interface SamplerPlugin<C extends Record> extends Component<C> {
  /**
   * @throws IllegalArgumentException if the sampler cannot search such a space; the message says
   *     which axis is to blame
   */
  Sampler create(C config, SearchSpace space, long seed);

  /** {@link #create} for a config of unknown static type. */
  default Sampler createFrom(Record config, SearchSpace space, long seed) {
    return create(configType().cast(config), space, seed);
  }

  /**
   * Whether the values of the axes belong together one by one, so that a list of seeds among the
   * axes is one like any other. Every point of other samplers is tried with each seed.
   */
  default boolean paired() {
    return false;
  }
}
