package org.apprentice.wrappers;

/**
 * Settings of {@code deepmind}. Each part can be left out.
 *
 * @param noopMax a game starts with 1 to so many frames without an action; 0 for none
 * @param skip how often an action is taken; 1 for once, without a maximum of frames
 * @param episodicLife whether a lost life counts as an end for learning
 * @param fireReset whether FIRE is pressed where a game or life begins, if there is a FIRE
 * @param size rows and columns of the gray picture; 0 for those of the environment
 * @param clipReward whether the reward is its sign only
 * @param stack how many pictures are shown together; 1 for one
 */
public record DeepMindConfig(
    int noopMax,
    int skip,
    boolean episodicLife,
    boolean fireReset,
    int size,
    boolean clipReward,
    int stack) {
  public DeepMindConfig {
    Checks.atLeast("noop-max", 0, noopMax);
    Checks.atLeast("skip", 1, skip);
    Checks.atLeast("size", 0, size);
    Checks.atLeast("stack", 1, stack);
  }
}
