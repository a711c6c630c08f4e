package org.apprentice.rl.imitation;

import java.util.Arrays;
import java.util.Map;
import org.apprentice.rl.ActionDistribution;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Network;
import org.apprentice.spi.Pass;

/**
 * {@code mean(-log pi(a|s)) - entropyWeight mean(H(pi(.|s)))} of demonstrated transitions:
 * cross-entropy for discrete actions, Gaussian negative log-likelihood for continuous ones. Padding
 * counts for nothing. Adds up what it saw since {@link #clear}.
 */
final class CloningLoss {
  private final NetworkActorCritic policy;
  private final Network network;
  private final ActionDistribution distribution;
  private final float entropyWeight;
  private final SequenceColumns columns;
  private final ActionBatch modes;
  private final float[] logProbabilities;
  private final float[] entropies;
  private final float[] logProbabilityGradient;
  private final float[][] parameters;
  private final float[][] parameterGradients;
  private final float[][] headGradients;
  private final int actionWidth;

  /** Null for continuous actions. */
  private final ActionConfusion confusion;

  private int validRows;
  private long seen;
  private double negativeLogLikelihood;
  private double entropy;
  private double agreement;

  /**
   * @param columns raw observations of the transitions, filled before each {@link #evaluate}
   * @param maxRows of the columns
   */
  CloningLoss(
      NetworkActorCritic policy, double entropyWeight, SequenceColumns columns, int maxRows) {
    this.policy = policy;
    this.entropyWeight = (float) entropyWeight;
    this.columns = columns;
    network = policy.network();
    distribution = policy.distribution(maxRows);
    EnvironmentSpec environment = policy.environment();
    actionWidth = environment.actionSpace().width();
    confusion =
        environment.actionSpace() instanceof ActionSpace.Discrete
            ? new ActionConfusion(environment)
            : null;
    modes = ActionBatch.allocate(environment.actionSpace(), maxRows);
    logProbabilities = new float[maxRows];
    entropies = new float[maxRows];
    logProbabilityGradient = new float[maxRows];
    int[] heads = policy.distributionHeads();
    parameters = new float[heads.length][];
    parameterGradients = new float[heads.length][];
    headGradients = new float[network.spec().heads().size()][];
    for (int i = 0; i < heads.length; i++) {
      parameterGradients[i] = new float[maxRows * actionWidth];
      headGradients[heads[i]] = parameterGradients[i];
    }
  }

  void clear() {
    seen = 0;
    negativeLogLikelihood = 0;
    entropy = 0;
    agreement = 0;
    if (confusion != null) {
      confusion.clear();
    }
  }

  /** Null for continuous actions. */
  ActionConfusion confusion() {
    return confusion;
  }

  /** Forward pass on the columns, whose observations it normalises. */
  void forward(Pass pass) {
    policy
        .normalizer()
        .ifPresent(it -> it.apply(columns.observations(), columns.observations(), columns.rows()));
    network.forward(pass, columns.inputs(null));
  }

  /** {@link #forward} and the loss there; adds to the sums. */
  void evaluate(Pass pass) {
    forward(pass);
    int rows = columns.rows();
    policy.parameters(pass, parameters);
    distribution.evaluate(parameters, columns.actions(), rows, logProbabilities, entropies);
    distribution.mode(parameters, rows, modes);
    validRows = columns.validRows();
    seen += validRows;
    for (int row = 0; row < rows; row++) {
      if (!columns.isPadding(row)) {
        negativeLogLikelihood -= logProbabilities[row];
        entropy += entropies[row];
        agreement += agreement(row);
      }
    }
  }

  /**
   * 1 where a discrete action is the most likely one, else 0; the mean absolute distance of a
   * continuous one from the mean.
   */
  private double agreement(int row) {
    if (columns.actions() instanceof ActionBatch.Discrete taken) {
      int demonstrated = taken.values()[row];
      int likely = ((ActionBatch.Discrete) modes).values()[row];
      confusion.add(demonstrated, likely);
      return demonstrated == likely ? 1 : 0;
    }
    float[] taken = ((ActionBatch.Continuous) columns.actions()).values();
    float[] means = ((ActionBatch.Continuous) modes).values();
    double distance = 0;
    for (int i = row * actionWidth; i < (row + 1) * actionWidth; i++) {
      distance += Math.abs(taken[i] - means[i]) / actionWidth;
    }
    return distance;
  }

  /** Gradient of the loss at the last {@link #evaluate} by the network's parameters. */
  void backward(Pass pass, float[] gradient) {
    int rows = columns.rows();
    Arrays.fill(logProbabilityGradient, 0, rows, -1f / validRows);
    distribution.gradient(
        columns.actions(),
        logProbabilityGradient,
        -entropyWeight / validRows,
        rows,
        parameterGradients);
    for (int row = 0; row < rows; row++) {
      if (columns.isPadding(row)) {
        for (float[] parameter : parameterGradients) {
          Arrays.fill(parameter, row * actionWidth, (row + 1) * actionWidth, 0);
        }
      }
    }
    network.backward(pass, headGradients, gradient, null);
  }

  /** Mean loss of all transitions since {@link #clear}. */
  double meanLoss() {
    return (negativeLogLikelihood - entropyWeight * entropy) / seen;
  }

  void addMetrics(String group, Map<String, Double> metrics) {
    metrics.put(group + "loss", meanLoss());
    metrics.put(group + "negative-log-likelihood", negativeLogLikelihood / seen);
    metrics.put(group + "entropy", entropy / seen);
    if (confusion == null) {
      metrics.put(group + "absolute-error", agreement / seen);
      return;
    }
    metrics.put(group + "accuracy", agreement / seen);
    for (int action = 0; action < confusion.names().size(); action++) {
      // NaN, which is not logged, for an action that was not demonstrated
      metrics.put(group + "recall-" + confusion.names().get(action), confusion.recall(action));
    }
  }
}
