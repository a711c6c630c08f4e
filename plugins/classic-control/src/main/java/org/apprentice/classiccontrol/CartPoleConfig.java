package org.apprentice.classiccontrol;

/**
 * Settings of {@code cartpole}.
 *
 * @param maxEpisodeSteps an episode is truncated after so many steps: 500 is CartPole-v1, 200 is
 *     CartPole-v0
 * @param observeVelocities whether observations hold velocities
 */
public record CartPoleConfig(int maxEpisodeSteps, boolean observeVelocities) {
  public CartPoleConfig {
    Checks.positive("max-episode-steps", maxEpisodeSteps);
  }
}
