package org.apprentice.gail;

import com.google.inject.Injector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.classiccontrol.ClassicControlPlugin;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Trial;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.core.trial.TrialModule;
import org.apprentice.networks.NetworksPlugin;
import org.apprentice.ppo.PpoPlugin;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationRecorder;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.VectorEnvironment;
import org.apprentice.testkit.components.TestkitPlugin;
import org.apprentice.trpo.TrpoPlugin;

/** Trials with {@code gail}, composed from their text, and experts without a network. */
final class Imitating {
  private static final Components COMPONENTS =
      Components.of(
          new BuiltInSamplers(),
          new GailPlugin(),
          new PpoPlugin(),
          new TrpoPlugin(),
          new NetworksPlugin(),
          new ClassicControlPlugin(),
          new TestkitPlugin());

  private Imitating() {}

  /** The trial of this text, which reads {@code demonstrations.npz} in this folder. */
  static Injector trial(Path folder, String text) {
    try {
      Path file = Files.writeString(folder.resolve("experiment.conf"), text);
      Trial trial = new Composer(COMPONENTS).compose(file, List.of()).trials().get(0);
      return TrialModule.injector(trial, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes {@code demonstrations.npz}: ten episodes of an expert.
   *
   * @param environment its node
   */
  static void record(Path folder, String environment, Policy expert) throws IOException {
    record(folder, environment, 10, expert);
  }

  static void record(Path folder, String environment, int episodes, Policy expert)
      throws IOException {
    Injector trial =
        trial(
            folder,
            """
            environment = %s
            network = mlp
            algorithm = ppo
            training.steps = 1
            """
                .formatted(environment));
    DemonstrationFile.write(folder.resolve("demonstrations.npz"), play(expert, trial, episodes));
    Files.delete(folder.resolve("experiment.conf"));
  }

  /** Deterministic episodes. */
  static Demonstrations play(Policy policy, Injector trial, int episodes) {
    try (VectorEnvironment environment = trial.getInstance(EnvironmentFactory.class).create(5)) {
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
    default void act(PolicyInput input, PolicyState state, boolean deterministic, ActionBatch out) {
      for (int row = 0; row < state.rows(); row++) {
        float[] values = ((ObservationBatch.Float32) input.observations()).values();
        choose(values, input.observations().width(), row, out);
      }
    }
  }

  /** Gives back the number that {@code identity-continuous} shows. */
  static final Rule REPEAT =
      (values, width, row, out) ->
          ((ActionBatch.Continuous) out).values()[row] = values[row * width];

  /** Pushes {@code cartpole} to the left until it falls. */
  static final Rule LEFT =
      (values, width, row, out) -> ((ActionBatch.Discrete) out).values()[row] = 0;

  /** Names what {@code identity} shows. */
  static final Rule NAME =
      (values, width, row, out) -> {
        int shown = 0;
        while (values[row * width + shown] == 0) {
          shown++;
        }
        ((ActionBatch.Discrete) out).values()[row] = shown;
      };
}
