package org.apprentice.testkit.components;

/**
 * Settings of {@code identity}.
 *
 * @param actions how many actions there are, and elements of the observation
 * @param maxEpisodeSteps an episode is truncated after so many steps
 */
public record IdentityConfig(int actions, int maxEpisodeSteps) {
  public IdentityConfig {
    GamePlugin.checkAtLeast("actions", 2, actions);
    GamePlugin.checkAtLeast("max-episode-steps", 1, maxEpisodeSteps);
  }
}
