package org.apprentice.classiccontrol;

import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.VectorEnvironment;

/** One named task: its settings, its equations and its limit of steps. */
record Task<C extends Record>(
    String name,
    String description,
    Class<C> configType,
    Function<C, Dynamics> dynamics,
    ToIntFunction<C> maxEpisodeSteps)
    implements EnvironmentPlugin<C> {

  @Override
  public EnvironmentSpec spec(C config) {
    return dynamics.apply(config).spec();
  }

  @Override
  public VectorEnvironment create(C config, int copies) {
    return new ClassicControlEnvironment(
        name, dynamics.apply(config), maxEpisodeSteps.applyAsInt(config), copies);
  }
}
