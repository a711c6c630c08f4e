package org.apprentice.airl;

import com.google.inject.Injector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
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
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.VectorEnvironment;
import org.apprentice.testkit.components.TestkitPlugin;

/** Trials with {@code airl}, composed from their text, and experts without a network. */
final class Imitating {
  private static final Components COMPONENTS =
      Components.of(
          new BuiltInSamplers(),
          new AirlPlugin(),
          new PpoPlugin(),
          new NetworksPlugin(),
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
  static void record(Path folder, String environment, Rule expert) throws IOException {
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
    try (VectorEnvironment copies = trial.getInstance(EnvironmentFactory.class).create(5)) {
      DemonstrationFile.write(
          folder.resolve("demonstrations.npz"),
          DemonstrationRecorder.record(
              expert, copies, 10, true, 11, new RandomStreams(11).stream("actions")));
    }
    Files.delete(folder.resolve("experiment.conf"));
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
