package org.apprentice.rl;

import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;

/**
 * Normal components {@code u} pressed between finite bounds, {@code a = middle + half tanh(u)}, so
 * that {@code log p(a) = log p(u) - sum log(half (1 - tanh(u)^2))}. Actions at the bounds, where
 * the density has no value, count as a millionth of the range away from them.
 *
 * <p>The entropy is {@code H(u) + E[log(half (1 - tanh(u)^2))]}; the expectation is computed by
 * Gauss-Hermite quadrature, whose error is below 1e-4 for standard deviations up to 1 and below
 * 3e-3 up to 1.5. Divergence and Fisher information are those of {@code u}.
 */
final class SquashedGaussian implements GaussianActions {
  private static final float LARGEST = 1 - 1e-6f;
  private static final double LOG_TWO = Math.log(2);

  /** Positive nodes and weights of the rule with 12 nodes for the standard normal density. */
  private static final double[] NODES = {
    0.44440300194413895,
    1.3403751971516167,
    2.259464451000799,
    3.2237098287700974,
    4.2718258479322815,
    5.500901704467748
  };

  private static final double[] WEIGHTS = {
    0.32166436151282995,
    0.14696704804532995,
    0.029116687912364173,
    0.0022033806875332,
    4.837184922590644e-05,
    1.4999271676371623e-07
  };

  private final DiagonalGaussian inner;
  private final int width;
  private final float[] middle;
  private final float[] half;
  private final ActionBatch.Continuous unbounded;

  /** Derivatives of the expectation in the entropy by means and log standard deviations. */
  private final float[] byMean;

  private final float[] byLogStd;

  /**
   * @throws IllegalArgumentException if a bound is not finite
   */
  SquashedGaussian(ActionSpace.Continuous space, int maxRows) {
    width = space.width();
    inner = new DiagonalGaussian(width, maxRows);
    middle = new float[width];
    half = new float[width];
    for (int i = 0; i < width; i++) {
      float low = space.low()[i];
      float high = space.high()[i];
      if (!Float.isFinite(low) || !Float.isFinite(high) || low >= high) {
        throw new IllegalArgumentException(
            "actions = squash needs actions between finite bounds, found [%s, %s]; use actions = clip"
                .formatted(low, high));
      }
      middle[i] = (low + high) / 2;
      half[i] = (high - low) / 2;
    }
    unbounded = new ActionBatch.Continuous(new float[maxRows * width], maxRows, width);
    byMean = new float[maxRows * width];
    byLogStd = new float[maxRows * width];
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public double[] normals() {
    return inner.normals();
  }

  @Override
  public void place(
      float[][] parameters, double[] normals, int rows, ActionBatch out, float[] logProbabilities) {
    inner.place(parameters, normals, rows, unbounded, logProbabilities);
    squash(rows, out);
    // of the action as it can be told from the outside, so that it is the same when asked again
    logProbabilities(parameters, out, rows, logProbabilities);
  }

  @Override
  public void mode(float[][] parameters, boolean[] actionMask, int rows, ActionBatch out) {
    inner.mode(parameters, actionMask, rows, unbounded);
    squash(rows, out);
  }

  private void squash(int rows, ActionBatch out) {
    float[] actions = ((ActionBatch.Continuous) out).values();
    for (int i = 0; i < rows * width; i++) {
      float squashed = (float) Math.tanh(unbounded.values()[i]);
      actions[i] = middle[i % width] + half[i % width] * squashed;
    }
  }

  private void unsquash(ActionBatch actions, int rows) {
    float[] values = ((ActionBatch.Continuous) actions).values();
    for (int i = 0; i < rows * width; i++) {
      float squashed = (values[i] - middle[i % width]) / half[i % width];
      double bounded = Math.max(-LARGEST, Math.min(LARGEST, squashed));
      unbounded.values()[i] = (float) (0.5 * (Math.log1p(bounded) - Math.log1p(-bounded)));
    }
  }

  private void logProbabilities(
      float[][] parameters, ActionBatch actions, int rows, float[] logProbabilities) {
    unsquash(actions, rows);
    inner.logProbabilities(parameters, unbounded.values(), rows, logProbabilities);
    for (int row = 0; row < rows; row++) {
      double correction = 0;
      for (int i = 0; i < width; i++) {
        correction += Math.log(half[i]) + logSlope(unbounded.values()[row * width + i]);
      }
      logProbabilities[row] -= (float) correction;
    }
  }

  /** {@code log(1 - tanh(u)^2)} without cancellation. */
  private static double logSlope(double u) {
    double size = Math.abs(u);
    return 2 * (LOG_TWO - size - Math.log1p(Math.exp(-2 * size)));
  }

  @Override
  public void evaluate(
      float[][] parameters,
      boolean[] actionMask,
      ActionBatch actions,
      int rows,
      float[] logProbabilities,
      float[] entropies) {
    logProbabilities(parameters, actions, rows, logProbabilities);
    inner.entropies(parameters, rows, entropies);
    for (int row = 0; row < rows; row++) {
      double narrowing = 0;
      for (int i = row * width; i < (row + 1) * width; i++) {
        narrowing += Math.log(half[i % width]);
        narrowing += expectedLogSlope(parameters[0][i], Math.exp(parameters[1][i]), i);
      }
      entropies[row] += (float) narrowing;
    }
  }

  /** The expectation; notes its derivatives for element {@code i}. */
  private double expectedLogSlope(double mean, double deviation, int i) {
    double sum = 0;
    double slopes = 0;
    double steepening = 0;
    for (int node = 0; node < NODES.length; node++) {
      for (double z = NODES[node], sign = 0; sign < 2; sign++, z = -z) {
        double size = Math.abs(mean + deviation * z);
        double exponential = Math.exp(-2 * size);
        double slope =
            -2 * Math.copySign((1 - exponential) / (1 + exponential), mean + deviation * z);
        sum += WEIGHTS[node] * 2 * (LOG_TWO - size - Math.log(1 + exponential));
        slopes += WEIGHTS[node] * slope;
        steepening += WEIGHTS[node] * slope * z;
      }
    }
    byMean[i] = (float) slopes;
    byLogStd[i] = (float) (steepening * deviation);
    return sum;
  }

  @Override
  public void gradient(
      ActionBatch actions,
      float[] logProbabilityGradient,
      float entropyGradient,
      int rows,
      float[][] out) {
    // the correction does not depend on the parameters
    inner.gradient(unbounded, logProbabilityGradient, entropyGradient, rows, out);
    if (entropyGradient != 0) {
      for (int i = 0; i < rows * width; i++) {
        out[0][i] += entropyGradient * byMean[i];
        out[1][i] += entropyGradient * byLogStd[i];
      }
    }
  }

  @Override
  public void kl(
      float[][] oldParameters,
      float[][] newParameters,
      boolean[] actionMask,
      int rows,
      float[] out) {
    inner.kl(oldParameters, newParameters, actionMask, rows, out);
  }

  @Override
  public void addKlGradient(
      float[][] oldParameters,
      float[][] newParameters,
      boolean[] actionMask,
      float[] klGradient,
      int rows,
      float[][] out) {
    inner.addKlGradient(oldParameters, newParameters, actionMask, klGradient, rows, out);
  }

  @Override
  public void fisher(float[][] tangents, int rows, float[][] out) {
    inner.fisher(tangents, rows, out);
  }
}
