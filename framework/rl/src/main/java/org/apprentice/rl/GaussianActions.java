package org.apprentice.rl;

import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;

/** Real actions made from independent normal components, by means and log standard deviations. */
sealed interface GaussianActions extends ActionDistribution
    permits DiagonalGaussian, SquashedGaussian {
  @Override
  default List<String> parameterNames() {
    return List.of("policy", "log-std");
  }

  /**
   * Actions that given standard normal numbers stand for.
   *
   * @param normals {@code [rows x width]}
   */
  void place(
      float[][] parameters, double[] normals, int rows, ActionBatch out, float[] logProbabilities);

  /** Where numbers are drawn to; {@code [maxRows x width]}. */
  double[] normals();

  int width();

  @Override
  default void sample(
      float[][] parameters,
      boolean[] actionMask,
      int rows,
      RandomGenerator random,
      ActionBatch out,
      float[] logProbabilities) {
    double[] normals = normals();
    for (int i = 0; i < rows * width(); i++) {
      normals[i] = random.nextGaussian();
    }
    place(parameters, normals, rows, out, logProbabilities);
  }
}
