package org.apprentice.trpo;

import com.google.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apprentice.nn.NetworkState;
import org.apprentice.rl.Advantages;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.RewardNormalizer;
import org.apprentice.rl.StateFile;
import org.apprentice.spi.ActorCritic;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.PolicyOptimizer;
import org.apprentice.spi.Progress;
import org.apprentice.spi.Rollout;
import org.apprentice.spi.TrainingSettings;

/**
 * Trust region policy optimisation: one step per rollout along the natural gradient of the
 * surrogate, as long as the bound on the divergence from the old policy allows.
 */
final class TrpoOptimizer implements PolicyOptimizer {
  private static final String FORMAT = "trpo-1";

  /** Far more than any memory holds, and few enough for indices of arrays. */
  private static final int LARGEST_ROLLOUT = 1 << 24;

  private final TrpoConfig config;
  private final NetworkActorCritic policy;
  private final Surrogate surrogate;
  private final FisherProduct fisher;
  private final ConjugateGradient conjugateGradient;
  private final LineSearch lineSearch;
  private final Critic critic;
  private final Optional<RewardNormalizer> rewardNormalizer;

  /** Null where observations are not normalised. */
  private final ObservationBatch normalized;

  private final float[] rewards;
  private final float[] advantages;
  private final float[] returns;
  private final float[] gradient;

  @Inject
  TrpoOptimizer(
      TrpoConfig config,
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
                NetworkActorCritic.Critic.SEPARATE,
                config.policyGain(),
                config.exploration(),
                config.normalizeObservations(),
                config.observationClip()),
            random.seed("network"),
            training.threads());
    surrogate = new Surrogate(config, policy, copies, batchRows(environments.spec()));
    fisher = new FisherProduct(config, policy, copies, surrogate.sequences());
    int size = policy.policyParameters().length();
    conjugateGradient =
        new ConjugateGradient(
            size, config.conjugateGradientIterations(), config.residualTolerance());
    lineSearch = new LineSearch(config, policy);
    critic = new Critic(config, policy, copies, random.stream("minibatches"));
    rewardNormalizer =
        config.normalizeRewards()
            ? Optional.of(new RewardNormalizer(copies, config.gamma(), 10))
            : Optional.empty();
    normalized =
        policy.normalizer().isPresent()
            ? ObservationBatch.allocate(environments.spec().observationSpace(), rows)
            : null;
    rewards = new float[rows];
    advantages = new float[rows];
    returns = new float[rows];
    gradient = new float[size];
  }

  private static int rows(TrpoConfig config, int copies) {
    long rows = (long) config.rolloutLength() * copies;
    if (rows > LARGEST_ROLLOUT) {
      throw new IllegalArgumentException(
          "rollout-length x environment.copies must be at most %d steps, found %d x %d"
              .formatted(LARGEST_ROLLOUT, config.rolloutLength(), copies));
    }
    return (int) rows;
  }

  /** Large products are fast, and a few hundred images fill memory enough. */
  private static int batchRows(EnvironmentSpec spec) {
    return Math.max(64, Math.min(2048, (1 << 23) / spec.observationSpace().width()));
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
    return policy.network();
  }

  @Override
  public Map<String, Double> update(Rollout rollout, Progress progress) {
    if (rewardNormalizer.isPresent()) {
      rewardNormalizer.get().apply(rollout, rewards);
    } else {
      System.arraycopy(rollout.rewards(), 0, rewards, 0, rewards.length);
    }
    Advantages.estimate(rollout, rewards, config.gamma(), config.gaeLambda(), advantages, returns);
    if (config.normalizeAdvantages()) {
      normalizeAdvantages();
    }
    ObservationBatch seen = seen(rollout);

    surrogate.begin(rollout, seen, advantages, gradient);
    fisher.begin(rollout, seen);
    float[] direction = conjugateGradient.solve(fisher, gradient);
    double maxKl = config.maxKlSchedule().at(config.maxKl(), progress.remaining());
    lineSearch.search(surrogate, direction, conjugateGradient.curvature(), maxKl);

    double valueError = critic.fit(rollout, seen, returns);
    policy.normalizer().ifPresent(it -> it.update(rollout.observations(), rollout.rows()));
    return metrics(rollout, maxKl, valueError);
  }

  private ObservationBatch seen(Rollout rollout) {
    if (policy.normalizer().isEmpty()) {
      return rollout.observations();
    }
    policy.normalizer().get().apply(rollout.observations(), normalized, rollout.rows());
    return normalized;
  }

  /** Mean 0 and (sample) standard deviation 1 over the rollout. */
  private void normalizeAdvantages() {
    double sum = 0;
    for (float advantage : advantages) {
      sum += advantage;
    }
    double mean = sum / advantages.length;
    double squares = 0;
    for (float advantage : advantages) {
      squares += (advantage - mean) * (advantage - mean);
    }
    double scale = 1 / (Math.sqrt(squares / Math.max(1, advantages.length - 1)) + 1e-8);
    for (int i = 0; i < advantages.length; i++) {
      advantages[i] = (float) ((advantages[i] - mean) * scale);
    }
  }

  private Map<String, Double> metrics(Rollout rollout, double maxKl, double valueError) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("losses/surrogate", lineSearch.objective());
    metrics.put("losses/kl", lineSearch.kl());
    metrics.put("losses/max-kl", maxKl);
    metrics.put("losses/entropy", surrogate.entropy());
    metrics.put("losses/step-fraction", lineSearch.fraction());
    metrics.put("losses/conjugate-gradient-iterations", (double) conjugateGradient.used());
    metrics.put("losses/conjugate-gradient-residual", conjugateGradient.residualSquares());
    metrics.put("losses/value", valueError);
    metrics.put(
        "losses/explained-variance",
        Advantages.explainedVariance(rollout.values(), returns, rollout.rows()));
    return metrics;
  }

  @Override
  public void save(Path directory) throws IOException {
    StateFile.write(
        directory.resolve("trpo.bin"),
        FORMAT,
        out -> {
          NetworkState.save(network(), out);
          critic.save(out);
          if (policy.normalizer().isPresent()) {
            policy.normalizer().get().save(out);
          }
          if (rewardNormalizer.isPresent()) {
            rewardNormalizer.get().save(out);
          }
        });
  }

  @Override
  public void restore(Path directory) throws IOException {
    StateFile.read(
        directory.resolve("trpo.bin"),
        FORMAT,
        in -> {
          NetworkState.restore(network(), in);
          critic.restore(in);
          if (policy.normalizer().isPresent()) {
            policy.normalizer().get().restore(in);
          }
          if (rewardNormalizer.isPresent()) {
            rewardNormalizer.get().restore(in);
          }
        });
  }
}
