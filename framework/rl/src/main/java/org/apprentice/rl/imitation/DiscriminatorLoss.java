package org.apprentice.rl.imitation;

import java.util.Map;

/**
 * Binary cross-entropy of logits that are high for the expert (Ho and Ermon 2016, equation 17, with
 * the expert as the positive class):
 *
 * <pre>  mean_expert(-log D) + mean_policy(-log(1 - D)) - entropyWeight mean(H(D))</pre>
 *
 * <p>with {@code D = 1 / (1 + e^-logit)} and the last mean over all transitions. Adds up means of
 * gradient steps since {@link #clear}.
 */
public final class DiscriminatorLoss {
  private final double entropyWeight;
  private int steps;
  private double loss;
  private double expertAccuracy;
  private double policyAccuracy;
  private double meanEntropy;

  private double expertLoss;
  private double policyLoss;
  private double entropy;
  private int expertRight;
  private int policyRight;

  public DiscriminatorLoss(double entropyWeight) {
    this.entropyWeight = entropyWeight;
  }

  public void clear() {
    steps = 0;
    loss = 0;
    expertAccuracy = 0;
    policyAccuracy = 0;
    meanEntropy = 0;
  }

  /** What a row of a batch is. */
  public enum Label {
    EXPERT,
    POLICY,
    PADDING
  }

  /**
   * Adds the loss of one gradient step's logits {@code l} and writes its gradient by them: {@code
   * d/dl -log D = D - 1}, {@code d/dl -log(1 - D) = D}, {@code dH/dl = -l D (1 - D)}.
   *
   * @param labels {@code [rows]}; where there are none of the expert, the policy's term is all
   * @param logitGradient {@code [rows]}, overwritten; 0 for padding
   */
  public void evaluate(float[] logits, Label[] labels, int rows, float[] logitGradient) {
    int expertRows = 0;
    int policyRows = 0;
    for (int row = 0; row < rows; row++) {
      expertRows += labels[row] == Label.EXPERT ? 1 : 0;
      policyRows += labels[row] == Label.POLICY ? 1 : 0;
    }
    begin();
    double rowWeight = entropyWeight / (expertRows + policyRows);
    for (int row = 0; row < rows; row++) {
      double logit = logits[row];
      double d = 1 / (1 + Math.exp(-logit));
      double entropyGradient = rowWeight * logit * d * (1 - d);
      switch (labels[row]) {
        case EXPERT -> logitGradient[row] = (float) ((d - 1) / expertRows + entropyGradient);
        case POLICY -> logitGradient[row] = (float) (d / policyRows + entropyGradient);
        case PADDING -> logitGradient[row] = 0;
      }
      add(logit, d, labels[row]);
    }
    end(expertRows, policyRows, rowWeight);
  }

  private void begin() {
    expertLoss = 0;
    policyLoss = 0;
    entropy = 0;
    expertRight = 0;
    policyRight = 0;
  }

  private void add(double logit, double d, Label label) {
    if (label == Label.EXPERT) {
      expertLoss += softplus(-logit);
      expertRight += logit > 0 ? 1 : 0;
    } else if (label == Label.POLICY) {
      policyLoss += softplus(logit);
      policyRight += logit < 0 ? 1 : 0;
    }
    if (label != Label.PADDING) {
      entropy += softplus(-logit) + (1 - d) * logit;
    }
  }

  private void end(int expertRows, int policyRows, double rowWeight) {
    steps++;
    loss += share(expertLoss, expertRows) + share(policyLoss, policyRows) - rowWeight * entropy;
    expertAccuracy += share(expertRight, expertRows);
    policyAccuracy += share(policyRight, policyRows);
    meanEntropy += entropy / (expertRows + policyRows);
  }

  private static double share(double sum, int rows) {
    return rows == 0 ? 0 : sum / rows;
  }

  /** Means over the gradient steps. */
  public void addMetrics(Map<String, Double> metrics) {
    metrics.put("discriminator/loss", loss / steps);
    metrics.put("discriminator/accuracy-expert", expertAccuracy / steps);
    metrics.put("discriminator/accuracy-generator", policyAccuracy / steps);
    metrics.put("discriminator/entropy", meanEntropy / steps);
  }

  /** {@code log(1 + e^x)} without overflow. */
  public static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
