package org.apprentice.spi;

/**
 * A named wrapper: changes what an environment shows, pays or takes. An experiment lists wrappers
 * in {@code environment.wrappers}, innermost first; they work around any environment that shows
 * what they need.
 */
public interface WrapperPlugin<C extends Record> extends Component<C> {
  /**
   * What the wrapped environment shows and takes.
   *
   * @throws IllegalArgumentException if this wrapper cannot work around such an environment, with a
   *     message that says why: {@code "needs images, and the environment shows box[4]"}
   */
  EnvironmentSpec spec(C config, EnvironmentSpec inner);

  /** Puts the wrapper around an environment, which the wrapper closes from now on. */
  Environment wrap(C config, Environment inner);

  /** {@link #spec} for a config of unknown static type. */
  default EnvironmentSpec specOf(Record config, EnvironmentSpec inner) {
    return spec(configType().cast(config), inner);
  }

  /** {@link #wrap} for a config of unknown static type. */
  default Environment wrapWith(Record config, Environment inner) {
    return wrap(configType().cast(config), inner);
  }
}
