package org.apprentice.ppo;

import java.util.Optional;
import org.apprentice.rl.ActionDistribution;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.SequenceBatch;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;

/**
 * Rows drawn from a rollout and the loss on them (Schulman et al. 2017, equation 9, as a loss to be
 * minimised):
 *
 * <pre>  mean(-min(ratio A, clip(ratio, 1 +- clip) A)) + c_v mean((V - R)^2) / 2 - c_e mean(H)
 * </pre>
 *
 * <p>or, with a penalty in the place of the clip (equation 8), {@code mean(-ratio A + beta KL(old
 * || new))} for its first term. A recurrent network's rows come in whole sequences; what pads them
 * counts for nothing in any mean.
 */
final class Minibatch {
  private final PpoConfig config;
  private final NetworkActorCritic policy;
  private final SequenceBatch batch;
  private final ActionDistribution distribution;
  private final Optional<KlPenalty> penalty;
  private final float[][] parameters;
  private final float[][] parameterGradients;
  private final float[][] headGradients;
  private final ObservationBatch normalized;
  private final float[] oldLogProbabilities;
  private final float[] oldValues;
  private final float[] advantages;
  private final float[] returns;
  private final float[] logProbabilities;
  private final float[] entropies;
  private final float[] logProbabilityGradient;
  private final float[] valueGradient;
  private Rollout rollout;
  private ObservationBatch source;
  private float[] allAdvantages;
  private float[] allReturns;
  private float clip;
  private int rows;
  private int validRows;
  private double kl;

  /**
   * @param copies of the environment, each of which gives {@code config.rolloutLength()} steps
   */
  Minibatch(PpoConfig config, NetworkActorCritic policy, int copies) {
    this.config = config;
    this.policy = policy;
    int length = config.rolloutLength();
    int sequenceLength = config.sequenceLength().orElse(Math.min(length, config.minibatchSize()));
    batch = new SequenceBatch(policy, length, copies, sequenceLength, config.minibatchSize());
    int size = batch.maxRows();
    distribution = policy.distribution(size);
    penalty =
        config.objective() == PpoConfig.Objective.KL_PENALTY
            ? Optional.of(new KlPenalty(config, policy, batch, distribution, length * copies))
            : Optional.empty();
    int[] distributionHeads = policy.distributionHeads();
    parameters = new float[distributionHeads.length][];
    parameterGradients = new float[distributionHeads.length][];
    headGradients = new float[policy.network().spec().heads().size()][];
    for (int i = 0; i < distributionHeads.length; i++) {
      parameterGradients[i] = new float[size * policy.environment().actionSpace().width()];
      headGradients[distributionHeads[i]] = parameterGradients[i];
    }
    valueGradient = new float[size];
    headGradients[policy.valueHead()] = valueGradient;
    normalized =
        policy.normalizer().isPresent()
            ? ObservationBatch.allocate(policy.environment().observationSpace(), length * copies)
            : null;
    oldLogProbabilities = new float[size];
    oldValues = new float[size];
    advantages = new float[size];
    returns = new float[size];
    logProbabilities = new float[size];
    entropies = new float[size];
    logProbabilityGradient = new float[size];
  }

  /** How many sequences a rollout has: rows, for a feed-forward network. */
  int sequences() {
    return batch.sequences();
  }

  /** Most sequences of a minibatch. */
  int maxSequences() {
    return batch.maxSequences();
  }

  Optional<KlPenalty> penalty() {
    return penalty;
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
    if (normalized != null) {
      policy.normalizer().orElseThrow().apply(from.observations(), normalized, from.rows());
      source = normalized;
    }
    penalty.ifPresent(it -> it.begin(from, source));
  }

  /** Copies the sequences {@code order[start] .. order[start + count - 1]} of the rollout. */
  void gather(int[] order, int start, int count) {
    batch.gather(rollout, source, order, start, count);
    rows = batch.rows();
    validRows = batch.validRows();
    batch.select(rollout.logProbabilities(), oldLogProbabilities);
    batch.select(rollout.values(), oldValues);
    batch.select(allAdvantages, advantages);
    batch.select(allReturns, returns);
    if (config.normalizeAdvantages() && validRows > 1) {
      normalizeAdvantages();
    }
  }

  /** Mean 0 and (sample) standard deviation 1 within the minibatch. */
  private void normalizeAdvantages() {
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      sum += advantages[i]; // 0 where it is padding
    }
    double mean = sum / validRows;
    double squares = 0;
    for (int i = 0; i < rows; i++) {
      double centred = batch.isPadding(i) ? 0 : advantages[i] - mean;
      squares += centred * centred;
    }
    float shift = (float) mean;
    float scale = (float) (1 / (Math.sqrt(squares / (validRows - 1)) + 1e-8));
    for (int i = 0; i < rows; i++) {
      advantages[i] = (advantages[i] - shift) * scale;
    }
  }

  /** Forward pass, losses, and the gradients of the loss by the network's outputs. */
  void evaluate(Losses losses) {
    batch.forward();
    policy.parameters(batch.pass(), parameters);
    distribution.evaluate(
        parameters, batch.actionMask(), batch.actions(), rows, logProbabilities, entropies);
    double policyLoss = 0;
    double klSum = 0;
    double entropySum = 0;
    int clipped = 0;
    for (int i = 0; i < rows; i++) {
      if (batch.isPadding(i)) {
        logProbabilityGradient[i] = 0;
        continue;
      }
      float logRatio = logProbabilities[i] - oldLogProbabilities[i];
      float ratio = (float) Math.exp(logRatio);
      policyLoss += surrogateLoss(i, ratio);
      klSum += ratio - 1 - logRatio;
      entropySum += entropies[i];
      clipped += ratio < 1 - clip || ratio > 1 + clip ? 1 : 0;
    }
    distribution.gradient(
        batch.actions(),
        logProbabilityGradient,
        (float) -config.entropy() * (1f / validRows),
        rows,
        parameterGradients);
    if (penalty.isPresent()) {
      policyLoss += penalty.get().add(parameters, parameterGradients);
    }
    batch.clearPadding(parameterGradients);
    kl = klSum / validRows;
    losses.add(
        policyLoss / validRows,
        valueLoss(),
        entropySum / validRows,
        kl,
        clipped / (double) validRows);
  }

  /** Loss of one row; notes its gradient by the logarithm of the action's probability. */
  private double surrogateLoss(int row, float ratio) {
    float advantage = advantages[row];
    boolean outside = penalty.isEmpty() && (advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip);
    logProbabilityGradient[row] = outside ? 0 : -ratio * advantage * (1f / validRows);
    float bounded = Math.max(1 - clip, Math.min(1 + clip, ratio));
    return penalty.isPresent()
        ? -ratio * advantage
        : -Math.min(ratio * advantage, bounded * advantage);
  }

  /**
   * Half the mean squared error; with {@code value-clip} the larger one of the error and that of a
   * value that moved no further than the clip from the old one (OpenAI Baselines' PPO2).
   */
  private double valueLoss() {
    float[] values = batch.pass().output(policy.valueHead());
    float weight = (float) config.valueCoefficient() / validRows;
    boolean clipping = config.valueClip().isPresent();
    float range = clipping ? config.valueClip().get().floatValue() : 0;
    double squares = 0;
    for (int i = 0; i < rows; i++) {
      float error = batch.isPadding(i) ? 0 : values[i] - returns[i];
      float slope = error;
      if (clipping && !batch.isPadding(i)) {
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
    return 0.5 * squares / validRows;
  }

  /** Gradient of the loss at the last {@link #evaluate} by the network's parameters. */
  void backward(float[] gradient) {
    policy.network().backward(batch.pass(), headGradients, gradient, null);
  }
}
