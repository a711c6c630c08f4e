package org.apprentice.core.sweep;

import java.util.List;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.PrunerPlugin;
import org.apprentice.spi.SamplerPlugin;

/** The plugin that is always there. Public only because the service loader asks for it. */
public final class BuiltInSamplers implements Plugin {
  @Override
  public List<SamplerPlugin<?>> samplers() {
    return List.of(
        new GridSamplerPlugin(),
        new RandomSamplerPlugin(),
        new ZipSamplerPlugin(),
        new TpeSamplerPlugin());
  }

  @Override
  public List<PrunerPlugin<?>> pruners() {
    return List.of(new NoPrunerPlugin(), new AshaPrunerPlugin(), new MedianPrunerPlugin());
  }
}
