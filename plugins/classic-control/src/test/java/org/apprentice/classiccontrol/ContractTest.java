package org.apprentice.classiccontrol;

import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.testkit.EnvironmentContract;
import org.junit.jupiter.api.Nested;

class ContractTest {
  @Nested
  class AcrobotEnvironment implements EnvironmentContract<AcrobotConfig> {
    @Override
    public EnvironmentPlugin<AcrobotConfig> plugin() {
      return Environments.plugin("acrobot", AcrobotConfig.class);
    }

    @Override
    public AcrobotConfig config() {
      return (AcrobotConfig) Environments.config("acrobot", 30);
    }
  }

  @Nested
  class CartPoleEnvironment implements EnvironmentContract<CartPoleConfig> {
    @Override
    public EnvironmentPlugin<CartPoleConfig> plugin() {
      return Environments.plugin("cartpole", CartPoleConfig.class);
    }

    @Override
    public CartPoleConfig config() {
      return (CartPoleConfig) Environments.config("cartpole", 30);
    }
  }

  @Nested
  class CartPoleWithoutVelocities implements EnvironmentContract<CartPoleConfig> {
    @Override
    public EnvironmentPlugin<CartPoleConfig> plugin() {
      return Environments.plugin("cartpole", CartPoleConfig.class);
    }

    @Override
    public CartPoleConfig config() {
      return (CartPoleConfig) Environments.config("cartpole", 30, false);
    }
  }

  @Nested
  class MountainCarEnvironment implements EnvironmentContract<MountainCarConfig> {
    @Override
    public EnvironmentPlugin<MountainCarConfig> plugin() {
      return Environments.plugin("mountain-car", MountainCarConfig.class);
    }

    @Override
    public MountainCarConfig config() {
      return (MountainCarConfig) Environments.config("mountain-car", 30);
    }
  }

  @Nested
  class MountainCarContinuousEnvironment
      implements EnvironmentContract<MountainCarContinuousConfig> {
    @Override
    public EnvironmentPlugin<MountainCarContinuousConfig> plugin() {
      return Environments.plugin("mountain-car-continuous", MountainCarContinuousConfig.class);
    }

    @Override
    public MountainCarContinuousConfig config() {
      return (MountainCarContinuousConfig) Environments.config("mountain-car-continuous", 30);
    }
  }

  @Nested
  class PendulumEnvironment implements EnvironmentContract<PendulumConfig> {
    @Override
    public EnvironmentPlugin<PendulumConfig> plugin() {
      return Environments.plugin("pendulum", PendulumConfig.class);
    }

    @Override
    public PendulumConfig config() {
      return (PendulumConfig) Environments.config("pendulum", 30);
    }
  }
}
