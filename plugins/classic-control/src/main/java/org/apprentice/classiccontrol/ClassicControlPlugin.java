package org.apprentice.classiccontrol;

import java.util.List;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.Plugin;

/** Offers Gymnasium's classic control tasks. */
public final class ClassicControlPlugin implements Plugin {
  @Override
  public List<EnvironmentPlugin<?>> environments() {
    return List.of(
        new Task<>(
            "acrobot",
            "swing two links up by a torque at their joint (Acrobot-v1)",
            AcrobotConfig.class,
            config -> visible(new Acrobot(), config.observeVelocities(), 0, 1, 2, 3),
            AcrobotConfig::maxEpisodeSteps),
        new Task<>(
            "cartpole",
            "balance a pole on a cart by pushing it left or right (CartPole-v1, CartPole-v0)",
            CartPoleConfig.class,
            config -> visible(new CartPole(), config.observeVelocities(), 0, 2),
            CartPoleConfig::maxEpisodeSteps),
        new Task<>(
            "mountain-car",
            "rock a weak car out of a valley (MountainCar-v0)",
            MountainCarConfig.class,
            config ->
                visible(new MountainCar(config.goalVelocity()), config.observeVelocities(), 0),
            MountainCarConfig::maxEpisodeSteps),
        new Task<>(
            "mountain-car-continuous",
            "rock a weak car out of a valley with little force (MountainCarContinuous-v0)",
            MountainCarContinuousConfig.class,
            config ->
                visible(
                    new MountainCarContinuous(config.goalVelocity()),
                    config.observeVelocities(),
                    0),
            MountainCarContinuousConfig::maxEpisodeSteps),
        new Task<>(
            "pendulum",
            "swing a pendulum up and hold it by a torque (Pendulum-v1)",
            PendulumConfig.class,
            config -> visible(new Pendulum(config.gravity()), config.observeVelocities(), 0, 1),
            PendulumConfig::maxEpisodeSteps));
  }

  /**
   * @param others elements of the observation that are no velocities
   */
  private static Dynamics visible(Dynamics task, boolean velocities, int... others) {
    return velocities ? task : new HiddenVelocities(task, others);
  }
}
