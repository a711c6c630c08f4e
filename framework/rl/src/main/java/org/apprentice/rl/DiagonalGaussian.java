package org.apprentice.rl;

import org.apprentice.spi.ActionBatch;

/**
 * Independent normal components, by means and logarithms of standard deviations. Actions are not
 * clipped here.
 */
public final class DiagonalGaussian implements GaussianActions {
  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private final int width;
  private final float[] standardized;
  private final float[] inverseStandardDeviations;
  private final double[] normals;

  public DiagonalGaussian(int width, int maxRows) {
    this.width = width;
    standardized = new float[maxRows * width];
    inverseStandardDeviations = new float[maxRows * width];
    normals = new double[maxRows * width];
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public double[] normals() {
    return normals;
  }

  @Override
  public void place(
      float[][] parameters, double[] given, int rows, ActionBatch out, float[] logProbabilities) {
    float[] means = parameters[0];
    float[] logStd = parameters[1];
    float[] actions = ((ActionBatch.Continuous) out).values();
    for (int i = 0; i < rows * width; i++) {
      actions[i] = means[i] + (float) (Math.exp(logStd[i]) * given[i]);
    }
    logProbabilities(parameters, actions, rows, logProbabilities);
  }

  @Override
  public void mode(float[][] parameters, boolean[] actionMask, int rows, ActionBatch out) {
    System.arraycopy(parameters[0], 0, ((ActionBatch.Continuous) out).values(), 0, rows * width);
  }

  @Override
  public void evaluate(
      float[][] parameters,
      boolean[] actionMask,
      ActionBatch actions,
      int rows,
      float[] logProbabilities,
      float[] entropies) {
    logProbabilities(
        parameters, ((ActionBatch.Continuous) actions).values(), rows, logProbabilities);
    entropies(parameters, rows, entropies);
  }

  void entropies(float[][] parameters, int rows, float[] entropies) {
    float[] logStd = parameters[1];
    for (int row = 0; row < rows; row++) {
      double entropy = width * (0.5 + HALF_LOG_TWO_PI);
      for (int i = row * width; i < (row + 1) * width; i++) {
        entropy += logStd[i];
      }
      entropies[row] = (float) entropy;
    }
  }

  /**
   * With z = (a - mean) / std: d log p / d mean = z / std, d log p / d log-std = z^2 - 1, dH / d
   * log-std = 1.
   */
  @Override
  public void gradient(
      ActionBatch actions,
      float[] logProbabilityGradient,
      float entropyGradient,
      int rows,
      float[][] out) {
    for (int row = 0; row < rows; row++) {
      float outer = logProbabilityGradient[row];
      for (int i = row * width; i < (row + 1) * width; i++) {
        float z = standardized[i];
        out[0][i] = outer * z * inverseStandardDeviations[i];
        out[1][i] = outer * (z * z - 1) + entropyGradient;
      }
    }
  }

  /** Per component {@code log(s' / s) + (s^2 + (m - m')^2) / (2 s'^2) - 1 / 2}. */
  @Override
  public void kl(
      float[][] oldParameters,
      float[][] newParameters,
      boolean[] actionMask,
      int rows,
      float[] out) {
    for (int row = 0; row < rows; row++) {
      double sum = 0;
      for (int i = row * width; i < (row + 1) * width; i++) {
        double logRatio = (double) newParameters[1][i] - oldParameters[1][i];
        double shift = standardizedShift(oldParameters, newParameters, i);
        // expm1: a small divergence is a small difference of large terms otherwise
        sum += 0.5 * (Math.expm1(-2 * logRatio) + 2 * logRatio + shift * shift);
      }
      out[row] = (float) sum;
    }
  }

  /** d KL / d m' = (m' - m) / s'^2; d KL / d log s' = 1 - (s^2 + (m - m')^2) / s'^2. */
  @Override
  public void addKlGradient(
      float[][] oldParameters,
      float[][] newParameters,
      boolean[] actionMask,
      float[] klGradient,
      int rows,
      float[][] out) {
    for (int row = 0; row < rows; row++) {
      double outer = klGradient[row];
      for (int i = row * width; i < (row + 1) * width; i++) {
        double logRatio = (double) newParameters[1][i] - oldParameters[1][i];
        double shift = standardizedShift(oldParameters, newParameters, i);
        out[0][i] += (float) (outer * shift * Math.exp(-newParameters[1][i]));
        out[1][i] -= (float) (outer * (Math.expm1(-2 * logRatio) + shift * shift));
      }
    }
  }

  /** {@code (m' - m) / s'}. */
  private static double standardizedShift(float[][] oldParameters, float[][] newParameters, int i) {
    return ((double) newParameters[0][i] - oldParameters[0][i]) * Math.exp(-newParameters[1][i]);
  }

  /** {@code diag(1 / s^2, 2) v}. */
  @Override
  public void fisher(float[][] tangents, int rows, float[][] out) {
    for (int i = 0; i < rows * width; i++) {
      float precision = inverseStandardDeviations[i] * inverseStandardDeviations[i];
      out[0][i] = precision * tangents[0][i];
      out[1][i] = 2 * tangents[1][i];
    }
  }

  void logProbabilities(float[][] parameters, float[] actions, int rows, float[] logProbabilities) {
    float[] means = parameters[0];
    float[] logStd = parameters[1];
    for (int row = 0; row < rows; row++) {
      double sum = -width * HALF_LOG_TWO_PI;
      for (int i = row * width; i < (row + 1) * width; i++) {
        inverseStandardDeviations[i] = (float) Math.exp(-logStd[i]);
        float z = (actions[i] - means[i]) * inverseStandardDeviations[i];
        standardized[i] = z;
        sum -= 0.5 * z * z + logStd[i];
      }
      logProbabilities[row] = (float) sum;
    }
  }
}
