package org.apprentice.rl;

import com.google.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
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

/** A policy optimiser on the rewards of the environment itself: collect a rollout, update on it. */
public final class OnPolicyAlgorithm implements Algorithm {
  private static final String FORMAT = "on-policy-1";

  private final PolicyOptimizer optimizer;
  private final RolloutCollector collector;
  private final RandomStreams random;
  private final long budget;
  private long steps;

  @Inject
  OnPolicyAlgorithm(
      PolicyOptimizer optimizer,
      EnvironmentFactory environments,
      TrainingSettings training,
      RandomStreams random) {
    this.optimizer = optimizer;
    this.random = random;
    budget = training.steps();
    collector =
        new RolloutCollector(
            environments.create(environments.trainingCopies()),
            optimizer.policy(),
            random.stream("actions"),
            optimizer.rolloutLength(),
            random.seed("environment"));
  }

  @Override
  public Iteration iterate() {
    Rollout rollout = collector.collect();
    steps += rollout.rows();
    long start = System.nanoTime();
    Map<String, Double> metrics = new LinkedHashMap<>(optimizer.update(rollout, progress()));
    metrics.put("time/update", (System.nanoTime() - start) * 1e-9);
    metrics.put("time/environment", collector.environmentSeconds());
    metrics.put("time/forward", collector.forwardSeconds());
    return new Iteration(metrics, collector.episodes());
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
    return optimizer.policy();
  }

  @Override
  public Network network() {
    return optimizer.network();
  }

  @Override
  public void save(Path directory) throws IOException {
    optimizer.save(directory);
    StateFile.write(
        directory.resolve("collector.bin"),
        FORMAT,
        out -> {
          out.writeLong(steps);
          random.save(out);
          collector.save(out);
        });
  }

  @Override
  public void restore(Path directory) throws IOException {
    optimizer.restore(directory);
    StateFile.read(
        directory.resolve("collector.bin"),
        FORMAT,
        in -> {
          steps = in.readLong();
          random.restore(in);
          collector.restore(in);
        });
  }

  @Override
  public void close() {
    collector.close();
  }
}
