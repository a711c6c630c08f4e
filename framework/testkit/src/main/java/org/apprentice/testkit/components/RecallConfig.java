package org.apprentice.testkit.components;

/**
 * Settings of {@code recall}.
 *
 * @param actions how many actions there are to remember one of
 * @param length steps of an episode: the first shows the cue, the last asks for it
 */
public record RecallConfig(int actions, int length) {
  public RecallConfig {
    GamePlugin.checkAtLeast("actions", 2, actions);
    GamePlugin.checkAtLeast("length", 2, length);
  }
}
