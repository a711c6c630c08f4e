package org.apprentice.rl.imitation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apprentice.nn.Adam;
import org.apprentice.nn.NetworkState;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.ShuffledIndices;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Network;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;

/**
 * Behavioural cloning (Pomerleau 1991): minibatch descent by Adam on the negative log-likelihood of
 * demonstrated actions.
 *
 * <p>A recurrent policy learns from sequences of an episode's steps (truncated backpropagation
 * through time). Each begins with the memory that the policy, as it was when the epoch began, has
 * after the steps before it, from the episode's start on; dropout is off for that. The last
 * sequence of an episode is padded. Where {@code sequenceLength} reaches the longest episode,
 * nothing is truncated.
 */
public final class Cloning {
  private final NetworkActorCritic policy;
  private final Network network;
  private final Settings settings;
  private final RandomGenerator minibatches;
  private final RandomGenerator dropout;
  private final Adam adam;
  private final float[] gradient;
  private CloningData training;
  private CloningData heldOut;
  private ShuffledIndices order;
  private Pass pass;
  private int[] chosen;

  /**
   * @param batchSize transitions of a gradient step
   * @param sequenceLength most steps of a sequence that a recurrent network is trained on
   * @param entropy weight of the entropy bonus
   * @param l2 weight of half the squared parameters
   */
  public record Settings(
      int batchSize,
      int sequenceLength,
      double learningRate,
      double adamEpsilon,
      double entropy,
      double l2) {
    public Settings {
      require(batchSize >= 1, "batch-size must be at least 1, found " + batchSize);
      require(sequenceLength >= 1, "sequence-length must be at least 1, found " + sequenceLength);
      require(learningRate > 0, "learning-rate must be greater than 0, found " + learningRate);
      require(adamEpsilon > 0, "adam-epsilon must be greater than 0, found " + adamEpsilon);
      require(entropy >= 0, "entropy must be at least 0, found " + entropy);
      require(l2 >= 0, "l2 must be at least 0, found " + l2);
    }

    private static void require(boolean holds, String rule) {
      if (!holds) {
        throw new IllegalArgumentException(rule);
      }
    }
  }

  /**
   * Only the policy's part of the network changes, if heads share no layer with it.
   *
   * @param minibatches shuffles; saved and restored by its owner, as is {@code dropout}
   * @param dropout chooses the units that are dropped in training, where the network drops any
   */
  public Cloning(
      NetworkActorCritic policy,
      Settings settings,
      RandomGenerator minibatches,
      RandomGenerator dropout) {
    this.policy = policy;
    this.settings = settings;
    this.minibatches = minibatches;
    this.dropout = dropout;
    network = policy.network();
    adam = new Adam(network.parameters().length, 0.9, 0.999, settings.adamEpsilon());
    gradient = new float[network.parameters().length];
  }

  /** What the next epochs learn from; the optimiser goes on as it is. */
  public void learnFrom(Demonstrations demonstrations) {
    training = new CloningData(demonstrations, policy, settings);
    order = new ShuffledIndices(training.sequences(), minibatches);
    pass = training.pass();
    pass.training(dropout);
    chosen = new int[training.maxColumns()];
  }

  /** The policy's normaliser, where it has one, takes in these observations. */
  public void fitNormalizer(Demonstrations demonstrations) {
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

  /** One pass over all that is learned from. */
  public void epoch() {
    training.loss().clear();
    training.refreshMemories();
    for (int left = training.sequences(); left > 0; left -= training.maxColumns()) {
      step(Math.min(training.maxColumns(), left));
    }
  }

  /** So many gradient steps on full minibatches; memories are those of the first. */
  public void steps(int count) {
    training.loss().clear();
    training.refreshMemories();
    for (int i = 0; i < count; i++) {
      step(training.maxColumns());
    }
  }

  private void step(int count) {
    for (int column = 0; column < count; column++) {
      chosen[column] = order.next();
    }
    training.evaluate(chosen, count, pass);
    training.loss().backward(pass, gradient);
    addL2Gradient();
    adam.step(network.parameters(), gradient, settings.learningRate(), Double.POSITIVE_INFINITY);
    network.parametersChanged();
  }

  /** Gradient of {@code l2 / 2 |parameters|^2}. */
  private void addL2Gradient() {
    if (settings.l2() > 0) {
      float weight = (float) settings.l2();
      float[] parameters = network.parameters();
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += weight * parameters[i];
      }
    }
  }

  /** Means over the last {@link #epoch} or {@link #steps}, as they were before each step. */
  public void addTrainingMetrics(String group, Map<String, Double> metrics) {
    training.loss().addMetrics(group, metrics);
  }

  /**
   * Of the actions of the last {@link #epoch} or {@link #steps}, as they were before each step;
   * empty for continuous ones.
   */
  public Optional<ActionConfusion> trainingConfusion() {
    return Optional.ofNullable(training.loss().confusion());
  }

  /** Of the demonstrations of the last {@link #evaluate}; empty for continuous actions. */
  public Optional<ActionConfusion> evaluationConfusion() {
    return Optional.ofNullable(heldOut.loss().confusion());
  }

  /** Mean loss of demonstrations that are not learned from, with its parts as metrics. */
  public double evaluate(Demonstrations demonstrations, String group, Map<String, Double> metrics) {
    if (heldOut == null || heldOut.demonstrations() != demonstrations) {
      heldOut = new CloningData(demonstrations, policy, settings);
    }
    heldOut.evaluateAll();
    heldOut.loss().addMetrics(group, metrics);
    return heldOut.loss().meanLoss();
  }

  /** Network, optimiser, normaliser, and where the pass over the demonstrations is. */
  public void save(DataOutput out) throws IOException {
    NetworkState.save(network, out);
    adam.save(out);
    order.save(out);
    if (policy.normalizer().isPresent()) {
      policy.normalizer().get().save(out);
    }
  }

  /** After {@link #learnFrom} the same demonstrations as were learned from when saving. */
  public void restore(DataInput in) throws IOException {
    NetworkState.restore(network, in);
    adam.restore(in);
    order.restore(in);
    if (policy.normalizer().isPresent()) {
      policy.normalizer().get().restore(in);
    }
  }
}
