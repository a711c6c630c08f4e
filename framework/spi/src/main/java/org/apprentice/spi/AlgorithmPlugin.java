package org.apprentice.spi;

import com.google.inject.Module;
import java.util.Optional;

/** A named algorithm. */
public interface AlgorithmPlugin<C extends Record> extends Component<C> {
  /**
   * Binds {@link Algorithm}. The trial's injector offers {@link EnvironmentFactory}, {@link
   * NetworkFactory} (unless {@link #usesNetwork()} is false), {@link TrainingSettings}, and from
   * {@code org.apprentice.rl} the random streams and the demonstrations.
   */
  Module module(C config);

  /**
   * The unit that {@link Algorithm#progress()} counts in. Only {@code ENVIRONMENT_STEPS} obey
   * {@code training.steps}.
   */
  default ProgressUnit progressUnit() {
    return ProgressUnit.ENVIRONMENT_STEPS;
  }

  /** Whether the experiment must (true) or must not (false) name a network. */
  default boolean usesNetwork() {
    return true;
  }

  /** Why this algorithm cannot work on such an environment; empty if it can. */
  default Optional<String> conflict(C config, EnvironmentSpec environment) {
    return Optional.empty();
  }

  /** {@link #module} for a config of unknown static type. */
  default Module moduleOf(Record config) {
    return module(configType().cast(config));
  }

  /** {@link #conflict} for a config of unknown static type. */
  default Optional<String> conflictOf(Record config, EnvironmentSpec environment) {
    return conflict(configType().cast(config), environment);
  }
}
