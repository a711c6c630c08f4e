package org.apprentice.rl;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActorCritic;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.Rollout;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;

/**
 * Lets an actor-critic act in copies of an environment and writes down what happened. Allocates
 * nothing per step.
 */
public final class RolloutCollector implements AutoCloseable {
  private final VectorEnvironment environment;
  private final ActorCritic policy;
  private final PolicyState state;
  private final Rollout rollout;
  private final ObservationBatch observations;
  private final StepBatch step;
  private final ActionBatch actions;
  private final boolean[] episodeStarts;
  private final PolicyInput input;
  private final PolicyInput finalInput;
  private ObservationBatch successors;
  private final float[] logProbabilities;
  private final float[] values;
  private final List<Iteration.Episode> episodes = new ArrayList<>();
  private long environmentNanos;
  private long forwardNanos;

  /**
   * @param environment owned by this collector from now on
   * @param length steps per copy of a rollout
   * @param seed of the environment's first reset
   */
  public RolloutCollector(
      VectorEnvironment environment,
      ActorCritic policy,
      RandomGenerator actionRandom,
      int length,
      long seed) {
    this.environment = environment;
    this.policy = policy;
    int copies = environment.size();
    state = policy.newState(copies, actionRandom);
    rollout =
        Rollout.allocate(
            environment.spec(),
            length,
            copies,
            copies == 0 ? 0 : state.memory().length / copies,
            environment.actionMask() != null);
    step = StepBatch.allocate(environment.spec().observationSpace(), copies);
    observations = step.observations();
    actions = ActionBatch.allocate(environment.spec().actionSpace(), copies);
    episodeStarts = new boolean[copies];
    input = new PolicyInput(observations, episodeStarts, environment.actionMask());
    finalInput = PolicyInput.of(step.finalObservations(), new boolean[copies]);
    logProbabilities = new float[copies];
    values = new float[copies];
    environment.reset(seed, observations);
    Arrays.fill(episodeStarts, true);
  }

  /** From now on, {@link #successors} are kept; they take as much memory as the observations. */
  public void keepSuccessors() {
    successors = ObservationBatch.allocate(environment.spec().observationSpace(), rollout.rows());
  }

  /**
   * What was observed after each row's step of the last rollout, {@code [rows]}; the final
   * observation where an episode ended with it. Null unless asked for.
   */
  public ObservationBatch successors() {
    return successors;
  }

  /** The next rollout; the same object is filled again by the next call. */
  public Rollout collect() {
    int copies = rollout.copies();
    episodes.clear();
    rollout.clear();
    environmentNanos = 0;
    forwardNanos = 0;
    for (int time = 0; time < rollout.length(); time++) {
      int row = time * copies;
      remember(row, copies);
      long start = System.nanoTime();
      policy.act(input, state, actions, logProbabilities, values);
      long acted = System.nanoTime();
      observations.copyTo(0, rollout.observations(), row, copies);
      actions.copyTo(0, rollout.actions(), row, copies);
      environment.step(actions, step);
      environmentNanos += System.nanoTime() - acted;
      forwardNanos += acted - start;
      record(row, copies);
    }
    long start = System.nanoTime();
    policy.values(input, state, rollout.lastValues());
    forwardNanos += System.nanoTime() - start;
    return rollout;
  }

  /** What the policy knows and may do before a step. */
  private void remember(int row, int copies) {
    int stateWidth = state.memory().length / copies;
    System.arraycopy(state.memory(), 0, rollout.memories(), row * stateWidth, copies * stateWidth);
    if (input.actionMask() != null) {
      int actionCount = input.actionMask().length / copies;
      System.arraycopy(
          input.actionMask(), 0, rollout.actionMasks(), row * actionCount, copies * actionCount);
    }
  }

  private void record(int row, int copies) {
    boolean anyTruncated = false;
    for (int copy = 0; copy < copies; copy++) {
      boolean terminated = step.terminated()[copy];
      boolean truncated = step.truncated()[copy];
      rollout.rewards()[row + copy] = step.rewards()[copy];
      rollout.terminated()[row + copy] = terminated;
      rollout.truncated()[row + copy] = truncated;
      rollout.finalValues()[row + copy] = 0;
      rollout.episodeStarts()[row + copy] = episodeStarts[copy];
      rollout.logProbabilities()[row + copy] = logProbabilities[copy];
      rollout.values()[row + copy] = values[copy];
      episodeStarts[copy] = terminated || truncated;
      anyTruncated |= truncated;
      if (successors != null) {
        ObservationBatch after =
            terminated || truncated ? step.finalObservations() : step.observations();
        after.copyTo(copy, successors, row + copy, 1);
      }
      if (step.episodeEnded()[copy]) {
        episodes.add(new Iteration.Episode(step.episodeReturn()[copy], step.episodeLength()[copy]));
      }
    }
    if (anyTruncated) {
      bootstrap(row, copies);
    }
  }

  /**
   * Values of the final observations where an episode was truncated; rows of running episodes hold
   * old data.
   */
  private void bootstrap(int row, int copies) {
    policy.values(finalInput, state, values);
    for (int copy = 0; copy < copies; copy++) {
      if (step.truncated()[copy]) {
        rollout.finalValues()[row + copy] = values[copy];
      }
    }
  }

  /** Whole episodes that ended in the last rollout. */
  public List<Iteration.Episode> episodes() {
    return List.copyOf(episodes);
  }

  /** Seconds that the last rollout spent in the environments. */
  public double environmentSeconds() {
    return environmentNanos * 1e-9;
  }

  /** Seconds that the last rollout spent choosing actions. */
  public double forwardSeconds() {
    return forwardNanos * 1e-9;
  }

  public int rows() {
    return rollout.rows();
  }

  /** Where the environments, the policy's memory and the current observations are. */
  public void save(DataOutput out) throws IOException {
    StateArrays.write(out, environment.save());
    StateArrays.write(out, state.memory());
    state.save(out);
    StateArrays.write(out, episodeStarts);
    if (observations instanceof ObservationBatch.Float32 real) {
      StateArrays.write(out, real.values());
    } else if (observations instanceof ObservationBatch.UInt8 bytes) {
      StateArrays.write(out, bytes.values());
    }
  }

  public void restore(DataInput in) throws IOException {
    environment.restore(StateArrays.readBytes(in));
    StateArrays.read(in, state.memory());
    state.restore(in);
    StateArrays.read(in, episodeStarts);
    if (observations instanceof ObservationBatch.Float32 real) {
      StateArrays.read(in, real.values());
    } else if (observations instanceof ObservationBatch.UInt8 bytes) {
      StateArrays.read(in, bytes.values());
    }
  }

  @Override
  public void close() {
    environment.close();
  }
}
