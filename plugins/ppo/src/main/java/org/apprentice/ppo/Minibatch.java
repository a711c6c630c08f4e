package org.apprentice.ppo;

import org.apprentice.rl.ActionDistribution;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.apprentice.spi.Rollout;

/**
 * Rows drawn from a rollout and the loss on them (Schulman et al. 2017, equation 9, as a loss to be
 * minimised):
 *
 * <pre>  mean(-min(ratio A, clip(ratio, 1 +- clip) A)) + c_v mean((V - R)^2) / 2 - c_e mean(H)
 * </pre>
 */
final class Minibatch {
  private final PpoConfig config;
  private final NetworkActorCritic policy;
  private final Network network;
  private final Pass pass;
  private final int size;
  private final ActionDistribution distribution;
  private final float[][] parameters;
  private final float[][] parameterGradients;
  private final float[][] headGradients;
  private final ObservationBatch normalized;
  private final ObservationBatch observations;
  private final ActionBatch actions;
  private final float[] oldLogProbabilities;
  private final float[] oldValues;
  private final float[] advantages;
  private final float[] returns;
  private final float[] logProbabilities;
  private final float[] entropies;
  private final float[] logProbabilityGradient;
  private final float[] valueGradient;
  private Inputs inputs;
  private Rollout rollout;
  private ObservationBatch source;
  private float[] allAdvantages;
  private float[] allReturns;
  private float clip;
  private int rows;
  private double kl;

  Minibatch(PpoConfig config, NetworkActorCritic policy, int size, int rolloutRows) {
    this.config = config;
    this.policy = policy;
    this.size = size;
    network = policy.network();
    pass = network.pass(1, size);
    distribution = policy.distribution(size);
    EnvironmentSpec environment = policy.environment();
    int heads = network.spec().heads().size();
    int[] distributionHeads = policy.distributionHeads();
    parameters = new float[distributionHeads.length][];
    parameterGradients = new float[distributionHeads.length][];
    headGradients = new float[heads][];
    for (int i = 0; i < distributionHeads.length; i++) {
      parameterGradients[i] = new float[size * environment.actionSpace().width()];
      headGradients[distributionHeads[i]] = parameterGradients[i];
    }
    valueGradient = new float[size];
    headGradients[policy.valueHead()] = valueGradient;
    normalized =
        policy.normalizer().isPresent()
            ? ObservationBatch.allocate(environment.observationSpace(), rolloutRows)
            : null;
    observations = ObservationBatch.allocate(environment.observationSpace(), size);
    actions = ActionBatch.allocate(environment.actionSpace(), size);
    oldLogProbabilities = new float[size];
    oldValues = new float[size];
    advantages = new float[size];
    returns = new float[size];
    logProbabilities = new float[size];
    entropies = new float[size];
    logProbabilityGradient = new float[size];
    inputs = Inputs.of(observations, size);
  }

  int size() {
    return size;
  }

  /**
   * Mean of {@code (ratio - 1) - log ratio} at the last {@link #evaluate} (Schulman, "Approximating
   * KL divergence").
   */
  double kl() {
    return kl;
  }

  void begin(Rollout from, float[] rolloutAdvantages, float[] rolloutReturns, double clipRange) {
    rollout = from;
    allAdvantages = rolloutAdvantages;
    allReturns = rolloutReturns;
    clip = (float) clipRange;
    source = from.observations();
    policy
        .normalizer()
        .ifPresent(
            it -> {
              it.apply(from.observations(), normalized, from.rows());
              source = normalized;
            });
  }

  /** Copies the rows {@code order[start] .. order[start + count - 1]} of the rollout. */
  void gather(int[] order, int start, int count) {
    rows = count;
    for (int i = 0; i < count; i++) {
      int row = order[start + i];
      source.copyTo(row, observations, i, 1);
      rollout.actions().copyTo(row, actions, i, 1);
      oldLogProbabilities[i] = rollout.logProbabilities()[row];
      oldValues[i] = rollout.values()[row];
      advantages[i] = allAdvantages[row];
      returns[i] = allReturns[row];
    }
    if (config.normalizeAdvantages() && count > 1) {
      normalizeAdvantages();
    }
    if (inputs.rows() != count) {
      inputs = Inputs.of(observations, count);
    }
  }

  /** Mean 0 and (sample) standard deviation 1 within the minibatch. */
  private void normalizeAdvantages() {
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      sum += advantages[i];
    }
    double mean = sum / rows;
    double squares = 0;
    for (int i = 0; i < rows; i++) {
      double centred = advantages[i] - mean;
      squares += centred * centred;
    }
    float shift = (float) mean;
    float scale = (float) (1 / (Math.sqrt(squares / (rows - 1)) + 1e-8));
    for (int i = 0; i < rows; i++) {
      advantages[i] = (advantages[i] - shift) * scale;
    }
  }

  /** Forward pass, losses, and the gradients of the loss by the network's outputs. */
  void evaluate(Losses losses) {
    network.forward(pass, inputs);
    policy.parameters(pass, parameters);
    distribution.evaluate(parameters, actions, rows, logProbabilities, entropies);
    double policyLoss = 0;
    double klSum = 0;
    double entropySum = 0;
    int clipped = 0;
    float inverse = 1f / rows;
    for (int i = 0; i < rows; i++) {
      float logRatio = logProbabilities[i] - oldLogProbabilities[i];
      float ratio = (float) Math.exp(logRatio);
      float advantage = advantages[i];
      float bounded = Math.max(1 - clip, Math.min(1 + clip, ratio));
      boolean outside = advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip;
      logProbabilityGradient[i] = outside ? 0 : -ratio * advantage * inverse;
      policyLoss -= Math.min(ratio * advantage, bounded * advantage);
      klSum += ratio - 1 - logRatio;
      entropySum += entropies[i];
      clipped += bounded == ratio ? 0 : 1;
    }
    distribution.gradient(
        actions,
        logProbabilityGradient,
        (float) -config.entropy() * inverse,
        rows,
        parameterGradients);
    kl = klSum / rows;
    losses.add(policyLoss / rows, valueLoss(), entropySum / rows, kl, clipped / (double) rows);
  }

  /**
   * Half the mean squared error; with {@code value-clip} the larger one of the error and that of a
   * value that moved no further than the clip from the old one (OpenAI Baselines' PPO2).
   */
  private double valueLoss() {
    float[] values = pass.output(policy.valueHead());
    float weight = (float) config.valueCoefficient() / rows;
    boolean clipping = config.valueClip().isPresent();
    float range = clipping ? config.valueClip().get().floatValue() : 0;
    double squares = 0;
    for (int i = 0; i < rows; i++) {
      float error = values[i] - returns[i];
      float slope = error;
      if (clipping) {
        float change = values[i] - oldValues[i];
        float bounded = Math.max(-range, Math.min(range, change));
        float boundedError = oldValues[i] + bounded - returns[i];
        if (boundedError * boundedError > error * error) {
          error = boundedError;
          slope = bounded == change ? boundedError : 0;
        }
      }
      squares += error * error;
      valueGradient[i] = weight * slope;
    }
    return 0.5 * squares / rows;
  }

  /** Gradient of the loss at the last {@link #evaluate} by the network's parameters. */
  void backward(float[] gradient) {
    network.backward(pass, headGradients, gradient, null);
  }
}
