package org.apprentice.atari;

/**
 * The rules that Gym's names of the games stand for; the table is in the README.
 *
 * @param leastFrameSkip frames of a step, drawn uniformly up to {@code mostFrameSkip}
 * @param maxEpisodeSteps after which an episode is truncated; 0 for no such limit
 * @param maxEpisodeFrames after which an episode is truncated; 0 for no such limit
 */
record Rules(
    int leastFrameSkip,
    int mostFrameSkip,
    double repeatActionProbability,
    int maxEpisodeSteps,
    int maxEpisodeFrames) {}
