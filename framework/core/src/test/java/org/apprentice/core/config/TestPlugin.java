package org.apprentice.core.config;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Choice;
import org.apprentice.spi.Component;
import org.apprentice.spi.Environment;
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
import org.apprentice.spi.WrapperPlugin;

/** Components that can be composed, and are never run. */
final class TestPlugin implements Plugin {
  static final Components COMPONENTS = Components.of(new TestPlugin(), new BuiltInSamplers());

  @Override
  public List<EnvironmentPlugin<?>> environments() {
    return List.of(new Line(), new Slope(), new Picture());
  }

  @Override
  public List<WrapperPlugin<?>> wrappers() {
    return List.of(new Shrink(), new Repeat());
  }

  @Override
  public List<NetworkPlugin<?>> networks() {
    return List.of(new Mlp(), new Gru(), new Stack(), new Keeper());
  }

  @Override
  public List<AlgorithmPlugin<?>> algorithms() {
    return List.of(new Ppo(), new Trpo(), new Gail(), new Bc(), new Sarsa(), new Ensemble());
  }

  private abstract static class Named<C extends Record> implements Component<C> {
    private final String name;
    private final Class<C> configType;

    Named(String name, Class<C> configType) {
      this.name = name;
      this.configType = configType;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Class<C> configType() {
      return configType;
    }

    @Override
    public String description() {
      return "the " + name + " of tests";
    }
  }

  private abstract static class TestEnvironment<C extends Record> extends Named<C>
      implements EnvironmentPlugin<C> {
    TestEnvironment(String name, Class<C> configType) {
      super(name, configType);
    }

    @Override
    public VectorEnvironment create(C config, int copies) {
      throw new IllegalStateException("composed only");
    }
  }

  /** A row of cells, left and right. */
  static final class Line extends TestEnvironment<Line.LineConfig> {
    record LineConfig(int length) {
      LineConfig {
        if (length < 2) {
          throw new IllegalArgumentException("length must be at least 2, found " + length);
        }
      }
    }

    Line() {
      super("line", LineConfig.class);
    }

    @Override
    public EnvironmentSpec spec(LineConfig config) {
      return new EnvironmentSpec(BoxSpace.unbounded(config.length()), new ActionSpace.Discrete(2));
    }
  }

  /** Continuous actions. */
  static final class Slope extends TestEnvironment<Slope.SlopeConfig> {
    record SlopeConfig(double steepness) {}

    Slope() {
      super("slope", SlopeConfig.class);
    }

    @Override
    public EnvironmentSpec spec(SlopeConfig config) {
      return new EnvironmentSpec(
          BoxSpace.unbounded(2), new ActionSpace.Continuous(new float[] {-1}, new float[] {1}));
    }
  }

  /** Image observations. */
  static final class Picture extends TestEnvironment<Picture.PictureConfig> {
    record PictureConfig(int size) {}

    Picture() {
      super("picture", PictureConfig.class);
    }

    @Override
    public EnvironmentSpec spec(PictureConfig config) {
      return new EnvironmentSpec(
          new ImageSpace(1, config.size(), config.size()), new ActionSpace.Discrete(2));
    }
  }

  private abstract static class TestWrapper<C extends Record> extends Named<C>
      implements WrapperPlugin<C> {
    TestWrapper(String name, Class<C> configType) {
      super(name, configType);
    }

    @Override
    public Environment wrap(C config, Environment inner) {
      throw new IllegalStateException("composed only");
    }
  }

  /** Needs images. */
  static final class Shrink extends TestWrapper<Shrink.ShrinkConfig> {
    record ShrinkConfig(int by) {}

    Shrink() {
      super("shrink", ShrinkConfig.class);
    }

    @Override
    public EnvironmentSpec spec(ShrinkConfig config, EnvironmentSpec inner) {
      if (!(inner.observationSpace() instanceof ImageSpace image)) {
        throw new IllegalArgumentException(
            "it needs images, and the environment shows " + inner.observationSpace());
      }
      return new EnvironmentSpec(
          new ImageSpace(1, image.rows() - config.by(), image.columns() - config.by()),
          inner.actionSpace());
    }
  }

  /** Fits everything. */
  static final class Repeat extends TestWrapper<Repeat.RepeatConfig> {
    record RepeatConfig(int times) {}

    Repeat() {
      super("repeat", RepeatConfig.class);
    }

    @Override
    public EnvironmentSpec spec(RepeatConfig config, EnvironmentSpec inner) {
      return inner;
    }
  }

  private abstract static class TestNetwork<C extends Record> extends Named<C>
      implements NetworkPlugin<C> {
    TestNetwork(String name, Class<C> configType) {
      super(name, configType);
    }

    @Override
    public Network create(C config, NetworkSpec spec) {
      throw new IllegalStateException("composed only");
    }
  }

  static final class Mlp extends TestNetwork<Mlp.MlpConfig> {
    enum Activation {
      TANH,
      RELU,
      LEAKY_RELU
    }

    record MlpConfig(List<Integer> hidden, Activation activation) {}

    Mlp() {
      super("mlp", MlpConfig.class);
    }

    @Override
    public Optional<String> conflict(MlpConfig config, Space observationSpace) {
      return observationSpace instanceof ImageSpace
          ? Optional.of("a dense layer takes vectors, found " + observationSpace)
          : Optional.empty();
    }
  }

  static final class Gru extends TestNetwork<Gru.GruConfig> {
    record GruConfig(List<Integer> hidden, int steps) {}

    Gru() {
      super("gru", GruConfig.class);
    }
  }

  /** Chosen by its keys. */
  static final class Stack extends TestNetwork<Stack.StackConfig> {
    record StackConfig(Choice<NetworkPlugin<?>> torso, Choice<NetworkPlugin<?>> memory) {}

    Stack() {
      super("stack", StackConfig.class);
    }

    @Override
    public Set<String> impliedBy() {
      return Set.of("torso", "memory");
    }
  }

  /** Has a key that chooses another component elsewhere. */
  static final class Keeper extends TestNetwork<Keeper.KeeperConfig> {
    record KeeperConfig(int memory) {}

    Keeper() {
      super("keeper", KeeperConfig.class);
    }
  }

  private static Module none() {
    return new AbstractModule() {};
  }

  private abstract static class TestAlgorithm<C extends Record> extends Named<C>
      implements AlgorithmPlugin<C> {
    TestAlgorithm(String name, Class<C> configType) {
      super(name, configType);
    }

    @Override
    public Module module(C config) {
      return none();
    }
  }

  private abstract static class TestOptimizer<C extends Record> extends TestAlgorithm<C>
      implements PolicyOptimizerPlugin<C> {
    TestOptimizer(String name, Class<C> configType) {
      super(name, configType);
    }

    @Override
    public Module optimizer(C config) {
      return none();
    }
  }

  static final class Ppo extends TestOptimizer<Ppo.PpoConfig> {
    record PpoConfig(
        double learningRate,
        float clip,
        int epochs,
        double entropy,
        Optional<Double> targetKl,
        Duration patience) {
      PpoConfig {
        if (!(clip > 0 && clip < 1)) {
          throw new IllegalArgumentException("clip must be in (0, 1), found " + clip);
        }
      }
    }

    Ppo() {
      super("ppo", PpoConfig.class);
    }
  }

  static final class Trpo extends TestOptimizer<Trpo.TrpoConfig> {
    record TrpoConfig(double delta) {}

    Trpo() {
      super("trpo", TrpoConfig.class);
    }

    @Override
    public Optional<String> conflict(TrpoConfig config, EnvironmentSpec environment) {
      return environment.observationSpace() instanceof ImageSpace
          ? Optional.of("it takes vectors")
          : Optional.empty();
    }
  }

  static final class Gail extends TestAlgorithm<Gail.GailConfig> {
    enum Reward {
      LOG_D,
      LOGIT
    }

    record Discriminator(Choice<NetworkPlugin<?>> network, int updates, Reward reward) {}

    record GailConfig(
        Choice<PolicyOptimizerPlugin<?>> generator,
        Discriminator discriminator,
        DemonstrationSource demonstrations) {}

    Gail() {
      super("gail", GailConfig.class);
    }
  }

  static final class Bc extends TestAlgorithm<Bc.BcConfig> {
    record BcConfig(int epochs, DemonstrationSource demonstrations) {}

    Bc() {
      super("bc", BcConfig.class);
    }

    @Override
    public ProgressUnit progressUnit() {
      return ProgressUnit.EPOCHS;
    }
  }

  static final class Sarsa extends TestAlgorithm<Sarsa.SarsaConfig> {
    record SarsaConfig(double alpha) {}

    Sarsa() {
      super("sarsa", SarsaConfig.class);
    }

    @Override
    public boolean usesNetwork() {
      return false;
    }

    @Override
    public Optional<String> conflict(SarsaConfig config, EnvironmentSpec environment) {
      return environment.actionSpace() instanceof ActionSpace.Continuous
          ? Optional.of("it chooses among discrete actions")
          : Optional.empty();
    }
  }

  /** Components in a map and in a list. */
  static final class Ensemble extends TestAlgorithm<Ensemble.EnsembleConfig> {
    record EnsembleConfig(
        Map<String, Choice<PolicyOptimizerPlugin<?>>> members,
        List<Choice<NetworkPlugin<?>>> networks) {}

    Ensemble() {
      super("ensemble", EnsembleConfig.class);
    }
  }
}
