package org.apprentice.testkit.components;

/**
 * Settings of {@code elman}.
 *
 * @param hidden width of the hidden layer and of the carried state
 */
public record ElmanConfig(int hidden) {
  public ElmanConfig {
    GamePlugin.checkAtLeast("hidden", 1, hidden);
  }
}
