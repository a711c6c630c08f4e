package org.apprentice.bc;

import com.google.inject.Guice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.classiccontrol.ClassicControlPlugin;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Experiment;
import org.apprentice.core.config.NetworkNode;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.networks.NetworksPlugin;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationLoader;
import org.apprentice.rl.demonstrations.DemonstrationRecorder;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.TrainingSettings;
import org.apprentice.spi.VectorEnvironment;
import org.apprentice.testkit.components.TestkitPlugin;

/** Experiments with {@code bc}, composed from their text and wired as a trial is. */
final class Cloning {
  private static final Components COMPONENTS =
      Components.of(
          new BuiltInSamplers(),
          new BcPlugin(),
          new NetworksPlugin(),
          new ClassicControlPlugin(),
          new TestkitPlugin());

  private Cloning() {}

  /** The experiment of this text, which reads {@code demonstrations.npz} in this folder. */
  static Experiment experiment(Path folder, String text) {
    try {
      Path file = Files.writeString(folder.resolve("experiment.conf"), text);
      return new Composer(COMPONENTS).compose(file, List.of()).trials().get(0).experiment();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static EnvironmentFactory environments(Experiment experiment) {
    EnvironmentPlugin<?> plugin = experiment.environment().component().plugin();
    Record config = experiment.environment().component().config();
    return new EnvironmentFactory() {
      @Override
      public EnvironmentSpec spec() {
        return plugin.specOf(config);
      }

      @Override
      public int trainingCopies() {
        return experiment.environment().copies();
      }

      @Override
      public VectorEnvironment create(int copies) {
        return plugin.createFrom(config, copies);
      }
    };
  }

  static NetworkFactory networks(Experiment experiment) {
    NetworkNode.Single node = (NetworkNode.Single) experiment.network().orElseThrow();
    return spec -> node.component().plugin().createFrom(node.component().config(), spec);
  }

  static Algorithm algorithm(Experiment experiment) {
    EnvironmentFactory environments = environments(experiment);
    DemonstrationLoader loader =
        source ->
            DemonstrationLoader.prepare(
                DemonstrationFile.read(source.file().orElseThrow()),
                "the test",
                source,
                environments.spec());
    TrainingSettings training = experiment.training().settings();
    return Guice.createInjector(
            experiment.algorithm().plugin().moduleOf(experiment.algorithm().config()),
            binder -> {
              binder.bind(EnvironmentFactory.class).toInstance(environments);
              binder.bind(NetworkFactory.class).toInstance(networks(experiment));
              binder.bind(TrainingSettings.class).toInstance(training);
              binder.bind(RandomStreams.class).toInstance(new RandomStreams(training.seed()));
              binder.bind(DemonstrationLoader.class).toInstance(loader);
            })
        .getInstance(Algorithm.class);
  }

  /** Deterministic episodes. */
  static Demonstrations play(Policy policy, EnvironmentFactory environments, int episodes) {
    try (VectorEnvironment environment = environments.create(5)) {
      return DemonstrationRecorder.record(
          policy, environment, episodes, true, 11, new RandomStreams(11).stream("actions"));
    }
  }

  /** A policy without a network. */
  interface Rule extends Policy {
    void choose(float[] observations, int width, int row, ActionBatch out);

    @Override
    default PolicyState newState(int rows, RandomGenerator random) {
      return new PolicyState(rows, new float[0], random);
    }

    @Override
    default void act(
        ObservationBatch observations,
        PolicyState state,
        boolean[] episodeStarts,
        boolean deterministic,
        ActionBatch out) {
      for (int row = 0; row < state.rows(); row++) {
        float[] values = ((ObservationBatch.Float32) observations).values();
        choose(values, observations.width(), row, out);
      }
    }
  }

  /** Balances the pole of {@code cartpole} for ever: pushes to where it falls. */
  static final Rule BALANCE =
      (values, width, row, out) -> {
        int at = row * width;
        float fall =
            0.02f * values[at] + 0.1f * values[at + 1] + 0.8f * values[at + 2] + values[at + 3];
        ((ActionBatch.Discrete) out).values()[row] = fall > 0 ? 1 : 0;
      };

  /** Gives back the number that {@code identity-continuous} shows. */
  static final Rule REPEAT =
      (values, width, row, out) ->
          ((ActionBatch.Continuous) out).values()[row] = values[row * width];
}
