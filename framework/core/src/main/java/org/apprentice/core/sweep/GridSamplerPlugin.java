package org.apprentice.core.sweep;

import org.apprentice.spi.Sampler;
import org.apprentice.spi.SamplerPlugin;
import org.apprentice.spi.SearchSpace;

final class GridSamplerPlugin implements SamplerPlugin<GridSamplerPlugin.Config> {
  /** A grid has no settings: its axes say it all. */
  record Config() {}

  @Override
  public String name() {
    return "grid";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public String description() {
    return "every combination of the values of all axes";
  }

  @Override
  public Sampler create(Config config, SearchSpace space, long seed) {
    return new GridSampler(space);
  }
}
