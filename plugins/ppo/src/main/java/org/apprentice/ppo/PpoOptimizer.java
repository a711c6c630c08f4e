package org.apprentice.ppo;

import com.google.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apprentice.nn.Adam;
import org.apprentice.nn.NetworkState;
import org.apprentice.rl.Advantages;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.RewardNormalizer;
import org.apprentice.rl.StateFile;
import org.apprentice.spi.ActorCritic;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.PolicyOptimizer;
import org.apprentice.spi.Progress;
import org.apprentice.spi.Rollout;
import org.apprentice.spi.TrainingSettings;

/**
 * Proximal policy optimisation: several epochs of minibatch ascent on the clipped surrogate of one
 * rollout.
 */
final class PpoOptimizer implements PolicyOptimizer {
  private static final String FORMAT = "ppo-1";

  /** Far more than any memory holds, and few enough for indices of arrays. */
  private static final int LARGEST_ROLLOUT = 1 << 24;

  private final PpoConfig config;
  private final NetworkActorCritic policy;
  private final Network network;
  private final Adam adam;
  private final Minibatch minibatch;
  private final Optional<RewardNormalizer> rewardNormalizer;
  private final RandomGenerator shuffling;

  /** Of sequences, which are rows for a feed-forward network. */
  private final int[] order;

  private final float[] rewards;
  private final float[] advantages;
  private final float[] returns;
  private final float[] gradient;

  @Inject
  PpoOptimizer(
      PpoConfig config,
      EnvironmentFactory environments,
      NetworkFactory networks,
      TrainingSettings training,
      RandomStreams random) {
    this.config = config;
    int copies = environments.trainingCopies();
    int rows = rows(config, copies);
    policy =
        NetworkActorCritic.create(
            networks,
            environments.spec(),
            new NetworkActorCritic.Settings(
                NetworkActorCritic.Critic.JOINT,
                config.policyGain(),
                config.exploration(),
                config.normalizeObservations(),
                config.observationClip()),
            random.seed("network"),
            training.threads());
    network = policy.network();
    adam = new Adam(network, 0.9, 0.999, config.adamEpsilon());
    minibatch = new Minibatch(config, policy, copies);
    rewardNormalizer =
        config.normalizeRewards()
            ? Optional.of(new RewardNormalizer(copies, config.gamma(), 10))
            : Optional.empty();
    shuffling = random.stream("minibatches");
    order = new int[minibatch.sequences()];
    Arrays.setAll(order, i -> i);
    rewards = new float[rows];
    advantages = new float[rows];
    returns = new float[rows];
    gradient = new float[network.parameters().length];
  }

  private static int rows(PpoConfig config, int copies) {
    long rows = (long) config.rolloutLength() * copies;
    if (rows > LARGEST_ROLLOUT) {
      throw new IllegalArgumentException(
          "rollout-length x environment.copies must be at most %d steps, found %d x %d"
              .formatted(LARGEST_ROLLOUT, config.rolloutLength(), copies));
    }
    return (int) rows;
  }

  @Override
  public int rolloutLength() {
    return config.rolloutLength();
  }

  @Override
  public double discount() {
    return config.gamma();
  }

  @Override
  public ActorCritic policy() {
    return policy;
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public Map<String, Double> update(Rollout rollout, Progress progress) {
    if (rewardNormalizer.isPresent()) {
      rewardNormalizer.get().apply(rollout, rewards);
    } else {
      System.arraycopy(rollout.rewards(), 0, rewards, 0, rewards.length);
    }
    Advantages.estimate(rollout, rewards, config.gamma(), config.gaeLambda(), advantages, returns);

    double remaining = progress.remaining();
    double learningRate = config.learningRateSchedule().at(config.learningRate(), remaining);
    double clip = config.clipSchedule().at(config.clip(), remaining);
    Losses losses = new Losses();
    minibatch.begin(rollout, advantages, returns, clip);
    optimize(learningRate, losses);

    Map<String, Double> metrics =
        losses.metrics(
            learningRate,
            clip,
            Advantages.explainedVariance(rollout.values(), returns, rollout.rows()));
    minibatch
        .penalty()
        .ifPresent(
            it -> {
              metrics.put("losses/kl-penalty", it.beta());
              metrics.put("losses/kl", it.adapt());
            });
    policy.normalizer().ifPresent(it -> it.update(rollout.observations(), rollout.rows()));
    return metrics;
  }

  private void optimize(double learningRate, Losses losses) {
    int size = minibatch.maxSequences();
    for (int epoch = 0; epoch < config.epochs(); epoch++) {
      shuffle();
      for (int start = 0; start < order.length; start += size) {
        minibatch.gather(order, start, Math.min(size, order.length - start));
        minibatch.evaluate(losses);
        if (config.targetKl().isPresent() && minibatch.kl() > 1.5 * config.targetKl().get()) {
          return;
        }
        minibatch.backward(gradient);
        double norm =
            adam.step(network.parameters(), gradient, learningRate, config.maxGradientNorm());
        network.parametersChanged();
        losses.updated(norm);
      }
    }
  }

  /** Fisher and Yates. */
  private void shuffle() {
    for (int i = order.length - 1; i > 0; i--) {
      int other = shuffling.nextInt(i + 1);
      int row = order[i];
      order[i] = order[other];
      order[other] = row;
    }
  }

  @Override
  public void save(Path directory) throws IOException {
    StateFile.write(
        directory.resolve("ppo.bin"),
        FORMAT,
        out -> {
          NetworkState.save(network, out);
          adam.save(out);
          if (policy.normalizer().isPresent()) {
            policy.normalizer().get().save(out);
          }
          if (rewardNormalizer.isPresent()) {
            rewardNormalizer.get().save(out);
          }
          if (minibatch.penalty().isPresent()) {
            minibatch.penalty().get().save(out);
          }
          for (int row : order) {
            out.writeInt(row);
          }
        });
  }

  @Override
  public void restore(Path directory) throws IOException {
    StateFile.read(
        directory.resolve("ppo.bin"),
        FORMAT,
        in -> {
          NetworkState.restore(network, in);
          adam.restore(in);
          if (policy.normalizer().isPresent()) {
            policy.normalizer().get().restore(in);
          }
          if (rewardNormalizer.isPresent()) {
            rewardNormalizer.get().restore(in);
          }
          if (minibatch.penalty().isPresent()) {
            minibatch.penalty().get().restore(in);
          }
          for (int i = 0; i < order.length; i++) {
            order[i] = in.readInt();
          }
        });
  }
}
