package org.apprentice.testkit.components;

/**
 * Settings of {@code recall-image}.
 *
 * @param length steps of an episode: the first shows the cue, the last asks for it
 */
public record RecallImageConfig(int length) {
  public RecallImageConfig {
    GamePlugin.checkAtLeast("length", 2, length);
  }
}
