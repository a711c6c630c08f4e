package org.apprentice.networks;

import java.util.Optional;
import org.apprentice.nn.Architecture;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Space;

/** Multi-layer perceptron. */
public final class MlpPlugin implements NetworkPlugin<MlpConfig> {
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
  public Network create(MlpConfig config, NetworkSpec spec) {
    conflict(config, spec.observationSpace())
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    Architecture architecture =
        Architecture.dense(
            spec, config.hidden(), config.activation(), config.initialization(), config.shared());
    return config.engine().create(architecture, spec);
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
