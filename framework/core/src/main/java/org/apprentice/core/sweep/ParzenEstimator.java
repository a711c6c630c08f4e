package org.apprentice.core.sweep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apprentice.spi.Distribution;

/**
 * How likely points are, judged by some that were observed: a mixture of one kernel for each, the
 * product over the axes, and of the prior. Bergstra, Bardenet, Bengio and Kegl 2011, "Algorithms
 * for Hyper-Parameter Optimization", with the weights and widths of Optuna and hyperopt.
 */
final class ParzenEstimator {
  /** So many of the last observations count fully, those before them less the older they are. */
  private static final int FULL = 25;

  private final List<Kernels> axes = new ArrayList<>();
  private final double[] weights;

  /**
   * @param observations by observation, oldest first, and axis; as {@link Kernels#number} gives
   *     them
   */
  ParzenEstimator(List<Distribution> distributions, double[][] observations) {
    weights = weights(observations.length);
    for (int axis = 0; axis < distributions.size(); axis++) {
      double[] ofAxis = new double[observations.length];
      for (int i = 0; i < ofAxis.length; i++) {
        ofAxis[i] = observations[i][axis];
      }
      axes.add(Kernels.of(distributions.get(axis), ofAxis));
    }
  }

  /** Of the observations and the prior; they sum to 1. */
  private static double[] weights(int observations) {
    double[] weights = new double[observations + 1];
    Arrays.fill(weights, 1);
    int old = observations - FULL;
    for (int i = 0; i < old; i++) {
      double least = 1.0 / observations;
      weights[i] = old == 1 ? least : least + (1 - least) * i / (old - 1);
    }
    double sum = Arrays.stream(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  double[] draw(UniformRandomProvider random) {
    int kernel = draw(weights, random);
    return axes.stream().mapToDouble(axis -> axis.draw(kernel, random)).toArray();
  }

  /** The number of one of several probabilities, as they say. */
  static int draw(double[] probabilities, UniformRandomProvider random) {
    double left = random.nextDouble();
    for (int i = 0; i < probabilities.length - 1; i++) {
      left -= probabilities[i];
      if (left < 0) {
        return i;
      }
    }
    return probabilities.length - 1;
  }

  double logDensity(double[] values) {
    double density = 0;
    for (int kernel = 0; kernel < weights.length; kernel++) {
      double product = weights[kernel];
      for (int axis = 0; axis < values.length; axis++) {
        product *= axes.get(axis).density(kernel, values[axis]);
      }
      density += product;
    }
    return Math.log(density);
  }
}
