package org.apprentice.gail;

import com.google.inject.Module;
import java.util.List;
import java.util.Optional;
import org.apprentice.rl.imitation.AdversarialImitation;
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
    return "generative adversarial imitation learning (Ho and Ermon 2016) with any policy"
        + " optimiser";
  }

  @Override
  public Class<GailConfig> configType() {
    return GailConfig.class;
  }

  @Override
  public Optional<String> conflict(GailConfig config, EnvironmentSpec environment) {
    Choice<PolicyOptimizerPlugin<?>> generator = config.generator();
    Choice<NetworkPlugin<?>> network = config.discriminator().network();
    Crop crop = config.discriminator().crop();
    return generator
        .plugin()
        .conflictOf(generator.config(), environment)
        .or(() -> crop.conflict(environment.observationSpace()).map(GailPlugin::discriminator))
        .or(
            () ->
                network
                    .plugin()
                    .conflictOf(network.config(), crop.of(environment.observationSpace()))
                    .map(GailPlugin::discriminator));
  }

  private static String discriminator(String reason) {
    return "discriminator: " + reason;
  }

  @Override
  public Module module(GailConfig config) {
    Choice<PolicyOptimizerPlugin<?>> generator = config.generator();
    return binder -> {
      binder.bind(GailConfig.class).toInstance(config);
      binder.install(generator.plugin().optimizerOf(generator.config()));
      binder.install(AdversarialImitation.module(config.imitation(), GailDiscriminator.class));
    };
  }
}
