package org.apprentice.testkit.components;

/**
 * Settings of {@code identity-continuous}.
 *
 * @param maxEpisodeSteps an episode is truncated after so many steps
 */
public record IdentityContinuousConfig(int maxEpisodeSteps) {
  public IdentityContinuousConfig {
    GamePlugin.checkAtLeast("max-episode-steps", 1, maxEpisodeSteps);
  }
}
