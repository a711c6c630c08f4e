package org.apprentice.networks;

import java.util.Optional;
import org.apprentice.nn.LayeredNetworkPlugin;
import org.apprentice.spi.Space;

/** Dense layers and a gated recurrent unit. */
public final class GruPlugin implements LayeredNetworkPlugin<GruConfig> {
  @Override
  public String name() {
    return "gru";
  }

  @Override
  public Class<GruConfig> configType() {
    return GruConfig.class;
  }

  @Override
  public String description() {
    return "a gated recurrent unit behind dense layers, for vectors of numbers";
  }

  @Override
  public Layout layout(GruConfig config) {
    return new Layout(config.layers(), config.initialization(), config.shared(), config.engine());
  }

  @Override
  public Optional<String> conflict(GruConfig config, Space observationSpace) {
    return Memories.conflict(name(), observationSpace);
  }
}
