package org.apprentice.dagger;

import com.google.inject.Module;
import com.google.inject.Singleton;
import java.util.List;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.Plugin;

/** Offers {@code dagger}. */
public final class DaggerPlugin implements Plugin, AlgorithmPlugin<DaggerConfig> {
  @Override
  public List<AlgorithmPlugin<?>> algorithms() {
    return List.of(this);
  }

  @Override
  public String name() {
    return "dagger";
  }

  @Override
  public String description() {
    return "dataset aggregation: the expert labels what the learner meets (Ross, Gordon and Bagnell"
        + " 2011)";
  }

  @Override
  public Class<DaggerConfig> configType() {
    return DaggerConfig.class;
  }

  @Override
  public Module module(DaggerConfig config) {
    return binder -> {
      binder.bind(DaggerConfig.class).toInstance(config);
      binder.bind(Algorithm.class).to(DatasetAggregation.class).in(Singleton.class);
    };
  }
}
