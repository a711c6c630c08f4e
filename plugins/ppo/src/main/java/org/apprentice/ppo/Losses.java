package org.apprentice.ppo;

import java.util.LinkedHashMap;
import java.util.Map;

/** Means over the minibatches of one update. */
final class Losses {
  private int minibatches;
  private int updates;
  private double policy;
  private double value;
  private double entropy;
  private double kl;
  private double clipFraction;
  private double gradientNorm;

  void add(
      double policyLoss,
      double valueLoss,
      double meanEntropy,
      double approximateKl,
      double clipped) {
    minibatches++;
    policy += policyLoss;
    value += valueLoss;
    entropy += meanEntropy;
    kl += approximateKl;
    clipFraction += clipped;
  }

  void updated(double norm) {
    updates++;
    gradientNorm += norm;
  }

  Map<String, Double> metrics(double learningRate, double clip, double explainedVariance) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("losses/policy", policy / minibatches);
    metrics.put("losses/value", value / minibatches);
    metrics.put("losses/entropy", entropy / minibatches);
    metrics.put("losses/approx-kl", kl / minibatches);
    metrics.put("losses/clip-fraction", clipFraction / minibatches);
    metrics.put("losses/gradient-norm", updates == 0 ? 0 : gradientNorm / updates);
    metrics.put("losses/explained-variance", explainedVariance);
    metrics.put("losses/learning-rate", learningRate);
    metrics.put("losses/clip", clip);
    metrics.put("losses/updates", (double) updates);
    return metrics;
  }
}
