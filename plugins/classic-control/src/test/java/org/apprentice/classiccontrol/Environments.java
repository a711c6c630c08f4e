package org.apprentice.classiccontrol;

import java.util.Arrays;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.ObservationBatch;

/** The plugin's tasks by name. */
final class Environments {
  private Environments() {}

  static Task<?> task(String name) {
    EnvironmentPlugin<?> found =
        new ClassicControlPlugin()
            .environments().stream()
                .filter(plugin -> plugin.name().equals(name))
                .findFirst()
                .orElseThrow();
    return (Task<?>) found;
  }

  @SuppressWarnings("unchecked")
  static <C extends Record> EnvironmentPlugin<C> plugin(String name, Class<C> configType) {
    Task<?> task = task(name);
    if (!task.configType().equals(configType)) {
      throw new IllegalArgumentException(name + " is configured by " + task.configType());
    }
    return (EnvironmentPlugin<C>) task;
  }

  static Record config(String name, int maxEpisodeSteps) {
    return config(name, maxEpisodeSteps, true);
  }

  static Record config(String name, int maxEpisodeSteps, boolean velocities) {
    return switch (name) {
      case "cartpole" -> new CartPoleConfig(maxEpisodeSteps, velocities);
      case "acrobot" -> new AcrobotConfig(maxEpisodeSteps, velocities);
      case "mountain-car" -> new MountainCarConfig(maxEpisodeSteps, 0, velocities);
      case "mountain-car-continuous" ->
          new MountainCarContinuousConfig(maxEpisodeSteps, 0, velocities);
      case "pendulum" -> new PendulumConfig(maxEpisodeSteps, 10, velocities);
      default -> throw new IllegalArgumentException(name);
    };
  }

  static ClassicControlEnvironment create(String name, int maxEpisodeSteps, int copies) {
    return (ClassicControlEnvironment) task(name).createFrom(config(name, maxEpisodeSteps), copies);
  }

  static Dynamics dynamics(String name) {
    return dynamics(task(name), config(name, 1));
  }

  private static <C extends Record> Dynamics dynamics(Task<C> task, Record config) {
    return task.dynamics().apply(task.configType().cast(config));
  }

  static void set(ActionBatch actions, int copy, double value) {
    if (actions instanceof ActionBatch.Discrete discrete) {
      discrete.values()[copy] = (int) value;
    } else if (actions instanceof ActionBatch.Continuous continuous) {
      continuous.values()[copy] = (float) value;
    }
  }

  static float[] row(ObservationBatch batch, int row) {
    return Arrays.copyOfRange(
        ((ObservationBatch.Float32) batch).values(),
        row * batch.width(),
        (row + 1) * batch.width());
  }
}
