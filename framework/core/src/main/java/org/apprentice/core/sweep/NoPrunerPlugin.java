package org.apprentice.core.sweep;

import org.apprentice.spi.Pruner;
import org.apprentice.spi.PrunerPlugin;

final class NoPrunerPlugin implements PrunerPlugin<NoPrunerPlugin.Config> {
  /** There is nothing to set. */
  record Config() {}

  @Override
  public String name() {
    return "none";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public String description() {
    return "every point is trained to its end";
  }

  @Override
  public Pruner create(Config config) {
    return Pruner.NONE;
  }
}
