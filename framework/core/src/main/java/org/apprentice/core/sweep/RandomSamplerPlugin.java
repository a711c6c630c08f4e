package org.apprentice.core.sweep;

import org.apprentice.spi.Sampler;
import org.apprentice.spi.SamplerPlugin;
import org.apprentice.spi.SearchSpace;

final class RandomSamplerPlugin implements SamplerPlugin<RandomSamplerPlugin.Config> {
  /**
   * @param points how many there are
   */
  record Config(int points) {
    Config {
      if (points < 1) {
        throw new IllegalArgumentException("points must be at least 1, found " + points);
      }
    }
  }

  @Override
  public String name() {
    return "random";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public String description() {
    return "points drawn from the distributions of the axes";
  }

  @Override
  public Sampler create(Config config, SearchSpace space, long seed) {
    return new RandomSampler(space, config.points(), seed);
  }
}
