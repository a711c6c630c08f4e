package org.apprentice.testkit.components;

import java.util.Optional;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Space;

/** The smallest recurrent network. */
final class ElmanPlugin implements NetworkPlugin<ElmanConfig> {
  @Override
  public String name() {
    return "elman";
  }

  @Override
  public Class<ElmanConfig> configType() {
    return ElmanConfig.class;
  }

  @Override
  public String description() {
    return "for tests: the smallest recurrent network";
  }

  @Override
  public Network create(ElmanConfig config, NetworkSpec spec) {
    return new ElmanNetwork(spec, config.hidden());
  }

  @Override
  public Optional<String> conflict(ElmanConfig config, Space observationSpace) {
    return observationSpace instanceof ImageSpace
        ? Optional.of("network elman takes vectors, but the observation is a " + observationSpace)
        : Optional.empty();
  }
}
