package org.apprentice.wrappers;

/**
 * Settings of {@code normalize-observation}.
 *
 * @param clip normalised elements lie within -clip and clip
 * @param epsilon added to the variance
 */
public record NormalizeObservationConfig(double clip, double epsilon) {
  public NormalizeObservationConfig {
    Checks.positive("clip", clip);
    Checks.positive("epsilon", epsilon);
  }
}
