package org.apprentice.spi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Improves an actor-critic from rollouts that this actor-critic collected. */
public interface PolicyOptimizer {
  /** Steps per copy of a rollout. */
  int rolloutLength();

  /** Discount per step of the returns that the policy is improved for, in {@code (0, 1]}. */
  double discount();

  ActorCritic policy();

  Network network();

  /**
   * One update. Advantages, normalisation of rewards and of observations happen inside; the
   * policy's normaliser of observations does not change between the collection of the rollout and
   * the end of this update.
   *
   * @return metrics of the losses
   */
  Map<String, Double> update(Rollout rollout, Progress progress);

  void save(Path directory) throws IOException;

  void restore(Path directory) throws IOException;
}
