package org.apprentice.spi;

/** A named way to choose points of a search space. */
public interface SamplerPlugin<C extends Record> extends Component<C> {
  Sampler create(C config, SearchSpace space, long seed);

  /** {@link #create} for a config of unknown static type. */
  default Sampler createFrom(Record config, SearchSpace space, long seed) {
    return create(configType().cast(config), space, seed);
  }
}
