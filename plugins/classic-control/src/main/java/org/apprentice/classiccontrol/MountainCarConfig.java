package org.apprentice.classiccontrol;

/**
 * Settings of {@code mountain-car}.
 *
 * @param maxEpisodeSteps an episode is truncated after so many steps
 * @param goalVelocity the goal counts only at this velocity or more
 * @param observeVelocities whether observations hold velocities
 */
public record MountainCarConfig(
    int maxEpisodeSteps, double goalVelocity, boolean observeVelocities) {
  public MountainCarConfig {
    Checks.positive("max-episode-steps", maxEpisodeSteps);
    Checks.finite("goal-velocity", goalVelocity);
  }
}
