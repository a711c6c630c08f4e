package org.apprentice.rl;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;

/**
 * Whole episodes of a policy. Each copy of the environment plays a fixed quota, for taking the
 * first episodes to end would favour short ones.
 *
 * @param returns undiscounted raw return per episode, copy by copy
 * @param lengths steps per episode, in the same order
 */
public record Evaluation(double[] returns, int[] lengths) {

  /**
   * Everything before a step of the environment: what the policy saw, what it carries and the
   * actions that it chose. The same objects from step to step.
   */
  public record Scene(
      VectorEnvironment environment, PolicyInput input, PolicyState state, ActionBatch actions) {}

  /** Looks on while episodes are played, and changes nothing. */
  @FunctionalInterface
  public interface Spectator {
    /** For evaluations that nobody watches. */
    Spectator NOBODY = (scene, episode) -> {};

    /**
     * The first copy is about to take a step.
     *
     * @param episode of that copy, from 0 on
     */
    void watch(Scene scene, int episode);
  }

  /** {@link #run(Policy, VectorEnvironment, int, boolean, long, RandomGenerator, Spectator)}. */
  public static Evaluation run(
      Policy policy,
      VectorEnvironment environment,
      int episodes,
      boolean deterministic,
      long seed,
      RandomGenerator random) {
    return run(policy, environment, episodes, deterministic, seed, random, Spectator.NOBODY);
  }

  /**
   * Plays {@code episodes} episodes.
   *
   * @param environment used by nobody else meanwhile; reset with the given seed
   * @param deterministic the most likely action instead of a draw
   * @param random for draws of actions
   * @param spectator sees every step of the first copy's share of the episodes
   */
  public static Evaluation run(
      Policy policy,
      VectorEnvironment environment,
      int episodes,
      boolean deterministic,
      long seed,
      RandomGenerator random,
      Spectator spectator) {
    int copies = environment.size();
    int[] first = new int[copies + 1];
    for (int copy = 0; copy < copies; copy++) {
      first[copy + 1] = first[copy] + episodes / copies + (copy < episodes % copies ? 1 : 0);
    }
    int[] next = Arrays.copyOf(first, copies);
    double[] returns = new double[episodes];
    int[] lengths = new int[episodes];
    StepBatch step = StepBatch.allocate(environment.spec().observationSpace(), copies);
    ObservationBatch observations = step.observations();
    ActionBatch actions = ActionBatch.allocate(environment.spec().actionSpace(), copies);
    PolicyState state = policy.newState(copies, random);
    boolean[] episodeStarts = new boolean[copies];
    Arrays.fill(episodeStarts, true);
    PolicyInput input = new PolicyInput(observations, episodeStarts, environment.actionMask());
    Scene scene = new Scene(environment, input, state, actions);
    environment.reset(seed, observations);
    int done = 0;
    while (done < episodes) {
      policy.act(input, state, deterministic, actions);
      if (next[0] < first[1]) {
        spectator.watch(scene, next[0]);
      }
      environment.step(actions, step);
      for (int copy = 0; copy < copies; copy++) {
        episodeStarts[copy] = step.terminated()[copy] || step.truncated()[copy];
        if (step.episodeEnded()[copy] && next[copy] < first[copy + 1]) {
          returns[next[copy]] = step.episodeReturn()[copy];
          lengths[next[copy]] = step.episodeLength()[copy];
          next[copy]++;
          done++;
        }
      }
    }
    return new Evaluation(returns, lengths);
  }

  /** The returns and lengths of recorded episodes. */
  public static Evaluation of(Demonstrations demonstrations) {
    int episodes = demonstrations.episodes();
    return new Evaluation(
        IntStream.range(0, episodes).mapToDouble(demonstrations::episodeReturn).toArray(),
        IntStream.range(0, episodes).map(demonstrations::length).toArray());
  }

  public double mean() {
    return Arrays.stream(returns).average().orElse(Double.NaN);
  }

  /** Population standard deviation. */
  public double standardDeviation() {
    double mean = mean();
    return Math.sqrt(
        Arrays.stream(returns).map(it -> (it - mean) * (it - mean)).average().orElse(Double.NaN));
  }

  public double minimum() {
    return Arrays.stream(returns).min().orElse(Double.NaN);
  }

  public double maximum() {
    return Arrays.stream(returns).max().orElse(Double.NaN);
  }

  /** Mean steps per episode. */
  public double meanLength() {
    return Arrays.stream(lengths).average().orElse(Double.NaN);
  }

  public int episodes() {
    return returns.length;
  }
}
