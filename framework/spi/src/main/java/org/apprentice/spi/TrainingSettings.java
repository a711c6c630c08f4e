package org.apprentice.spi;

/**
 * The {@code training} node.
 *
 * @param steps budget of environment steps; 0 where the algorithm counts something else
 * @param seed of everything random in the trial
 * @param threads compute threads of one trial
 */
public record TrainingSettings(long steps, long seed, int threads) {}
