package org.apprentice.core.sweep;

import org.apprentice.spi.Sampler;
import org.apprentice.spi.SamplerPlugin;
import org.apprentice.spi.SearchSpace;

final class TpeSamplerPlugin implements SamplerPlugin<TpeSamplerPlugin.Config> {
  /**
   * @param points how many there are
   * @param startup how many of them are drawn at random to begin with
   * @param batch how many are proposed together
   * @param gamma the part of the finished points that counts as good
   * @param candidates how many are drawn for each proposal
   * @param grouped whether axes under the same condition are modelled together
   */
  record Config(int points, int startup, int batch, double gamma, int candidates, boolean grouped) {
    Config {
      atLeastOne("points", points);
      atLeastOne("startup", startup);
      atLeastOne("batch", batch);
      atLeastOne("candidates", candidates);
      if (!(gamma > 0 && gamma < 1)) {
        throw new IllegalArgumentException("gamma must be in (0, 1), found " + gamma);
      }
    }

    private static void atLeastOne(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " must be at least 1, found " + value);
      }
    }
  }

  @Override
  public String name() {
    return "tpe";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public String description() {
    return "tree-structured Parzen estimator: points where good ones were found";
  }

  @Override
  public Sampler create(Config config, SearchSpace space, long seed) {
    return new TpeSampler(config, space, seed);
  }
}
