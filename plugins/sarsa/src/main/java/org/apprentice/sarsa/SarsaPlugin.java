package org.apprentice.sarsa;

import com.google.inject.Module;
import com.google.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Plugin;

/** Offers {@code sarsa}. */
public final class SarsaPlugin implements Plugin, AlgorithmPlugin<SarsaConfig> {
  @Override
  public List<AlgorithmPlugin<?>> algorithms() {
    return List.of(this);
  }

  @Override
  public String name() {
    return "sarsa";
  }

  @Override
  public String description() {
    return "SARSA(lambda) with hashed tile coding (Sutton and Barto 2018)";
  }

  @Override
  public Class<SarsaConfig> configType() {
    return SarsaConfig.class;
  }

  @Override
  public boolean usesNetwork() {
    return false;
  }

  @Override
  public Optional<String> conflict(SarsaConfig config, EnvironmentSpec environment) {
    if (!(environment.actionSpace() instanceof ActionSpace.Discrete actions)) {
      return Optional.of("it chooses among discrete actions, found " + environment.actionSpace());
    }
    if (!(environment.observationSpace() instanceof BoxSpace observations)) {
      return Optional.of(
          "it lays tiles over vectors of few numbers, found " + environment.observationSpace());
    }
    int least = config.tilings() * actions.n();
    if (config.memory() < least) {
      return Optional.of(
          "memory must be at least tilings x actions = %d, found %d"
              .formatted(least, config.memory()));
    }
    return config
        .ranges()
        .filter(ranges -> ranges.size() != observations.width())
        .map(
            ranges ->
                "ranges must have one pair for each of the %d numbers of an observation, found %d"
                    .formatted(observations.width(), ranges.size()));
  }

  @Override
  public Module module(SarsaConfig config) {
    return binder -> {
      binder.bind(SarsaConfig.class).toInstance(config);
      binder.bind(Algorithm.class).to(Sarsa.class).in(Singleton.class);
    };
  }
}
