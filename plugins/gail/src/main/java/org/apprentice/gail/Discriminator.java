package org.apprentice.gail;

import static org.apprentice.gail.ImitationReward.softplus;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apprentice.nn.Adam;
import org.apprentice.nn.NetworkState;
import org.apprentice.rl.ObservationNormalizer;
import org.apprentice.rl.demonstrations.DemonstrationSampler;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.apprentice.spi.Rollout;

/**
 * Tells transitions of the expert from those of the policy by one logit on observation and action,
 * high for the expert (Ho and Ermon 2016, equation 17, with the expert as the positive class).
 * Minimises
 *
 * <pre>  mean_expert(-log D) + mean_policy(-log(1 - D)) - entropyWeight mean(H(D))</pre>
 */
final class Discriminator {
  private final GailConfig.DiscriminatorConfig config;
  private final Network network;
  private final Adam adam;
  private final DemonstrationSampler expert;
  private final RandomGenerator drawing;
  private final Optional<ObservationNormalizer> normalizer;
  private final Pass pass;
  private final int half;
  private final int actionWidth;

  /** The expert's half comes first. */
  private final ObservationBatch observations;

  private final ActionBatch actions;
  private final float[] encodedActions;
  private final Inputs whole;
  private Inputs part;
  private final float[] logitGradient;
  private final float[][] headGradients;
  private final float[] gradient;
  private int[] order = new int[0];
  private int drawn;

  /**
   * @param expert endless minibatches of demonstrations
   * @param drawing draws the policy's transitions; saved and restored by its owner
   */
  Discriminator(
      GailConfig.DiscriminatorConfig config,
      EnvironmentSpec environment,
      DemonstrationSampler expert,
      RandomGenerator drawing,
      long seed,
      int threads) {
    this.config = config;
    this.expert = expert;
    this.drawing = drawing;
    half = config.batchSize();
    actionWidth = environment.actionSpace().width();
    network =
        config
            .network()
            .plugin()
            .createFrom(
                config.network().config(),
                new NetworkSpec(
                    environment.observationSpace(),
                    actionWidth,
                    List.of(new NetworkSpec.Head("logit", 1, 1)),
                    seed,
                    threads));
    if (network.stateWidth() > 0) {
      throw new IllegalArgumentException(
          "the discriminator judges single transitions, but its network carries a state from step to"
              + " step");
    }
    adam = new Adam(network.parameters().length, 0.9, 0.999, config.adamEpsilon());
    pass = network.pass(1, 2 * half);
    observations = ObservationBatch.allocate(environment.observationSpace(), 2 * half);
    actions = ActionBatch.allocate(environment.actionSpace(), 2 * half);
    normalizer =
        config.normalizeObservations() && observations instanceof ObservationBatch.Float32
            ? Optional.of(new ObservationNormalizer(observations.width(), 10))
            : Optional.empty();
    encodedActions = new float[2 * half * actionWidth];
    whole = new Inputs(observations, encodedActions, null, 1, 2 * half);
    part = whole;
    logitGradient = new float[2 * half];
    headGradients = new float[][] {logitGradient};
    gradient = new float[network.parameters().length];
  }

  Network network() {
    return network;
  }

  /**
   * {@code updates} gradient steps on equal numbers of the expert's and the rollout's transitions.
   */
  void train(Rollout rollout, DiscriminatorMetrics metrics) {
    drawn = order.length;
    for (int update = 0; update < config.updates(); update++) {
      selectBatch(rollout);
      adam.step(
          network.parameters(), gradient(metrics), config.learningRate(), Double.POSITIVE_INFINITY);
      network.parametersChanged();
    }
  }

  /** Fills the batch with equal numbers of the expert's and the policy's transitions. */
  void selectBatch(Rollout rollout) {
    expert.next(half, observations, actions);
    drawPolicyHalf(rollout);
    if (normalizer.isPresent()) {
      normalizer.get().update(observations, 2 * half);
    }
  }

  /**
   * Gradient of the loss on the batch by the network's parameters; overwritten by the next call.
   */
  float[] gradient(DiscriminatorMetrics metrics) {
    forward(whole);
    lossGradient(metrics);
    network.backward(pass, headGradients, gradient, null);
    return gradient;
  }

  /** Rows of the rollout without replacement until all were drawn. */
  private void drawPolicyHalf(Rollout rollout) {
    for (int i = half; i < 2 * half; i++) {
      if (drawn >= order.length) {
        shuffle(rollout.rows());
      }
      int row = order[drawn++];
      rollout.observations().copyTo(row, observations, i, 1);
      rollout.actions().copyTo(row, actions, i, 1);
    }
  }

  /** Fisher and Yates, from the identity: the order is no state to be saved. */
  private void shuffle(int rows) {
    if (order.length != rows) {
      order = new int[rows];
    }
    for (int i = 0; i < rows; i++) {
      order[i] = i;
    }
    for (int i = rows - 1; i > 0; i--) {
      int other = drawing.nextInt(i + 1);
      int row = order[i];
      order[i] = order[other];
      order[other] = row;
    }
    drawn = 0;
  }

  private void forward(Inputs inputs) {
    if (normalizer.isPresent()) {
      normalizer.get().apply(observations, observations, inputs.rows());
    }
    actions.encode(encodedActions, actionWidth);
    network.forward(pass, inputs);
  }

  /**
   * Loss of the last forward pass and its gradient by the logits {@code l}: {@code d/dl -log D = D
   * - 1}, {@code d/dl -log(1 - D) = D}, {@code dH/dl = -l D (1 - D)}.
   */
  private void lossGradient(DiscriminatorMetrics metrics) {
    float[] logits = pass.output(0);
    double expertLoss = 0;
    double policyLoss = 0;
    double entropy = 0;
    int expertRight = 0;
    int policyRight = 0;
    double entropyWeight = config.entropy() / (2 * half);
    for (int i = 0; i < 2 * half; i++) {
      double logit = logits[i];
      double d = 1 / (1 + Math.exp(-logit));
      boolean isExpert = i < half;
      if (isExpert) {
        expertLoss += softplus(-logit);
        expertRight += logit > 0 ? 1 : 0;
      } else {
        policyLoss += softplus(logit);
        policyRight += logit < 0 ? 1 : 0;
      }
      entropy += softplus(-logit) + (1 - d) * logit;
      logitGradient[i] =
          (float) ((isExpert ? d - 1 : d) / half + entropyWeight * logit * d * (1 - d));
    }
    metrics.add(
        (expertLoss + policyLoss) / half - entropyWeight * entropy,
        expertRight / (double) half,
        policyRight / (double) half,
        entropy / (2 * half));
  }

  /** Overwrites the rollout's rewards with what the discriminator thinks of its transitions. */
  void relabel(Rollout rollout, ImitationReward reward) {
    int rows = rollout.rows();
    for (int start = 0; start < rows; start += 2 * half) {
      int count = Math.min(2 * half, rows - start);
      rollout.observations().copyTo(start, observations, 0, count);
      rollout.actions().copyTo(start, actions, 0, count);
      forward(inputs(count));
      float[] logits = pass.output(0);
      for (int i = 0; i < count; i++) {
        rollout.rewards()[start + i] = (float) reward.of(logits[i]);
      }
    }
  }

  private Inputs inputs(int rows) {
    if (rows == whole.rows()) {
      return whole;
    }
    if (part.rows() != rows) {
      part = new Inputs(observations, encodedActions, null, 1, rows);
    }
    return part;
  }

  void save(DataOutput out) throws IOException {
    NetworkState.save(network, out);
    adam.save(out);
    expert.save(out);
    if (normalizer.isPresent()) {
      normalizer.get().save(out);
    }
  }

  void restore(DataInput in) throws IOException {
    NetworkState.restore(network, in);
    adam.restore(in);
    expert.restore(in);
    if (normalizer.isPresent()) {
      normalizer.get().restore(in);
    }
  }
}
