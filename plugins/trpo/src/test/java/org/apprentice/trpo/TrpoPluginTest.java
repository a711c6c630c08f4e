package org.apprentice.trpo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Injector;
import java.util.ServiceLoader;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.PolicyOptimizer;
import org.apprentice.spi.PolicyOptimizerPlugin;
import org.apprentice.spi.ProgressUnit;
import org.junit.jupiter.api.Test;

class TrpoPluginTest {
  @Test
  void isFoundOnTheClassPathAndCanBeAGenerator() {
    assertThat(ServiceLoader.load(Plugin.class))
        .flatExtracting(Plugin::algorithms)
        .filteredOn(it -> it instanceof PolicyOptimizerPlugin<?>)
        .extracting(AlgorithmPlugin::name)
        .containsOnlyOnce("trpo");
    assertThat(new TrpoPlugin().progressUnit()).isEqualTo(ProgressUnit.ENVIRONMENT_STEPS);
    assertThat(new TrpoPlugin().usesNetwork()).isTrue();
  }

  @Test
  void algorithmActsWithThePolicyThatItsOptimizerImproves() {
    TrpoConfig config = Trial.DEFAULTS.with("rollout-length = 4", "gamma = 0.93");
    Injector injector = Trial.of(config, Trial.cartPole(2), 100, 1).injector();
    Algorithm algorithm = injector.getInstance(Algorithm.class);
    PolicyOptimizer optimizer = injector.getInstance(PolicyOptimizer.class);
    assertThat(algorithm).isSameAs(injector.getInstance(Algorithm.class));
    assertThat(algorithm.policy()).isSameAs(optimizer.policy());
    assertThat(algorithm.network()).isSameAs(optimizer.network());
    assertThat(optimizer.rolloutLength()).isEqualTo(4);
    assertThat(optimizer.discount()).isEqualTo(0.93);
  }
}
