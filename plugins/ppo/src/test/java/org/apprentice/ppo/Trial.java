package org.apprentice.ppo;

import com.google.inject.Guice;
import com.google.inject.Injector;
import org.apprentice.classiccontrol.CartPoleConfig;
import org.apprentice.classiccontrol.ClassicControlPlugin;
import org.apprentice.classiccontrol.PendulumConfig;
import org.apprentice.networks.MlpConfig;
import org.apprentice.networks.MlpPlugin;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.PolicyOptimizer;
import org.apprentice.spi.TrainingSettings;
import org.apprentice.spi.VectorEnvironment;
import org.apprentice.testkit.Defaults;
import org.apprentice.testkit.components.IdentityConfig;
import org.apprentice.testkit.components.IdentityContinuousConfig;
import org.apprentice.testkit.components.IdentityImageConfig;
import org.apprentice.testkit.components.TestkitPlugin;

/** What a trial wires around ppo. */
record Trial(
    PpoConfig config,
    EnvironmentFactory environments,
    NetworkFactory networks,
    TrainingSettings training) {

  static final Defaults<PpoConfig> DEFAULTS =
      new Defaults<>(PpoConfig.class, "/algorithm/ppo.conf");

  static final NetworkFactory MLP = spec -> new MlpPlugin().create(MlpConfig.tanh(16, 16), spec);

  static Trial of(PpoConfig config, EnvironmentFactory environments, long steps, long seed) {
    return new Trial(config, environments, MLP, new TrainingSettings(steps, seed, 1));
  }

  /** Episodes of at most 40 steps, so that some are truncated. */
  static EnvironmentFactory cartPole(int copies) {
    return factory(classic("cartpole"), new CartPoleConfig(40, true), copies);
  }

  static EnvironmentFactory pendulum(int copies) {
    return factory(classic("pendulum"), new PendulumConfig(50, 10, true), copies);
  }

  private static EnvironmentPlugin<?> classic(String name) {
    return new ClassicControlPlugin()
        .environments().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }

  /** Episodes of one step: repeat the shown one of four actions. */
  static EnvironmentFactory identity(int copies) {
    return factory(TestkitPlugin.IDENTITY, new IdentityConfig(4, 1), copies);
  }

  /** Half of four actions are not allowed in a step; taking one of them ends the test. */
  static EnvironmentFactory identityMasked(int copies) {
    return factory(TestkitPlugin.IDENTITY_MASKED, new IdentityConfig(4, 7), copies);
  }

  /** Episodes of one step: repeat the shown number. */
  static EnvironmentFactory identityContinuous(int copies) {
    return factory(TestkitPlugin.IDENTITY_CONTINUOUS, new IdentityContinuousConfig(1), copies);
  }

  /** Episodes of 16 steps: name the bright quadrant of a picture. */
  static EnvironmentFactory identityImage(int copies) {
    return factory(TestkitPlugin.IDENTITY_IMAGE, new IdentityImageConfig(16), copies);
  }

  private static EnvironmentFactory factory(
      EnvironmentPlugin<?> plugin, Record config, int trainingCopies) {
    return new EnvironmentFactory() {
      @Override
      public EnvironmentSpec spec() {
        return plugin.specOf(config);
      }

      @Override
      public int trainingCopies() {
        return trainingCopies;
      }

      @Override
      public VectorEnvironment create(int copies) {
        return plugin.createFrom(config, copies);
      }
    };
  }

  Injector injector() {
    return Guice.createInjector(
        new PpoPlugin().module(config),
        binder -> {
          binder.bind(EnvironmentFactory.class).toInstance(environments);
          binder.bind(NetworkFactory.class).toInstance(networks);
          binder.bind(TrainingSettings.class).toInstance(training);
          binder.bind(RandomStreams.class).toInstance(new RandomStreams(training.seed()));
        });
  }

  Algorithm algorithm() {
    return injector().getInstance(Algorithm.class);
  }

  PpoOptimizer optimizer() {
    return (PpoOptimizer) injector().getInstance(PolicyOptimizer.class);
  }
}
