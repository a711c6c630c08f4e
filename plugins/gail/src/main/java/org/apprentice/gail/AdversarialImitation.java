package org.apprentice.gail;

import com.google.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.RolloutCollector;
import org.apprentice.rl.StateFile;
import org.apprentice.rl.demonstrations.DemonstrationLoader;
import org.apprentice.rl.demonstrations.DemonstrationSampler;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.Network;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyOptimizer;
import org.apprentice.spi.Progress;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.Rollout;
import org.apprentice.spi.TrainingSettings;

/**
 * Generative adversarial imitation learning (Ho and Ermon 2016, algorithm 1): in turn the policy
 * acts, the discriminator learns to tell it from the expert, and the policy is improved on the
 * discriminator's rewards.
 */
final class AdversarialImitation implements Algorithm {
  private static final String FORMAT = "gail-1";

  private final GailConfig config;
  private final PolicyOptimizer generator;
  private final Discriminator discriminator;
  private final DiscriminatorMetrics discriminatorMetrics = new DiscriminatorMetrics();
  private final RolloutCollector collector;
  private final RandomStreams random;
  private final long budget;
  private long steps;
  private long rounds;

  @Inject
  AdversarialImitation(
      GailConfig config,
      PolicyOptimizer generator,
      DemonstrationLoader loader,
      EnvironmentFactory environments,
      TrainingSettings training,
      RandomStreams random) {
    this.config = config;
    this.generator = generator;
    this.random = random;
    budget = training.steps();
    discriminator =
        new Discriminator(
            config.discriminator(),
            environments.spec(),
            new DemonstrationSampler(
                loader.load(config.demonstrations()), random.stream("demonstrations")),
            random.stream("discriminator"),
            random.seed("discriminator"),
            training.threads());
    collector =
        new RolloutCollector(
            environments.create(environments.trainingCopies()),
            generator.policy(),
            random.stream("actions"),
            generator.rolloutLength(),
            random.seed("environment"));
  }

  @Override
  public Iteration iterate() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    Rollout rollout = collector.collect();
    steps += rollout.rows();
    metrics.put("reward/environment", mean(rollout.rewards()));

    long start = System.nanoTime();
    if (rounds % config.generatorRounds() == 0) {
      discriminatorMetrics.clear();
      discriminator.train(rollout, discriminatorMetrics);
      discriminatorMetrics.addTo(metrics);
    }
    discriminator.relabel(rollout, config.reward());
    metrics.put("reward/learned", mean(rollout.rewards()));
    long judged = System.nanoTime();

    metrics.putAll(generator.update(rollout, progress()));
    rounds++;

    metrics.put("time/discriminator", (judged - start) * 1e-9);
    metrics.put("time/update", (System.nanoTime() - judged) * 1e-9);
    metrics.put("time/environment", collector.environmentSeconds());
    metrics.put("time/forward", collector.forwardSeconds());
    return new Iteration(metrics, collector.episodes());
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
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
    return generator.policy();
  }

  @Override
  public Network network() {
    return generator.network();
  }

  @Override
  public void save(Path directory) throws IOException {
    generator.save(directory);
    StateFile.write(
        directory.resolve("gail.bin"),
        FORMAT,
        out -> {
          out.writeLong(steps);
          out.writeLong(rounds);
          random.save(out);
          collector.save(out);
          discriminator.save(out);
        });
  }

  @Override
  public void restore(Path directory) throws IOException {
    generator.restore(directory);
    StateFile.read(
        directory.resolve("gail.bin"),
        FORMAT,
        in -> {
          steps = in.readLong();
          rounds = in.readLong();
          random.restore(in);
          collector.restore(in);
          discriminator.restore(in);
        });
  }

  @Override
  public void close() {
    collector.close();
  }
}
