package org.apprentice.ppo;

import com.google.inject.Binder;
import com.google.inject.Module;
import com.google.inject.Singleton;
import java.util.List;
import org.apprentice.rl.OnPolicyAlgorithm;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.PolicyOptimizer;
import org.apprentice.spi.PolicyOptimizerPlugin;

/** Offers {@code ppo}. */
public final class PpoPlugin implements Plugin, PolicyOptimizerPlugin<PpoConfig> {
  @Override
  public List<AlgorithmPlugin<?>> algorithms() {
    return List.of(this);
  }

  @Override
  public String name() {
    return "ppo";
  }

  @Override
  public String description() {
    return "proximal policy optimisation with a clipped objective (Schulman et al. 2017)";
  }

  @Override
  public Class<PpoConfig> configType() {
    return PpoConfig.class;
  }

  @Override
  public Module module(PpoConfig config) {
    return binder -> {
      binder.install(optimizer(config));
      binder.bind(Algorithm.class).to(OnPolicyAlgorithm.class).in(Singleton.class);
    };
  }

  @Override
  public Module optimizer(PpoConfig config) {
    return (Binder binder) -> {
      binder.bind(PpoConfig.class).toInstance(config);
      binder.bind(PolicyOptimizer.class).to(PpoOptimizer.class).in(Singleton.class);
    };
  }
}
