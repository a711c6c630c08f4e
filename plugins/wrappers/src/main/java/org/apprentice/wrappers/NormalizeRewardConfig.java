package org.apprentice.wrappers;

/**
 * Settings of {@code normalize-reward}.
 *
 * @param gamma discount of the return whose deviation is taken
 * @param clip normalised rewards lie within -clip and clip
 * @param epsilon added to the variance
 */
public record NormalizeRewardConfig(double gamma, double clip, double epsilon) {
  public NormalizeRewardConfig {
    if (!(gamma >= 0 && gamma <= 1)) {
      throw new IllegalArgumentException("gamma must be in [0, 1], found " + gamma);
    }
    Checks.positive("clip", clip);
    Checks.positive("epsilon", epsilon);
  }
}
