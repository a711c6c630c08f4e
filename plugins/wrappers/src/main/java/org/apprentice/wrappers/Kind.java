package org.apprentice.wrappers;

import java.util.function.BiFunction;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.WrapperPlugin;

/**
 * One named wrapper.
 *
 * @param shows what the wrapped environment shows and takes; throws where the wrapper does not fit
 * @param around puts the wrapper around an environment that it fits
 */
record Kind<C extends Record>(
    String name,
    String description,
    Class<C> configType,
    BiFunction<C, EnvironmentSpec, EnvironmentSpec> shows,
    BiFunction<C, Environment, Environment> around)
    implements WrapperPlugin<C> {

  @Override
  public EnvironmentSpec spec(C config, EnvironmentSpec inner) {
    return shows.apply(config, inner);
  }

  @Override
  public Environment wrap(C config, Environment inner) {
    spec(config, inner.spec());
    return around.apply(config, inner);
  }
}
