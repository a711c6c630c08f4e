package org.apprentice.core.config;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.rl.DemonstrationSource;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Choice;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.PolicyOptimizerPlugin;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.Space;
import org.apprentice.spi.VectorEnvironment;

/** Components that can be composed, and are never run. */
final class TestPlugin implements Plugin {
  static final Components COMPONENTS = Components.of(new TestPlugin(), new BuiltInSamplers());

  @Override
  public List<EnvironmentPlugin<?>> environments() {
    return List.of(new Line(), new Slope(), new Picture());
  }

  @Override
  public List<NetworkPlugin<?>> networks() {
    return List.of(new Mlp(), new Gru());
  }

  @Override
  public List<AlgorithmPlugin<?>> algorithms() {
    return List.of(new Ppo(), new Trpo(), new Gail(), new Bc(), new Sarsa(), new Ensemble());
  }

  private abstract static class TestEnvironment<C extends Record> implements EnvironmentPlugin<C> {
    @Override
    public String description() {
      return "for tests";
    }

    @Override
    public VectorEnvironment create(C config, int copies) {
      throw new IllegalStateException("composed only");
    }
  }

  /** A row of cells, left and right. */
  static final class Line extends TestEnvironment<Line.Config> {
    record Config(int length) {
      Config {
        if (length < 2) {
          throw new IllegalArgumentException("length must be at least 2, found " + length);
        }
      }
    }

    @Override
    public String name() {
      return "line";
    }

    @Override
    public Class<Config> configType() {
      return Config.class;
    }

    @Override
    public EnvironmentSpec spec(Config config) {
      return new EnvironmentSpec(
          BoxSpace.unbounded(config.length()), new ActionSpace.Discrete(2));
    }
  }

  /** Continuous actions. */
  static final class Slope extends TestEnvironment<Slope.Config> {
    record Config(double steepness) {}

    @Override
    public String name() {
      return "slope";
    }

    @Override
    public Class<Config> configType() {
      return Config.class;
    }

    @Override
    public EnvironmentSpec spec(Config config) {
      return new EnvironmentSpec(
          BoxSpace.unbounded(2), new ActionSpace.Continuous(new float[] {-1}, new float[] {1}));
    }
  }

  /** Image observations. */
  static final class Picture extends TestEnvironment<Picture.Config> {
    record Config(int size) {}

    @Override
    public String name() {
      return "picture";
    }

    @Override
    public Class<Config> configType() {
      return Config.class;
    }

    @Override
    public EnvironmentSpec spec(Config config) {
      return new EnvironmentSpec(
          new ImageSpace(1, config.size(), config.size()), new ActionSpace.Discrete(2));
    }
  }

  private abstract static class TestNetwork<C extends Record> implements NetworkPlugin<C> {
    @Override
    public String description() {
      return "for tests";
    }

    @Override
    public Network create(C config, NetworkSpec spec) {
      throw new IllegalStateException("composed only");
    }
  }

  static final class Mlp extends TestNetwork<Mlp.Config> {
    enum Activation {
      TANH,
      RELU,
      LEAKY_RELU
    }

    record Config(List<Integer> hidden, Activation activation) {}

    @Override
    public String name() {
      return "mlp";
    }

    @Override
    public Class<Config> configType() {
      return Config.class;
    }

    @Override
    public Optional<String> conflict(Config config, Space observationSpace) {
      return observationSpace instanceof ImageSpace
          ? Optional.of("a dense layer takes vectors, found " + observationSpace)
          : Optional.empty();
    }
  }

  static final class Gru extends TestNetwork<Gru.Config> {
    record Config(List<Integer> hidden, int steps) {}

    @Override
    public String name() {
      return "gru";
    }

    @Override
    public Class<Config> configType() {
      return Config.class;
    }
  }

  private static Module none() {
    return new AbstractModule() {};
  }

  private abstract static class TestAlgorithm<C extends Record> implements AlgorithmPlugin<C> {
    @Override
    public String description() {
      return "for tests";
    }

    @Override
    public Module module(C config) {
      return none();
    }
  }

  private abstract static class TestOptimizer<C extends Record> extends TestAlgorithm<C>
      implements PolicyOptimizerPlugin<C> {
    @Override
    public Module optimizer(C config) {
      return none();
    }
  }

  static final class Ppo extends TestOptimizer<Ppo.Config> {
    record Config(
        double learningRate,
        float clip,
        int epochs,
        double entropy,
        Optional<Double> targetKl,
        Duration patience) {
      Config {
        if (!(clip > 0 && clip < 1)) {
          throw new IllegalArgumentException("clip must be in (0, 1), found " + clip);
        }
      }
    }

    @Override
    public String name() {
      return "ppo";
    }

    @Override
    public Class<Config> configType() {
      return Config.class;
    }
  }

  static final class Trpo extends TestOptimizer<Trpo.Config> {
    record Config(double delta) {}

    @Override
    public String name() {
      return "trpo";
    }

    @Override
    public Class<Config> configType() {
      return Config.class;
    }

    @Override
    public Optional<String> conflict(Config config, EnvironmentSpec environment) {
      return environment.observationSpace() instanceof ImageSpace
          ? Optional.of("it takes vectors")
          : Optional.empty();
    }
  }

  static final class Gail extends TestAlgorithm<Gail.Config> {
    enum Reward {
      LOG_D,
      LOGIT
    }

    record Discriminator(Choice<NetworkPlugin<?>> network, int updates, Reward reward) {}

    record Config(
        Choice<PolicyOptimizerPlugin<?>> generator,
        Discriminator discriminator,
        DemonstrationSource demonstrations) {}

    @Override
    public String name() {
      return "gail";
    }

    @Override
    public Class<Config> configType() {
      return Config.class;
    }
  }

  static final class Bc extends TestAlgorithm<Bc.Config> {
    record Config(int epochs, DemonstrationSource demonstrations) {}

    @Override
    public String name() {
      return "bc";
    }

    @Override
    public Class<Config> configType() {
      return Config.class;
    }

    @Override
    public ProgressUnit progressUnit() {
      return ProgressUnit.EPOCHS;
    }
  }

  static final class Sarsa extends TestAlgorithm<Sarsa.Config> {
    record Config(double alpha) {}

    @Override
    public String name() {
      return "sarsa";
    }

    @Override
    public Class<Config> configType() {
      return Config.class;
    }

    @Override
    public boolean usesNetwork() {
      return false;
    }

    @Override
    public Optional<String> conflict(Config config, EnvironmentSpec environment) {
      return environment.actionSpace() instanceof ActionSpace.Continuous
          ? Optional.of("it chooses among discrete actions")
          : Optional.empty();
    }
  }

  /** Components in a map and in a list. */
  static final class Ensemble extends TestAlgorithm<Ensemble.Config> {
    record Config(
        Map<String, Choice<PolicyOptimizerPlugin<?>>> members,
        List<Choice<NetworkPlugin<?>>> networks) {}

    @Override
    public String name() {
      return "ensemble";
    }

    @Override
    public Class<Config> configType() {
      return Config.class;
    }
  }
}
