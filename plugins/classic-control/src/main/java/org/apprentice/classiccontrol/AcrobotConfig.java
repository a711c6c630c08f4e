package org.apprentice.classiccontrol;

/**
 * Settings of {@code acrobot}.
 *
 * @param maxEpisodeSteps an episode is truncated after so many steps
 * @param observeVelocities whether observations hold velocities
 */
public record AcrobotConfig(int maxEpisodeSteps, boolean observeVelocities) {
  public AcrobotConfig {
    Checks.positive("max-episode-steps", maxEpisodeSteps);
  }
}
