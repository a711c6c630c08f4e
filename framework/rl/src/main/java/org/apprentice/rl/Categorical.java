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
      boolean[] actionMask,
      int rows,
      RandomGenerator random,
      ActionBatch out,
      float[] logProbabilities) {
    float[] logits = parameters[0];
    int[] actions = ((ActionBatch.Discrete) out).values();
    normalize(logits, actionMask, rows);
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
  public void mode(float[][] parameters, boolean[] actionMask, int rows, ActionBatch out) {
    float[] logits = parameters[0];
    int[] actions = ((ActionBatch.Discrete) out).values();
    for (int row = 0; row < rows; row++) {
      actions[row] = largest(logits, actionMask, row * n) - row * n;
    }
  }

  /** Index of the first of the largest possible logits of a row. */
  private int largest(float[] logits, boolean[] actionMask, int offset) {
    int best = -1;
    for (int i = offset; i < offset + n; i++) {
      if ((actionMask == null || actionMask[i]) && (best < 0 || logits[i] > logits[best])) {
        best = i;
      }
    }
    if (best < 0) {
      throw new IllegalArgumentException(
          "the action mask of an environment must allow at least one action, found none of " + n);
    }
    return best;
  }

  @Override
  public void evaluate(
      float[][] parameters,
      boolean[] actionMask,
      ActionBatch actions,
      int rows,
      float[] logProbabilities,
      float[] entropyOut) {
    float[] logits = parameters[0];
    int[] chosen = ((ActionBatch.Discrete) actions).values();
    normalize(logits, actionMask, rows);
    for (int row = 0; row < rows; row++) {
      int offset = row * n;
      float meanLogit = 0;
      for (int action = 0; action < n; action++) {
        meanLogit += probabilities[offset + action] * logits[offset + action];
      }
      int taken = offset + chosen[row];
      logProbabilities[row] =
          actionMask == null || actionMask[taken]
              ? logits[taken] - logNormalizers[row]
              : Float.NEGATIVE_INFINITY;
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

  @Override
  public void kl(
      float[][] oldParameters,
      float[][] newParameters,
      boolean[] actionMask,
      int rows,
      float[] out) {
    for (int row = 0; row < rows; row++) {
      double oldNormalizer = logNormalizer(oldParameters[0], actionMask, row * n);
      double newNormalizer = logNormalizer(newParameters[0], actionMask, row * n);
      double sum = 0;
      for (int i = row * n; i < (row + 1) * n; i++) {
        if (actionMask == null || actionMask[i]) {
          double oldLogProbability = oldParameters[0][i] - oldNormalizer;
          double newLogProbability = newParameters[0][i] - newNormalizer;
          sum += Math.exp(oldLogProbability) * (oldLogProbability - newLogProbability);
        }
      }
      out[row] = (float) sum;
    }
  }

  /** d KL / d logit_k = new p_k - old p_k. */
  @Override
  public void addKlGradient(
      float[][] oldParameters,
      float[][] newParameters,
      boolean[] actionMask,
      float[] klGradient,
      int rows,
      float[][] out) {
    for (int row = 0; row < rows; row++) {
      double oldNormalizer = logNormalizer(oldParameters[0], actionMask, row * n);
      double newNormalizer = logNormalizer(newParameters[0], actionMask, row * n);
      for (int i = row * n; i < (row + 1) * n; i++) {
        if (actionMask == null || actionMask[i]) {
          double change =
              Math.exp(newParameters[0][i] - newNormalizer)
                  - Math.exp(oldParameters[0][i] - oldNormalizer);
          out[0][i] += (float) (klGradient[row] * change);
        }
      }
    }
  }

  /** How likely each action of a row is, {@code [actions]}. */
  public float[] probabilities(float[][] parameters, boolean[] actionMask, int row) {
    double normalizer = logNormalizer(parameters[0], actionMask, row * n);
    float[] likely = new float[n];
    for (int action = 0; action < n; action++) {
      int i = row * n + action;
      boolean possible = actionMask == null || actionMask[i];
      likely[action] = possible ? (float) Math.exp(parameters[0][i] - normalizer) : 0;
    }
    return likely;
  }

  private double logNormalizer(float[] logits, boolean[] actionMask, int offset) {
    double largest = logits[largest(logits, actionMask, offset)];
    double sum = 0;
    for (int i = offset; i < offset + n; i++) {
      sum += actionMask == null || actionMask[i] ? Math.exp(logits[i] - largest) : 0;
    }
    return largest + Math.log(sum);
  }

  /** {@code (diag(p) - p p') v}. */
  @Override
  public void fisher(float[][] tangents, int rows, float[][] out) {
    for (int row = 0; row < rows; row++) {
      float mean = 0;
      for (int i = row * n; i < (row + 1) * n; i++) {
        mean += probabilities[i] * tangents[0][i];
      }
      for (int i = row * n; i < (row + 1) * n; i++) {
        out[0][i] = probabilities[i] * (tangents[0][i] - mean);
      }
    }
  }

  /** Fills probabilities and {@code log sum exp} of the possible logits. */
  private void normalize(float[] logits, boolean[] actionMask, int rows) {
    for (int row = 0; row < rows; row++) {
      int offset = row * n;
      float largest = logits[largest(logits, actionMask, offset)];
      float sum = 0;
      for (int i = offset; i < offset + n; i++) {
        boolean possible = actionMask == null || actionMask[i];
        float exponential = possible ? (float) Math.exp(logits[i] - largest) : 0;
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
