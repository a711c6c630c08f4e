package org.apprentice.classiccontrol;

/**
 * Settings of {@code acrobot}.
 *
 * @param maxEpisodeSteps an episode is truncated after so many steps
 */
public record AcrobotConfig(int maxEpisodeSteps) {
  public AcrobotConfig {
    Checks.positive("max-episode-steps", maxEpisodeSteps);
  }
}
