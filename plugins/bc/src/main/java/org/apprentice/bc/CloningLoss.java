package org.apprentice.bc;

import java.util.Arrays;
import java.util.Map;
import org.apprentice.rl.ActionDistribution;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.demonstrations.DemonstrationSampler;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;

/**
 * {@code mean(-log pi(a|s)) - entropyWeight mean(H(pi(.|s)))} on minibatches of demonstrations:
 * cross-entropy for discrete actions, Gaussian negative log-likelihood for continuous ones. Adds up
 * what it saw since {@link #clear}.
 */
final class CloningLoss {
  private final NetworkActorCritic policy;
  private final Network network;
  private final Pass pass;
  private final ActionDistribution distribution;
  private final float entropyWeight;
  private final int batchSize;
  private final ObservationBatch observations;
  private final ActionBatch actions;
  private final ActionBatch modes;
  private final float[] logProbabilities;
  private final float[] entropies;
  private final float[] logProbabilityGradient;
  private final float[][] parameters;
  private final float[][] parameterGradients;
  private final float[][] headGradients;
  private Inputs inputs;
  private int rows;

  private long seen;
  private double negativeLogLikelihood;
  private double entropy;
  private double agreement;

  CloningLoss(NetworkActorCritic policy, int batchSize, double entropyWeight) {
    this.policy = policy;
    this.batchSize = batchSize;
    this.entropyWeight = (float) entropyWeight;
    network = policy.network();
    pass = network.pass(1, batchSize);
    distribution = policy.distribution(batchSize);
    EnvironmentSpec environment = policy.environment();
    observations = ObservationBatch.allocate(environment.observationSpace(), batchSize);
    actions = ActionBatch.allocate(environment.actionSpace(), batchSize);
    modes = ActionBatch.allocate(environment.actionSpace(), batchSize);
    logProbabilities = new float[batchSize];
    entropies = new float[batchSize];
    logProbabilityGradient = new float[batchSize];
    int[] heads = policy.distributionHeads();
    parameters = new float[heads.length][];
    parameterGradients = new float[heads.length][];
    headGradients = new float[network.spec().heads().size()][];
    for (int i = 0; i < heads.length; i++) {
      parameterGradients[i] = new float[batchSize * environment.actionSpace().width()];
      headGradients[heads[i]] = parameterGradients[i];
    }
    inputs = Inputs.of(observations, batchSize);
  }

  /** The policy's normaliser, where it has one, takes mean and variance of these observations. */
  void fitNormalizer(Demonstrations demonstrations) {
    policy
        .normalizer()
        .ifPresent(
            normalizer -> {
              ObservationBatch all = demonstrations.allocateObservations(demonstrations.rows());
              ActionBatch ignored = demonstrations.allocateActions(demonstrations.rows());
              demonstrations.copy(0, demonstrations.rows(), all, ignored);
              normalizer.update(all, demonstrations.rows());
            });
  }

  /** Draws the next minibatch, of at most {@code most} transitions. */
  void draw(DemonstrationSampler sampler, int most) {
    select(Math.min(batchSize, most));
    sampler.next(rows, observations, actions);
    normalize();
  }

  private void select(int count) {
    rows = count;
    if (inputs.rows() != count) {
      inputs = Inputs.of(observations, count);
    }
  }

  private void normalize() {
    policy.normalizer().ifPresent(it -> it.apply(observations, observations, rows));
  }

  /** Transitions of the current minibatch. */
  int rows() {
    return rows;
  }

  void clear() {
    seen = 0;
    negativeLogLikelihood = 0;
    entropy = 0;
    agreement = 0;
  }

  /** Forward pass on the current minibatch; adds to the sums. */
  void evaluate() {
    network.forward(pass, inputs);
    policy.parameters(pass, parameters);
    distribution.evaluate(parameters, actions, rows, logProbabilities, entropies);
    distribution.mode(parameters, rows, modes);
    seen += rows;
    for (int i = 0; i < rows; i++) {
      negativeLogLikelihood -= logProbabilities[i];
      entropy += entropies[i];
    }
    addAgreement();
  }

  /**
   * Discrete actions that are the most likely ones; the mean absolute distance of continuous ones
   * from the mean.
   */
  private void addAgreement() {
    if (actions instanceof ActionBatch.Discrete taken) {
      int[] likely = ((ActionBatch.Discrete) modes).values();
      for (int i = 0; i < rows; i++) {
        agreement += taken.values()[i] == likely[i] ? 1 : 0;
      }
    } else if (actions instanceof ActionBatch.Continuous taken) {
      float[] means = ((ActionBatch.Continuous) modes).values();
      for (int i = 0; i < rows * taken.width(); i++) {
        agreement += Math.abs(taken.values()[i] - means[i]) / taken.width();
      }
    }
  }

  /** Gradient of the loss at the last {@link #evaluate} by the network's parameters. */
  void backward(float[] gradient) {
    Arrays.fill(logProbabilityGradient, 0, rows, -1f / rows);
    distribution.gradient(
        actions, logProbabilityGradient, -entropyWeight / rows, rows, parameterGradients);
    network.backward(pass, headGradients, gradient, null);
  }

  /** {@link #evaluate} on every transition, in order. */
  void evaluateAll(Demonstrations demonstrations) {
    for (int row = 0; row < demonstrations.rows(); row += rows) {
      select(Math.min(batchSize, demonstrations.rows() - row));
      demonstrations.copy(row, rows, observations, actions);
      normalize();
      evaluate();
    }
  }

  /** Mean loss of all transitions since {@link #clear}. */
  double meanLoss() {
    return (negativeLogLikelihood - entropyWeight * entropy) / seen;
  }

  void addMetrics(String group, Map<String, Double> metrics) {
    metrics.put(group + "loss", meanLoss());
    metrics.put(group + "negative-log-likelihood", negativeLogLikelihood / seen);
    metrics.put(group + "entropy", entropy / seen);
    metrics.put(
        group + (actions instanceof ActionBatch.Discrete ? "accuracy" : "absolute-error"),
        agreement / seen);
  }
}
