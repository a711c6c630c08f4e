package org.apprentice.wrappers;

/**
 * Settings of {@code max-and-skip}.
 *
 * @param skip how often an action is taken
 */
public record MaxAndSkipConfig(int skip) {
  public MaxAndSkipConfig {
    Checks.atLeast("skip", 1, skip);
  }
}
