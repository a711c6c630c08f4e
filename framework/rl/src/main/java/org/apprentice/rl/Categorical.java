package org.apprentice.rl;

import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;

/** One of n actions, by logits. */
public final class Categorical implements ActionDistribution {
  private final int n;
  private final float[] probabilities;
  private final float[] logNormalizers;
  private final float[] entropies;

  public Categorical(int n, int maxRows) {
    this.n = n;
    probabilities = new float[maxRows * n];
    logNormalizers = new float[maxRows];
    entropies = new float[maxRows];
  }

  @Override
  public List<String> parameterNames() {
    return List.of("policy");
  }

  @Override
  public void sample(
      float[][] parameters,
      int rows,
      RandomGenerator random,
      ActionBatch out,
      float[] logProbabilities) {
    float[] logits = parameters[0];
    int[] actions = ((ActionBatch.Discrete) out).values();
    normalize(logits, rows);
    for (int row = 0; row < rows; row++) {
      int offset = row * n;
      double left = random.nextDouble();
      int action = 0;
      while (action < n - 1 && left >= probabilities[offset + action]) {
        left -= probabilities[offset + action];
        action++;
      }
      while (probabilities[offset + action] == 0) {
        action--; // rounding left a little of 1 over
      }
      actions[row] = action;
      logProbabilities[row] = logits[offset + action] - logNormalizers[row];
    }
  }

  @Override
  public void mode(float[][] parameters, int rows, ActionBatch out) {
    float[] logits = parameters[0];
    int[] actions = ((ActionBatch.Discrete) out).values();
    for (int row = 0; row < rows; row++) {
      int offset = row * n;
      int best = 0;
      for (int action = 1; action < n; action++) {
        if (logits[offset + action] > logits[offset + best]) {
          best = action;
        }
      }
      actions[row] = best;
    }
  }

  @Override
  public void evaluate(
      float[][] parameters,
      ActionBatch actions,
      int rows,
      float[] logProbabilities,
      float[] entropyOut) {
    float[] logits = parameters[0];
    int[] chosen = ((ActionBatch.Discrete) actions).values();
    normalize(logits, rows);
    for (int row = 0; row < rows; row++) {
      int offset = row * n;
      float meanLogit = 0;
      for (int action = 0; action < n; action++) {
        meanLogit += probabilities[offset + action] * logits[offset + action];
      }
      logProbabilities[row] = logits[offset + chosen[row]] - logNormalizers[row];
      entropies[row] = logNormalizers[row] - meanLogit;
      entropyOut[row] = entropies[row];
    }
  }

  @Override
  public void gradient(
      ActionBatch actions,
      float[] logProbabilityGradient,
      float entropyGradient,
      int rows,
      float[][] out) {
    float[] gradient = out[0];
    int[] chosen = ((ActionBatch.Discrete) actions).values();
    for (int row = 0; row < rows; row++) {
      int offset = row * n;
      for (int action = 0; action < n; action++) {
        gradient[offset + action] = -logProbabilityGradient[row] * probabilities[offset + action];
      }
      gradient[offset + chosen[row]] += logProbabilityGradient[row];
    }
    if (entropyGradient != 0) {
      addEntropyGradient(entropyGradient, rows, gradient);
    }
  }

  /** dH/dlogit_k = -p_k (log p_k + H). */
  private void addEntropyGradient(float entropyGradient, int rows, float[] gradient) {
    for (int row = 0; row < rows; row++) {
      for (int i = row * n; i < (row + 1) * n; i++) {
        float probability = probabilities[i];
        if (probability > 0) {
          float logProbability = (float) Math.log(probability);
          gradient[i] -= entropyGradient * probability * (logProbability + entropies[row]);
        }
      }
    }
  }

  /** Fills probabilities and {@code log sum exp} of the logits. */
  private void normalize(float[] logits, int rows) {
    for (int row = 0; row < rows; row++) {
      int offset = row * n;
      float largest = logits[offset];
      for (int i = offset + 1; i < offset + n; i++) {
        largest = Math.max(largest, logits[i]);
      }
      float sum = 0;
      for (int i = offset; i < offset + n; i++) {
        float exponential = (float) Math.exp(logits[i] - largest);
        probabilities[i] = exponential;
        sum += exponential;
      }
      float inverse = 1 / sum;
      for (int i = offset; i < offset + n; i++) {
        probabilities[i] *= inverse;
      }
      logNormalizers[row] = largest + (float) Math.log(sum);
    }
  }
}
