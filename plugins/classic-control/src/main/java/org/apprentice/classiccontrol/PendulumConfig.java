package org.apprentice.classiccontrol;

/**
 * Settings of {@code pendulum}.
 *
 * @param maxEpisodeSteps an episode is truncated after so many steps
 * @param gravity in m/s^2
 * @param observeVelocities whether observations hold velocities
 */
public record PendulumConfig(int maxEpisodeSteps, double gravity, boolean observeVelocities) {
  public PendulumConfig {
    Checks.positive("max-episode-steps", maxEpisodeSteps);
    Checks.finite("gravity", gravity);
  }
}
