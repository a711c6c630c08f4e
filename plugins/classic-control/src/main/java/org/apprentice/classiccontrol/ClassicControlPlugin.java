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
            config -> new Acrobot(),
            AcrobotConfig::maxEpisodeSteps),
        new Task<>(
            "cartpole",
            "balance a pole on a cart by pushing it left or right (CartPole-v1, CartPole-v0)",
            CartPoleConfig.class,
            config -> new CartPole(),
            CartPoleConfig::maxEpisodeSteps),
        new Task<>(
            "mountain-car",
            "rock a weak car out of a valley (MountainCar-v0)",
            MountainCarConfig.class,
            config -> new MountainCar(config.goalVelocity()),
            MountainCarConfig::maxEpisodeSteps),
        new Task<>(
            "mountain-car-continuous",
            "rock a weak car out of a valley with little force (MountainCarContinuous-v0)",
            MountainCarContinuousConfig.class,
            config -> new MountainCarContinuous(config.goalVelocity()),
            MountainCarContinuousConfig::maxEpisodeSteps),
        new Task<>(
            "pendulum",
            "swing a pendulum up and hold it by a torque (Pendulum-v1)",
            PendulumConfig.class,
            config -> new Pendulum(config.gravity()),
            PendulumConfig::maxEpisodeSteps));
  }
}
