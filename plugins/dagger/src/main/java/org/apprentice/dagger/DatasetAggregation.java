package org.apprentice.dagger;

import com.google.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apprentice.rl.DamagedStateException;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.StateFile;
import org.apprentice.rl.demonstrations.DemonstrationException;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationLoader;
import org.apprentice.rl.demonstrations.DemonstrationRecorder;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.rl.demonstrations.ExpertLoader;
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
import org.apprentice.spi.TrainingSettings;
import org.apprentice.spi.VectorEnvironment;

/**
 * DAgger (Ross, Gordon and Bagnell 2011, algorithm 3.1): in each round, episodes of a mixture of
 * expert and learner are labelled by the expert and added to all that came before, on which the
 * learner is then trained by behavioural cloning.
 */
final class DatasetAggregation implements Algorithm {
  private static final String FORMAT = "dagger-1";
  private static final String AGGREGATE = "aggregate.npz";

  private final DaggerConfig config;
  private final EnvironmentFactory environments;
  private final ExpertLoader experts;
  private final RandomStreams random;
  private final NetworkActorCritic policy;
  private final Cloning cloning;
  private final VectorEnvironment environment;
  private final long budget;
  private Demonstrations aggregate;
  private long steps;
  private long round;

  /** Null until it is asked for the first time. */
  private ExpertLoader.Expert expert;

  @Inject
  DatasetAggregation(
      DaggerConfig config,
      DemonstrationLoader loader,
      ExpertLoader experts,
      EnvironmentFactory environments,
      NetworkFactory networks,
      TrainingSettings training,
      RandomStreams random) {
    this.config = config;
    this.environments = environments;
    this.experts = experts;
    this.random = random;
    budget = training.steps();
    ExpertDemonstrations first = new ExpertDemonstrations(config.demonstrations(), loader);
    aggregate = first.all();
    policy =
        NetworkActorCritic.create(
            networks,
            environments.spec(),
            new NetworkActorCritic.Settings(
                false, config.policyGain(), config.initialLogStd(), config.normalizeObservations()),
            random.seed("network"),
            training.threads());
    first.requireWholeEpisodes(policy.network());
    cloning =
        new Cloning(
            policy, config.cloning(), random.stream("minibatches"), random.stream("dropout"));
    cloning.fitNormalizer(aggregate);
    cloning.learnFrom(aggregate);
    environment =
        environments.create(Math.min(environments.trainingCopies(), config.roundEpisodes()));
  }

  /** One round. */
  @Override
  public Iteration iterate() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    long start = System.nanoTime();
    double beta = config.beta().at(round);
    Demonstrations labelled = collect(beta);
    aggregate = aggregate.followedBy(labelled);
    round++;
    long collected = System.nanoTime();

    cloning.learnFrom(aggregate);
    for (int epoch = 0; epoch < config.epochs(); epoch++) {
      cloning.epoch();
    }
    cloning.addTrainingMetrics("train/", metrics);
    metrics.put("dagger/beta", beta);
    metrics.put("dagger/transitions", (double) aggregate.rows());
    metrics.put("time/environment", (collected - start) * 1e-9);
    metrics.put("time/update", (System.nanoTime() - collected) * 1e-9);
    return new Iteration(
        metrics,
        IntStream.range(0, labelled.episodes())
            .mapToObj(it -> new Iteration.Episode(labelled.episodeReturn(it), labelled.length(it)))
            .toList());
  }

  private Demonstrations collect(double beta) {
    if (expert == null) {
      expert = experts.loadExpert(config.demonstrations());
    }
    MixedDemonstrator demonstrator =
        new MixedDemonstrator(
            expert.policy(),
            policy,
            beta,
            environments.spec().actionSpace(),
            environment.size(),
            random.stream("actions"),
            random.stream("mixing"));
    Demonstrations labelled =
        DemonstrationRecorder.record(
            demonstrator, environment, config.roundEpisodes(), random.stream("rounds").nextLong());
    steps += demonstrator.steps();
    return labelled;
  }

  @Override
  public boolean finished() {
    return steps >= budget;
  }

  @Override
  public Progress progress() {
    return new Progress(steps, budget, ProgressUnit.ENVIRONMENT_STEPS, steps);
  }

  @Override
  public Policy policy() {
    return policy;
  }

  @Override
  public Network network() {
    return policy.network();
  }

  @Override
  public void save(Path directory) throws IOException {
    DemonstrationFile.write(directory.resolve(AGGREGATE), aggregate);
    StateFile.write(
        directory.resolve("dagger.bin"),
        FORMAT,
        out -> {
          out.writeLong(steps);
          out.writeLong(round);
          cloning.save(out);
          random.save(out);
        });
  }

  @Override
  public void restore(Path directory) throws IOException {
    Path file = directory.resolve(AGGREGATE);
    if (!Files.exists(file)) {
      throw new DamagedStateException(file + " is missing from the checkpoint");
    }
    try {
      aggregate = DemonstrationFile.read(file);
    } catch (DemonstrationException e) {
      throw new DamagedStateException(e.getMessage(), e);
    }
    cloning.learnFrom(aggregate);
    StateFile.read(
        directory.resolve("dagger.bin"),
        FORMAT,
        in -> {
          steps = in.readLong();
          round = in.readLong();
          cloning.restore(in);
          random.restore(in);
        });
  }

  @Override
  public void close() {
    environment.close();
    if (expert != null) {
      expert.close();
    }
  }
}
