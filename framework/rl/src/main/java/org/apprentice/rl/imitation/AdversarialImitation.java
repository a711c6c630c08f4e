package org.apprentice.rl.imitation;

import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.RolloutCollector;
import org.apprentice.rl.StateFile;
import org.apprentice.rl.demonstrations.DemonstrationSource;
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
  private final ExpertDemonstrations expert;
  private final RolloutCollector collector;
  private final RandomStreams random;
  private final long budget;
  private long steps;
  private long rounds;

  /**
   * @param generatorRounds rounds of the generator (a rollout and an update on it) per round of the
   *     discriminator
   * @param pretraining of the policy before the first rollout
   */
  public record Settings(
      int generatorRounds, Pretraining pretraining, DemonstrationSource demonstrations) {
    public Settings {
      if (generatorRounds < 1) {
        throw new IllegalArgumentException(
            "generator-rounds must be at least 1, found " + generatorRounds);
      }
      if (pretraining.epochs() > 0) {
        demonstrations.requireShown("pretraining");
      }
    }
  }

  @Inject
  AdversarialImitation(
      Settings settings,
      PolicyOptimizer generator,
      Discriminator discriminator,
      ExpertDemonstrations expert,
      EnvironmentFactory environments,
      TrainingSettings training,
      RandomStreams random) {
    this.settings = settings;
    this.generator = generator;
    this.discriminator = discriminator;
    this.expert = expert;
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
    if (settings.pretraining().epochs() > 0) {
      expert.requireWholeEpisodes(generator.network());
    }
  }

  /**
   * Binds the algorithm, for a plugin that binds the optimiser and what its discriminator needs.
   */
  public static Module module(Settings settings, Class<? extends Discriminator> discriminator) {
    return binder -> {
      binder.bind(Settings.class).toInstance(settings);
      binder.bind(DemonstrationSource.class).toInstance(settings.demonstrations());
      binder.bind(ExpertDemonstrations.class).in(Singleton.class);
      binder.bind(Discriminator.class).to(discriminator).in(Singleton.class);
      binder.bind(Algorithm.class).to(AdversarialImitation.class).in(Singleton.class);
    };
  }

  @Override
  public Iteration iterate() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (rounds == 0 && settings.pretraining().epochs() > 0) {
      pretrain(metrics);
    }
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

  /** Clones the expert; a value head, and layers of its own, stay as they are. */
  private void pretrain(Map<String, Double> metrics) {
    if (!(generator.policy() instanceof NetworkActorCritic policy)) {
      throw new IllegalStateException(
          "pretraining.epochs must be 0: the generator's policy is not one that can be cloned");
    }
    long start = System.nanoTime();
    Cloning cloning =
        new Cloning(
            policy,
            settings.pretraining().cloning(),
            random.stream("pretraining"),
            random.stream("pretraining-dropout"));
    cloning.fitNormalizer(expert.all());
    cloning.learnFrom(expert.all());
    for (int epoch = 0; epoch < settings.pretraining().epochs(); epoch++) {
      cloning.epoch();
    }
    cloning.addTrainingMetrics("pretraining/", metrics);
    metrics.put("time/pretraining", (System.nanoTime() - start) * 1e-9);
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
