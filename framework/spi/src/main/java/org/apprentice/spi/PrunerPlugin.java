package org.apprentice.spi;

/** A named rule by which points of a sweep are given up before their trials are at their end. */
public interface PrunerPlugin<C extends Record> extends Component<C> {
  Pruner create(C config);

  /** {@link #create} for a config of unknown static type. */
  default Pruner createFrom(Record config) {
    return create(configType().cast(config));
  }
}
