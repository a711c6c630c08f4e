package org.apprentice.rl;

/**
 * How a policy draws continuous actions; discrete ones need nothing of this.
 *
 * @param logStd what the standard deviation depends on
 * @param initialLogStd natural logarithm of the standard deviation at the start; of each element of
 *     the noise matrix for {@link LogStd#GSDE}
 * @param noiseSteps steps that {@link LogStd#GSDE} keeps a noise matrix for
 * @param actions what keeps actions within their bounds
 */
public record Exploration(LogStd logStd, double initialLogStd, int noiseSteps, Actions actions) {
  public Exploration {
    if (noiseSteps < 1) {
      throw new IllegalArgumentException(
          "a noise matrix must be kept for at least 1 step, found " + noiseSteps);
    }
  }

  /** What the standard deviation of an action depends on. */
  public enum LogStd {
    /** A parameter for each dimension of the action, the same in every state. */
    INDEPENDENT,
    /** Further outputs of the policy's network. */
    STATE_DEPENDENT,
    /** Generalised state-dependent exploration (Raffin et al. 2020). */
    GSDE
  }

  /** What keeps actions within their bounds. */
  public enum Actions {
    /** The environment, which clips what the policy draws. */
    CLIP,
    /** The policy, by a hyperbolic tangent whose range is that of the bounds. */
    SQUASH
  }

  /** Unbounded actions with a standard deviation that does not depend on the state. */
  public static Exploration independent(double initialLogStd) {
    return new Exploration(LogStd.INDEPENDENT, initialLogStd, 1, Actions.CLIP);
  }
}
