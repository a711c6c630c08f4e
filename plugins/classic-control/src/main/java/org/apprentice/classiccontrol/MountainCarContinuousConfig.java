package org.apprentice.classiccontrol;

/**
 * Settings of {@code mountain-car-continuous}.
 *
 * @param maxEpisodeSteps an episode is truncated after so many steps
 * @param goalVelocity the goal counts only at this velocity or more
 * @param observeVelocities whether observations hold velocities
 */
public record MountainCarContinuousConfig(
    int maxEpisodeSteps, double goalVelocity, boolean observeVelocities) {
  public MountainCarContinuousConfig {
    Checks.positive("max-episode-steps", maxEpisodeSteps);
    Checks.finite("goal-velocity", goalVelocity);
  }
}
