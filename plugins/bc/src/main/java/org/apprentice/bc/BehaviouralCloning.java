package org.apprentice.bc;

import com.google.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.StateArrays;
import org.apprentice.rl.StateFile;
import org.apprentice.rl.demonstrations.DemonstrationLoader;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.rl.imitation.Cloning;
import org.apprentice.rl.imitation.ExpertDemonstrations;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.Policy;
import org.apprentice.spi.Progress;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.Table;
import org.apprentice.spi.TrainingSettings;

/**
 * Behavioural cloning (Pomerleau 1991): epochs of minibatch descent on the negative log-likelihood
 * of demonstrated actions, judged on episodes that were kept out of training. The best epoch's
 * parameters are what is left at the end.
 */
final class BehaviouralCloning implements Algorithm {
  private static final String FORMAT = "bc-3";

  private final BcConfig config;
  private final NetworkActorCritic policy;
  private final Network network;
  private final RandomStreams random;
  private final Optional<Demonstrations> validation;
  private final Cloning cloning;
  private final ConfusionHistory confusions = new ConfusionHistory();
  private final float[] best;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private int epochsSinceBest;
  private int epoch;

  @Inject
  BehaviouralCloning(
      BcConfig config,
      DemonstrationLoader loader,
      EnvironmentFactory environments,
      NetworkFactory networks,
      TrainingSettings settings,
      RandomStreams random) {
    this.config = config;
    this.random = random;
    ExpertDemonstrations expert = new ExpertDemonstrations(config.demonstrations(), loader);
    Demonstrations demonstrations = expert.all();
    int[] order = episodesHeldFirst(demonstrations, random.stream("validation-split"));
    int held =
        Math.min((int) Math.round(config.validationSplit() * order.length), order.length - 1);
    Demonstrations training =
        demonstrations.select(IntStream.of(order).skip(held).sorted().toArray());
    validation =
        held == 0
            ? Optional.empty()
            : Optional.of(
                demonstrations.select(IntStream.of(order).limit(held).sorted().toArray()));
    policy =
        NetworkActorCritic.create(
            networks,
            environments.spec(),
            new NetworkActorCritic.Settings(
                false, config.policyGain(), config.initialLogStd(), config.normalizeObservations()),
            random.seed("network"),
            settings.threads());
    network = policy.network();
    expert.requireWholeEpisodes(network);
    cloning =
        new Cloning(
            policy, config.cloning(), random.stream("minibatches"), random.stream("dropout"));
    cloning.fitNormalizer(training);
    cloning.learnFrom(training);
    best = network.parameters().clone();
  }

  /** All episodes, those first that are kept out. */
  private int[] episodesHeldFirst(Demonstrations demonstrations, RandomGenerator shuffling) {
    int episodes = demonstrations.episodes();
    if (config.validation() == BcConfig.Validation.LAST) {
      return IntStream.range(0, episodes).map(i -> episodes - 1 - i).toArray();
    }
    int[] order = IntStream.range(0, episodes).toArray();
    for (int i = order.length - 1; i > 0; i--) {
      int other = shuffling.nextInt(i + 1);
      int episode = order[i];
      order[i] = order[other];
      order[other] = episode;
    }
    return order;
  }

  /** One epoch. */
  @Override
  public Iteration iterate() {
    long start = System.nanoTime();
    if (config.stepsPerEpoch().isPresent()) {
      cloning.steps(config.stepsPerEpoch().get());
    } else {
      cloning.epoch();
    }
    epoch++;
    Map<String, Double> metrics = new LinkedHashMap<>();
    cloning.addTrainingMetrics("train/", metrics);
    cloning.trainingConfusion().ifPresent(it -> confusions.add(epoch, "training", it));
    if (validation.isPresent()) {
      keepBest(cloning.evaluate(validation.get(), "validation/", metrics));
      cloning.evaluationConfusion().ifPresent(it -> confusions.add(epoch, "validation", it));
    }
    if (finished()) {
      takeBest();
    }
    metrics.put("time/update", (System.nanoTime() - start) * 1e-9);
    return new Iteration(metrics, List.of());
  }

  private void keepBest(double validationLoss) {
    epochsSinceBest++;
    if (validationLoss < bestLoss) {
      bestLoss = validationLoss;
      epochsSinceBest = 0;
      System.arraycopy(network.parameters(), 0, best, 0, best.length);
    }
  }

  private void takeBest() {
    if (validation.isPresent() && config.patience().isPresent()) {
      System.arraycopy(best, 0, network.parameters(), 0, best.length);
      network.parametersChanged();
    }
  }

  @Override
  public boolean finished() {
    return epoch >= config.epochs()
        || (config.patience().isPresent() && epochsSinceBest >= config.patience().get());
  }

  @Override
  public Progress progress() {
    return new Progress(epoch, config.epochs(), ProgressUnit.EPOCHS, 0);
  }

  @Override
  public Policy policy() {
    return policy;
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public List<Table> tables() {
    return confusions.tables();
  }

  @Override
  public void save(Path directory) throws IOException {
    StateFile.write(
        directory.resolve("bc.bin"),
        FORMAT,
        out -> {
          out.writeInt(epoch);
          out.writeInt(epochsSinceBest);
          out.writeDouble(bestLoss);
          StateArrays.write(out, best);
          confusions.save(out);
          cloning.save(out);
          random.save(out);
        });
  }

  @Override
  public void restore(Path directory) throws IOException {
    StateFile.read(
        directory.resolve("bc.bin"),
        FORMAT,
        in -> {
          epoch = in.readInt();
          epochsSinceBest = in.readInt();
          bestLoss = in.readDouble();
          StateArrays.read(in, best);
          confusions.restore(in);
          cloning.restore(in);
          random.restore(in);
        });
  }
}
