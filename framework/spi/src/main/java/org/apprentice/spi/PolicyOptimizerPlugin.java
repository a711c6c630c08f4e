package org.apprentice.spi;

import com.google.inject.Module;

/** An algorithm that can also serve as the generator of an adversarial one. */
public interface PolicyOptimizerPlugin<C extends Record> extends AlgorithmPlugin<C> {
  /** Binds {@link PolicyOptimizer}, with what {@link AlgorithmPlugin#module} says is offered. */
  Module optimizer(C config);

  /** {@link #optimizer} for a config of unknown static type. */
  default Module optimizerOf(Record config) {
    return optimizer(configType().cast(config));
  }
}
