package org.apprentice.trpo;

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

/** Offers {@code trpo}. */
public final class TrpoPlugin implements Plugin, PolicyOptimizerPlugin<TrpoConfig> {
  @Override
  public List<AlgorithmPlugin<?>> algorithms() {
    return List.of(this);
  }

  @Override
  public String name() {
    return "trpo";
  }

  @Override
  public String description() {
    return "trust region policy optimisation (Schulman et al. 2015)";
  }

  @Override
  public Class<TrpoConfig> configType() {
    return TrpoConfig.class;
  }

  @Override
  public Module module(TrpoConfig config) {
    return binder -> {
      binder.install(optimizer(config));
      binder.bind(Algorithm.class).to(OnPolicyAlgorithm.class).in(Singleton.class);
    };
  }

  @Override
  public Module optimizer(TrpoConfig config) {
    return (Binder binder) -> {
      binder.bind(TrpoConfig.class).toInstance(config);
      binder.bind(PolicyOptimizer.class).to(TrpoOptimizer.class).in(Singleton.class);
    };
  }
}
