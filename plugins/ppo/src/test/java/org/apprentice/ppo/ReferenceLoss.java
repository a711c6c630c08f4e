package org.apprentice.ppo;

import java.util.Arrays;
import java.util.List;

/**
 * The loss of Schulman et al. 2017, equation 9, through a network of tanh layers, in double
 * precision and row by row: what {@link Minibatch} is compared with.
 *
 * @param hidden widths of the hidden layers
 * @param shared one torso for both heads
 * @param discrete whether actions are discrete
 */
record ReferenceLoss(
    PpoConfig config,
    double clip,
    int actionWidth,
    int[] hidden,
    boolean shared,
    boolean discrete) {

  /** One row of a rollout; the action is a number or a vector. */
  record Row(
      double[] observation,
      int action,
      double[] actionVector,
      double oldLogProbability,
      double oldValue,
      double advantage,
      double valueTarget,
      Outputs collector) {

    Row collectedBy(Outputs outputs) {
      return new Row(
          observation,
          action,
          actionVector,
          oldLogProbability,
          oldValue,
          advantage,
          valueTarget,
          outputs);
    }
  }

  /**
   * What the network says of one row.
   *
   * @param distribution logits, or means and then log standard deviations
   */
  record Outputs(double logProbability, double entropy, double value, double[] distribution) {}

  double at(double[] parameters, List<Row> rows) {
    double mean = rows.stream().mapToDouble(Row::advantage).sum() / rows.size();
    double squares = rows.stream().mapToDouble(it -> Math.pow(it.advantage() - mean, 2)).sum();
    double deviation = Math.sqrt(squares / (rows.size() - 1));
    double loss = 0;
    for (Row row : rows) {
      Outputs outputs = outputs(parameters, row);
      double advantage =
          config.normalizeAdvantages() ? (row.advantage - mean) / deviation : row.advantage;
      double ratio = Math.exp(outputs.logProbability - row.oldLogProbability);
      double clippedRatio = Math.min(Math.max(ratio, 1 - clip), 1 + clip);
      loss -=
          config.objective() == PpoConfig.Objective.CLIP
              ? Math.min(ratio * advantage, clippedRatio * advantage)
              : ratio * advantage - config.klPenalty() * divergence(row, outputs);
      loss += config.valueCoefficient() * valueLoss(outputs.value, row) / 2;
      loss -= config.entropy() * outputs.entropy;
    }
    return loss / rows.size();
  }

  /** From the policy that collected the row to the one with these outputs. */
  double divergence(Row row, Outputs outputs) {
    double[] old = row.collector.distribution;
    double[] now = outputs.distribution;
    double sum = 0;
    for (int i = 0; i < actionWidth; i++) {
      if (discrete) {
        double oldLog = logSoftmax(old, i);
        sum += Math.exp(oldLog) * (oldLog - logSoftmax(now, i));
      } else {
        double oldLogStd = old[actionWidth + i];
        double logStd = now[actionWidth + i];
        sum += logStd - oldLogStd - 0.5;
        sum +=
            (Math.exp(2 * oldLogStd) + Math.pow(old[i] - now[i], 2)) / (2 * Math.exp(2 * logStd));
      }
    }
    return sum;
  }

  private double valueLoss(double value, Row row) {
    double free = Math.pow(value - row.valueTarget, 2);
    if (config.valueClip().isEmpty()) {
      return free;
    }
    double range = config.valueClip().get();
    double bounded = Math.min(Math.max(value, row.oldValue - range), row.oldValue + range);
    return Math.max(free, Math.pow(bounded - row.valueTarget, 2));
  }

  Outputs outputs(double[] parameters, Row row) {
    Cursor cursor = new Cursor(parameters);
    double[] policyFeatures = torso(cursor, row.observation);
    double[] valueFeatures = shared ? policyFeatures : torso(cursor, row.observation);
    double[] policy = cursor.dense(policyFeatures, actionWidth);
    double value = cursor.dense(valueFeatures, 1)[0];
    if (discrete) {
      return new Outputs(logSoftmax(policy, row.action), categoricalEntropy(policy), value, policy);
    }
    double[] distribution = Arrays.copyOf(policy, 2 * actionWidth);
    double logDensity = 0;
    double entropy = 0;
    for (int i = 0; i < actionWidth; i++) {
      double logStd = cursor.next();
      double z = (row.actionVector[i] - policy[i]) / Math.exp(logStd);
      logDensity -= z * z / 2 + logStd + Math.log(2 * Math.PI) / 2;
      entropy += logStd + Math.log(2 * Math.PI * Math.E) / 2;
      distribution[actionWidth + i] = logStd;
    }
    return new Outputs(logDensity, entropy, value, distribution);
  }

  private double[] torso(Cursor cursor, double[] observation) {
    double[] features = observation;
    for (int width : hidden) {
      features = cursor.dense(features, width);
      for (int i = 0; i < width; i++) {
        features[i] = Math.tanh(features[i]);
      }
    }
    return features;
  }

  private static double logSoftmax(double[] logits, int action) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - logits[action]);
    }
    return -Math.log(sum);
  }

  private static double categoricalEntropy(double[] logits) {
    double entropy = 0;
    for (int action = 0; action < logits.length; action++) {
      double logProbability = logSoftmax(logits, action);
      entropy -= Math.exp(logProbability) * logProbability;
    }
    return entropy;
  }

  /** Reads layers from the flat vector: weights {@code [outputs x inputs]}, then biases. */
  private static final class Cursor {
    private final double[] parameters;
    private int position;

    Cursor(double[] parameters) {
      this.parameters = parameters;
    }

    double next() {
      return parameters[position++];
    }

    double[] dense(double[] input, int outputs) {
      double[] output = new double[outputs];
      for (int i = 0; i < outputs; i++) {
        for (double element : input) {
          output[i] += element * next();
        }
      }
      for (int i = 0; i < outputs; i++) {
        output[i] += next();
      }
      return output;
    }
  }
}
