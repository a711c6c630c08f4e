package org.apprentice.rl.imitation;

import com.google.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.RolloutCollector;
import org.apprentice.rl.StateFile;
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
 * Adversarial imitation learning (Ho and Ermon 2016, algorithm 1): in turn the policy acts, the
 * discriminator learns to tell it from the expert, and the policy is improved on the
 * discriminator's rewards.
 */
public final class AdversarialImitation implements Algorithm {
  private static final String FORMAT = "adversarial-1";

  private final Settings settings;
  private final PolicyOptimizer generator;
  private final Discriminator discriminator;
  private final RolloutCollector collector;
  private final RandomStreams random;
  private final long budget;
  private long steps;
  private long rounds;

  /**
   * @param generatorRounds rounds of the generator (a rollout and an update on it) per round of the
   *     discriminator
   */
  public record Settings(int generatorRounds) {
    public Settings {
      if (generatorRounds < 1) {
        throw new IllegalArgumentException(
            "generator-rounds must be at least 1, found " + generatorRounds);
      }
    }
  }

  @Inject
  AdversarialImitation(
      Settings settings,
      PolicyOptimizer generator,
      Discriminator discriminator,
      EnvironmentFactory environments,
      TrainingSettings training,
      RandomStreams random) {
    this.settings = settings;
    this.generator = generator;
    this.discriminator = discriminator;
    this.random = random;
    budget = training.steps();
    collector =
        new RolloutCollector(
            environments.create(environments.trainingCopies()),
            generator.policy(),
            random.stream("actions"),
            generator.rolloutLength(),
            random.seed("environment"));
    if (discriminator.needsSuccessors()) {
      collector.keepSuccessors();
    }
  }

  @Override
  public Iteration iterate() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    Rollout rollout = collector.collect();
    Experience experience = new Experience(rollout, collector.successors());
    steps += rollout.rows();
    metrics.put("reward/environment", mean(rollout.rewards()));

    long start = System.nanoTime();
    if (rounds % settings.generatorRounds() == 0) {
      discriminator.train(experience, metrics);
    }
    discriminator.relabel(experience);
    metrics.put("reward/learned", mean(rollout.rewards()));
    long judged = System.nanoTime();

    metrics.putAll(generator.update(rollout, progress()));
    rounds++;

    metrics.put("time/discriminator", (judged - start) * 1e-9);
    metrics.put("time/update", (System.nanoTime() - judged) * 1e-9);
    metrics.put("time/environment", collector.environmentSeconds());
    metrics.put("time/forward", collector.forwardSeconds());
    return new Iteration(metrics, collector.episodes(), warnings(rollout));
  }

  /** Episodes that end by themselves show a bias, whatever the discriminator has learned. */
  private List<String> warnings(Rollout rollout) {
    for (boolean terminated : rollout.terminated()) {
      if (terminated) {
        return discriminator.horizonBias().stream().toList();
      }
    }
    return List.of();
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
        directory.resolve("imitation.bin"),
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
        directory.resolve("imitation.bin"),
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
