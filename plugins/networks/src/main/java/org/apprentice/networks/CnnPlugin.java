package org.apprentice.networks;

import java.util.Optional;
import org.apprentice.nn.LayeredNetworkPlugin;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Space;

/** Convolutional network. */
public final class CnnPlugin implements LayeredNetworkPlugin<CnnConfig> {
  @Override
  public String name() {
    return "cnn";
  }

  @Override
  public Class<CnnConfig> configType() {
    return CnnConfig.class;
  }

  @Override
  public String description() {
    return "convolutions and dense layers, for images";
  }

  @Override
  public Layout layout(CnnConfig config) {
    return new Layout(config.layers(), config.initialization(), config.shared(), config.engine());
  }

  @Override
  public Optional<String> conflict(CnnConfig config, Space observationSpace) {
    if (!(observationSpace instanceof ImageSpace)) {
      return Optional.of(
          "network cnn takes images, but the observation is a "
              + observationSpace
              + "; name a network for vectors, such as mlp");
    }
    try {
      layout(config).output(observationSpace);
    } catch (IllegalArgumentException e) {
      return Optional.of("network cnn cannot take a " + observationSpace + ": " + e.getMessage());
    }
    return config.precision().limit();
  }
}
