package org.apprentice.wrappers;

/**
 * Settings of {@code time-limit}.
 *
 * @param steps a game is truncated after so many
 */
public record TimeLimitConfig(int steps) {
  public TimeLimitConfig {
    Checks.atLeast("steps", 1, steps);
  }
}
