package org.apprentice.rl;

import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;

/**
 * Turns the outputs of a network into actions and their probabilities. Keeps what {@link #gradient}
 * and {@link #fisher} need.
 *
 * <p>An {@code actionMask [rows x actions]} is false for actions that are impossible: they have
 * probability 0 exactly, are never drawn, and nothing that is computed here depends on their
 * logits. Null where everything is possible; continuous actions have none.
 */
public sealed interface ActionDistribution permits Categorical, GaussianActions {
  /** Categorical for discrete actions, a diagonal Gaussian for continuous ones. */
  static ActionDistribution of(ActionSpace space, int maxRows) {
    return space instanceof ActionSpace.Discrete discrete
        ? new Categorical(discrete.n(), maxRows)
        : new DiagonalGaussian(space.width(), maxRows);
  }

  /**
   * As above, with continuous actions kept within their bounds as wanted.
   *
   * @throws IllegalArgumentException if the bounds do not allow that
   */
  static ActionDistribution of(ActionSpace space, Exploration.Actions actions, int maxRows) {
    return space instanceof ActionSpace.Continuous bounds && actions == Exploration.Actions.SQUASH
        ? new SquashedGaussian(bounds, maxRows)
        : of(space, maxRows);
  }

  /** Names of the parameters, one array {@code [rows x width]} each. */
  List<String> parameterNames();

  /** Draws actions; {@code logProbabilities[rows]} are natural logarithms. */
  void sample(
      float[][] parameters,
      boolean[] actionMask,
      int rows,
      RandomGenerator random,
      ActionBatch out,
      float[] logProbabilities);

  /** The most likely actions. */
  void mode(float[][] parameters, boolean[] actionMask, int rows, ActionBatch out);

  /** {@link #mode(float[][], boolean[], int, ActionBatch)} where everything is possible. */
  default void mode(float[][] parameters, int rows, ActionBatch out) {
    mode(parameters, null, rows, out);
  }

  /**
   * Natural logarithms of the probability (density) of given actions, and entropies in nats, both
   * {@code [rows]}.
   */
  void evaluate(
      float[][] parameters,
      boolean[] actionMask,
      ActionBatch actions,
      int rows,
      float[] logProbabilities,
      float[] entropies);

  /** {@link #evaluate(float[][], boolean[], ActionBatch, int, float[], float[])} of all actions. */
  default void evaluate(
      float[][] parameters,
      ActionBatch actions,
      int rows,
      float[] logProbabilities,
      float[] entropies) {
    evaluate(parameters, null, actions, rows, logProbabilities, entropies);
  }

  /**
   * Gradient at the last {@code evaluate} of {@code sum_r logProbabilityGradient[r] log pi(a_r) +
   * entropyGradient H_r}.
   *
   * @param out per parameter {@code [rows x width]}, overwritten
   */
  void gradient(
      ActionBatch actions,
      float[] logProbabilityGradient,
      float entropyGradient,
      int rows,
      float[][] out);

  /**
   * Kullback-Leibler divergence {@code KL(old || new)} in nats.
   *
   * @param out {@code [rows]}
   */
  void kl(
      float[][] oldParameters,
      float[][] newParameters,
      boolean[] actionMask,
      int rows,
      float[] out);

  /**
   * Adds the gradient of {@code sum_r klGradient[r] KL_r(old || new)} by the new parameters.
   *
   * @param out per parameter {@code [rows x width]}
   */
  void addKlGradient(
      float[][] oldParameters,
      float[][] newParameters,
      boolean[] actionMask,
      float[] klGradient,
      int rows,
      float[][] out);

  /**
   * Fisher information of each row's parameters at the last {@code evaluate}, times that row's
   * tangent: the second derivative of the divergence where old and new are the same (Schulman et
   * al. 2015, appendix C).
   *
   * @param tangents per parameter {@code [rows x width]}
   * @param out per parameter {@code [rows x width]}, overwritten; may be {@code tangents}
   */
  void fisher(float[][] tangents, int rows, float[][] out);
}
