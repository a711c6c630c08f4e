package org.apprentice.dagger;

/**
 * How often the expert acts instead of the learner: {@code beta_i} of Ross, Gordon and Bagnell
 * (2011), 1 in the first round.
 *
 * @param schedule how it falls from round to round
 * @param rounds of a linear fall to 0
 * @param decay factor of an exponential fall
 */
public record Beta(Schedule schedule, int rounds, double decay) {
  /** How it falls. */
  public enum Schedule {
    /** {@code max(0, 1 - i / rounds)}. */
    LINEAR,
    /** {@code decay^i}. */
    EXPONENTIAL
  }

  public Beta {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds must be at least 1, found " + rounds);
    }
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("decay must be in [0, 1), found " + decay);
    }
  }

  /**
   * @param round from 0
   */
  double at(long round) {
    return switch (schedule) {
      case LINEAR -> Math.max(0, 1 - round / (double) rounds);
      case EXPONENTIAL -> Math.pow(decay, (double) round);
    };
  }
}
