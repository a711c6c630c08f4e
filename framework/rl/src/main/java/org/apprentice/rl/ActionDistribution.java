package org.apprentice.rl;

import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;

/**
 * Turns the outputs of a network into actions and their probabilities. Keeps what {@link #gradient}
 * needs.
 */
public sealed interface ActionDistribution permits Categorical, DiagonalGaussian {
  /** Categorical for discrete actions, a diagonal Gaussian for continuous ones. */
  static ActionDistribution of(ActionSpace space, int maxRows) {
    return space instanceof ActionSpace.Discrete discrete
        ? new Categorical(discrete.n(), maxRows)
        : new DiagonalGaussian(space.width(), maxRows);
  }

  /** Names of the parameters, one array {@code [rows x width]} each. */
  List<String> parameterNames();

  /** Draws actions; {@code logProbabilities[rows]} are natural logarithms. */
  void sample(
      float[][] parameters,
      int rows,
      RandomGenerator random,
      ActionBatch out,
      float[] logProbabilities);

  /** The most likely actions. */
  void mode(float[][] parameters, int rows, ActionBatch out);

  /**
   * Natural logarithms of the probability (density) of given actions, and entropies in nats, both
   * {@code [rows]}.
   */
  void evaluate(
      float[][] parameters,
      ActionBatch actions,
      int rows,
      float[] logProbabilities,
      float[] entropies);

  /**
   * Gradient at the last {@link #evaluate} of {@code sum_r logProbabilityGradient[r] log pi(a_r) +
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
}
