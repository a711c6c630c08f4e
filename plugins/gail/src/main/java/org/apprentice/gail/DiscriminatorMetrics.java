package org.apprentice.gail;

import java.util.Map;

/** Means over the gradient steps of the discriminator in its last round. */
final class DiscriminatorMetrics {
  private int updates;
  private double loss;
  private double expertAccuracy;
  private double policyAccuracy;
  private double entropy;

  void clear() {
    updates = 0;
    loss = 0;
    expertAccuracy = 0;
    policyAccuracy = 0;
    entropy = 0;
  }

  void add(double stepLoss, double expertRight, double policyRight, double meanEntropy) {
    updates++;
    loss += stepLoss;
    expertAccuracy += expertRight;
    policyAccuracy += policyRight;
    entropy += meanEntropy;
  }

  void addTo(Map<String, Double> metrics) {
    metrics.put("discriminator/loss", loss / updates);
    metrics.put("discriminator/accuracy-expert", expertAccuracy / updates);
    metrics.put("discriminator/accuracy-generator", policyAccuracy / updates);
    metrics.put("discriminator/entropy", entropy / updates);
  }
}
