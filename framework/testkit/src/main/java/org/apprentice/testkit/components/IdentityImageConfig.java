package org.apprentice.testkit.components;

/**
 * Settings of {@code identity-image}.
 *
 * @param maxEpisodeSteps an episode is truncated after so many steps
 */
public record IdentityImageConfig(int maxEpisodeSteps) {
  public IdentityImageConfig {
    GamePlugin.checkAtLeast("max-episode-steps", 1, maxEpisodeSteps);
  }
}
