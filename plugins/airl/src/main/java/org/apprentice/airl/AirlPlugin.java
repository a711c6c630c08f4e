package org.apprentice.airl;

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

/** Offers {@code airl}. */
public final class AirlPlugin implements Plugin, AlgorithmPlugin<AirlConfig> {
  @Override
  public List<AlgorithmPlugin<?>> algorithms() {
    return List.of(this);
  }

  @Override
  public String name() {
    return "airl";
  }

  @Override
  public String description() {
    return "adversarial inverse reinforcement learning (Fu, Luo and Levine 2018) with any policy"
        + " optimiser";
  }

  @Override
  public Class<AirlConfig> configType() {
    return AirlConfig.class;
  }

  @Override
  public Optional<String> conflict(AirlConfig config, EnvironmentSpec environment) {
    Choice<PolicyOptimizerPlugin<?>> generator = config.generator();
    return generator
        .plugin()
        .conflictOf(generator.config(), environment)
        .or(() -> conflict("reward", config.discriminator().reward(), environment))
        .or(() -> conflict("potential", config.discriminator().potential(), environment));
  }

  private static Optional<String> conflict(
      String role, Choice<NetworkPlugin<?>> network, EnvironmentSpec environment) {
    return network
        .plugin()
        .conflictOf(network.config(), environment.observationSpace())
        .map(reason -> "discriminator." + role + ": " + reason);
  }

  @Override
  public Module module(AirlConfig config) {
    Choice<PolicyOptimizerPlugin<?>> generator = config.generator();
    return binder -> {
      binder.bind(AirlConfig.class).toInstance(config);
      binder.install(generator.plugin().optimizerOf(generator.config()));
      binder.install(AdversarialImitation.module(config.imitation(), AirlDiscriminator.class));
    };
  }
}
