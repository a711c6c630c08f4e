package org.apprentice.networks;

import java.util.Optional;
import org.apprentice.nn.LayeredNetworkPlugin;
import org.apprentice.spi.Space;

/** Dense layers and a long short-term memory. */
public final class LstmPlugin implements LayeredNetworkPlugin<LstmConfig> {
  @Override
  public String name() {
    return "lstm";
  }

  @Override
  public Class<LstmConfig> configType() {
    return LstmConfig.class;
  }

  @Override
  public String description() {
    return "a long short-term memory behind dense layers, for vectors of numbers";
  }

  @Override
  public Layout layout(LstmConfig config) {
    return new Layout(config.layers(), config.initialization(), config.shared(), config.engine());
  }

  @Override
  public Optional<String> conflict(LstmConfig config, Space observationSpace) {
    return Memories.conflict(name(), observationSpace);
  }
}
