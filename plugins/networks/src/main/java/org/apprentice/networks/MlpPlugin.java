package org.apprentice.networks;

import java.util.Optional;
import org.apprentice.nn.LayeredNetworkPlugin;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Space;

/** Multi-layer perceptron. */
public final class MlpPlugin implements LayeredNetworkPlugin<MlpConfig> {
  @Override
  public String name() {
    return "mlp";
  }

  @Override
  public Class<MlpConfig> configType() {
    return MlpConfig.class;
  }

  @Override
  public String description() {
    return "dense layers, for vectors of numbers";
  }

  @Override
  public Layout layout(MlpConfig config) {
    return new Layout(config.layers(), config.initialization(), config.shared(), config.engine());
  }

  @Override
  public Optional<String> conflict(MlpConfig config, Space observationSpace) {
    return observationSpace instanceof ImageSpace && !config.flatten()
        ? Optional.of(
            "network mlp takes vectors, but the observation is a "
                + observationSpace
                + "; name a network for images, or set flatten = true to take its bytes as one vector")
        : Optional.empty();
  }
}
