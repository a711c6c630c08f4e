package org.apprentice.gail;

import com.google.inject.Module;
import com.google.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.apprentice.rl.imitation.AdversarialImitation;
import org.apprentice.rl.imitation.Discriminator;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.Choice;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.PolicyOptimizerPlugin;

/** Offers {@code gail}. */
public final class GailPlugin implements Plugin, AlgorithmPlugin<GailConfig> {
  @Override
  public List<AlgorithmPlugin<?>> algorithms() {
    return List.of(this);
  }

  @Override
  public String name() {
    return "gail";
  }

  @Override
  public String description() {
    return "generative adversarial imitation learning (Ho and Ermon 2016) with any policy optimiser";
  }

  @Override
  public Class<GailConfig> configType() {
    return GailConfig.class;
  }

  @Override
  public Optional<String> conflict(GailConfig config, EnvironmentSpec environment) {
    Choice<PolicyOptimizerPlugin<?>> generator = config.generator();
    Choice<NetworkPlugin<?>> network = config.discriminator().network();
    return generator
        .plugin()
        .conflictOf(generator.config(), environment)
        .or(
            () ->
                network
                    .plugin()
                    .conflictOf(network.config(), environment.observationSpace())
                    .map(reason -> "discriminator: " + reason));
  }

  @Override
  public Module module(GailConfig config) {
    Choice<PolicyOptimizerPlugin<?>> generator = config.generator();
    return binder -> {
      binder.bind(GailConfig.class).toInstance(config);
      binder
          .bind(AdversarialImitation.Settings.class)
          .toInstance(new AdversarialImitation.Settings(config.generatorRounds()));
      binder.install(generator.plugin().optimizerOf(generator.config()));
      binder.bind(Discriminator.class).to(GailDiscriminator.class).in(Singleton.class);
      binder.bind(Algorithm.class).to(AdversarialImitation.class).in(Singleton.class);
    };
  }
}
