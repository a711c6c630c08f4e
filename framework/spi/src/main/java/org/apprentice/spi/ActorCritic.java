package org.apprentice.spi;

/** A stochastic policy that also estimates values. */
public interface ActorCritic extends Policy {
  /**
   * Draws actions and says how likely they were.
   *
   * @param logProbabilities {@code [rows]}, natural logarithm of the probability (density) of each
   *     drawn action
   * @param values {@code [rows]}, estimated discounted return from these observations, in units of
   *     the raw reward or of the optimiser's normalised reward
   */
  void act(
      PolicyInput input,
      PolicyState state,
      ActionBatch actions,
      float[] logProbabilities,
      float[] values);

  /**
   * Says how likely this policy is to take actions that something else chose, in the place of
   * drawing its own.
   *
   * @param state advanced by one step, as acting does
   * @param out {@code [rows]}, natural logarithm of the probability (density) of each action
   */
  void logProbabilities(PolicyInput input, PolicyState state, ActionBatch actions, float[] out);

  /**
   * Values of observations that follow the last step of {@code state}, which stays as it is.
   *
   * @param out {@code [rows]}
   */
  void values(PolicyInput input, PolicyState state, float[] out);
}
