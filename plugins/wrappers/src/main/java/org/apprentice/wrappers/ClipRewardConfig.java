package org.apprentice.wrappers;

/**
 * Settings of {@code clip-reward}.
 *
 * @param by what is left of a reward
 * @param low the least reward, with {@link By#BOUNDS}
 * @param high the largest reward, with {@link By#BOUNDS}
 */
public record ClipRewardConfig(By by, double low, double high) {
  /** What is left of a reward. */
  public enum By {
    /** -1, 0 or 1. */
    SIGN,
    /** What lies within {@code low} and {@code high}. */
    BOUNDS
  }

  public ClipRewardConfig {
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "low must be less than high, found " + low + " and " + high);
    }
  }
}
