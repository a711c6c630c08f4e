package org.apprentice.core.sweep;

import org.apprentice.spi.Pruner;
import org.apprentice.spi.PrunerPlugin;

final class MedianPrunerPlugin implements PrunerPlugin<MedianPrunerPlugin.Config> {
  /**
   * @param rung progress at the first rung
   * @param every progress between rungs
   * @param startup how many points must be known before any is stopped
   */
  record Config(long rung, long every, int startup) {
    Config {
      atLeastOne("rung", rung);
      atLeastOne("every", every);
      atLeastOne("startup", startup);
    }

    private static void atLeastOne(String name, long value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " must be at least 1, found " + value);
      }
    }
  }

  @Override
  public String name() {
    return "median";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public String description() {
    return "points that are worse than the median of others were are stopped";
  }

  @Override
  public Pruner create(Config config) {
    return new MedianPruner(config);
  }
}
