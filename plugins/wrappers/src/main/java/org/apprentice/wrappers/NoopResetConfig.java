package org.apprentice.wrappers;

/**
 * Settings of {@code noop-reset}.
 *
 * @param max a game starts with 1 to so many steps without an action
 */
public record NoopResetConfig(int max) {
  public NoopResetConfig {
    Checks.atLeast("max", 1, max);
  }
}
