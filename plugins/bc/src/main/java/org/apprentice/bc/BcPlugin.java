package org.apprentice.bc;

import com.google.inject.Module;
import com.google.inject.Singleton;
import java.util.List;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.ProgressUnit;

/** Offers {@code bc}. */
public final class BcPlugin implements Plugin, AlgorithmPlugin<BcConfig> {
  @Override
  public List<AlgorithmPlugin<?>> algorithms() {
    return List.of(this);
  }

  @Override
  public String name() {
    return "bc";
  }

  @Override
  public String description() {
    return "behavioural cloning: maximum likelihood of demonstrated actions";
  }

  @Override
  public Class<BcConfig> configType() {
    return BcConfig.class;
  }

  @Override
  public ProgressUnit progressUnit() {
    return ProgressUnit.EPOCHS;
  }

  @Override
  public Module module(BcConfig config) {
    return binder -> {
      binder.bind(BcConfig.class).toInstance(config);
      binder.bind(Algorithm.class).to(BehaviouralCloning.class).in(Singleton.class);
    };
  }
}
