package org.apprentice.core.sweep;

import org.apprentice.spi.Pruner;
import org.apprentice.spi.PrunerPlugin;

final class AshaPrunerPlugin implements PrunerPlugin<AshaPrunerPlugin.Config> {
  /**
   * @param rung progress at the first rung
   * @param reduction how many times further each rung is than the one before, and what part goes on
   */
  record Config(long rung, int reduction) {
    Config {
      if (rung < 1) {
        throw new IllegalArgumentException("rung must be at least 1, found " + rung);
      }
      if (reduction < 2) {
        throw new IllegalArgumentException("reduction must be at least 2, found " + reduction);
      }
    }
  }

  @Override
  public String name() {
    return "asha";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public String description() {
    return "successive halving: at each rung the best part of the points goes on";
  }

  @Override
  public Pruner create(Config config) {
    return new AshaPruner(config);
  }
}
