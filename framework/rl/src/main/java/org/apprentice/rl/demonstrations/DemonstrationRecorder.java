package org.apprentice.rl.demonstrations;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;

/**
 * Records whole episodes of a policy. Each copy of the environment records a fixed quota of
 * episodes, the first ones that it plays: taking whichever episodes end first would favour short
 * ones.
 */
public final class DemonstrationRecorder {
  private final VectorEnvironment environment;
  private final Demonstrator demonstrator;
  private final ActionBatch actions;
  private final StepBatch step;
  private final boolean[] episodeStarts;

  /** Who acts, and says what is to be written down. */
  public interface Demonstrator {
    /**
     * One step of all copies.
     *
     * @param done to be filled with what is done in the environment
     * @return what is written down as done
     */
    ActionBatch act(PolicyInput input, ActionBatch done);
  }

  private DemonstrationRecorder(VectorEnvironment environment, Demonstrator demonstrator) {
    this.environment = environment;
    this.demonstrator = demonstrator;
    int copies = environment.size();
    actions = ActionBatch.allocate(environment.spec().actionSpace(), copies);
    step = StepBatch.allocate(environment.spec().observationSpace(), copies);
    episodeStarts = new boolean[copies];
    Arrays.fill(episodeStarts, true);
  }

  /**
   * Plays until every copy has its share of {@code episodes} (the first copies one more where it
   * does not divide evenly). Episodes are ordered by their number within their copy, then by copy.
   *
   * @param environment reset by this method
   * @param deterministic whether the policy takes its most likely actions
   * @param seed of the environment's reset
   * @param random of stochastic actions
   */
  public static Demonstrations record(
      Policy policy,
      VectorEnvironment environment,
      int episodes,
      boolean deterministic,
      long seed,
      RandomGenerator random) {
    PolicyState state = policy.newState(environment.size(), random);
    return record(
        (input, done) -> {
          policy.act(input, state, deterministic, done);
          return done;
        },
        environment,
        episodes,
        seed);
  }

  /** {@link #record(Policy, VectorEnvironment, int, boolean, long, RandomGenerator)} of anybody. */
  public static Demonstrations record(
      Demonstrator demonstrator, VectorEnvironment environment, int episodes, long seed) {
    if (episodes < 1) {
      throw new IllegalArgumentException("episodes must be at least 1, found " + episodes);
    }
    return new DemonstrationRecorder(environment, demonstrator).record(episodes, seed);
  }

  private Demonstrations record(int episodes, long seed) {
    int copies = environment.size();
    EnvironmentSpec spec = environment.spec();
    List<EpisodeBuffer> finished = new ArrayList<>();
    EpisodeBuffer[] open = new EpisodeBuffer[copies];
    int missing = episodes;
    for (int copy = 0; copy < copies && copy < episodes; copy++) {
      open[copy] = new EpisodeBuffer(spec, copy, 0);
    }
    PolicyInput input =
        new PolicyInput(step.observations(), episodeStarts, environment.actionMask());
    environment.reset(seed, step.observations());
    while (missing > 0) {
      ActionBatch written = demonstrator.act(input, actions);
      for (int copy = 0; copy < copies; copy++) {
        if (open[copy] != null) {
          open[copy].add(step.observations(), written, copy);
        }
      }
      environment.step(actions, step);
      for (int copy = 0; copy < copies; copy++) {
        episodeStarts[copy] = step.terminated()[copy] || step.truncated()[copy];
        EpisodeBuffer episode = open[copy];
        if (episode != null) {
          episode.reward(step.rewards()[copy]);
          if (step.episodeEnded()[copy]) {
            episode.end(step, copy);
            finished.add(episode);
            missing--;
            open[copy] = next(episode, episodes);
          }
        }
      }
    }
    return join(finished);
  }

  /** The next episode of the same copy; null once the copy has its quota. */
  private EpisodeBuffer next(EpisodeBuffer ended, int episodes) {
    int copies = environment.size();
    int number = ended.number + 1;
    return number * copies + ended.copy < episodes
        ? new EpisodeBuffer(environment.spec(), ended.copy, number)
        : null;
  }

  private Demonstrations join(List<EpisodeBuffer> episodes) {
    int copies = environment.size();
    EpisodeBuffer[] ordered = new EpisodeBuffer[episodes.size()];
    for (EpisodeBuffer episode : episodes) {
      ordered[episode.number * copies + episode.copy] = episode;
    }
    EnvironmentSpec spec = environment.spec();
    int[] lengths = Arrays.stream(ordered).mapToInt(episode -> episode.length).toArray();
    int[] firstRows = Demonstrations.firstRows(lengths);
    int rows = firstRows[ordered.length];
    ObservationBatch observations = ObservationBatch.allocate(spec.observationSpace(), rows);
    ActionBatch allActions = ActionBatch.allocate(spec.actionSpace(), rows);
    float[] rewards = new float[rows];
    ObservationBatch finals = ObservationBatch.allocate(spec.observationSpace(), ordered.length);
    boolean[] terminated = new boolean[ordered.length];
    for (int i = 0; i < ordered.length; i++) {
      ordered[i].finalObservation.copyTo(0, finals, i, 1);
      terminated[i] = ordered[i].terminated;
      ordered[i].observations.copyTo(0, observations, firstRows[i], lengths[i]);
      ordered[i].actions.copyTo(0, allActions, firstRows[i], lengths[i]);
      System.arraycopy(ordered[i].rewards, 0, rewards, firstRows[i], lengths[i]);
    }
    return new Demonstrations(
        spec.observationSpace().shape(),
        observations,
        allActions,
        rewards,
        firstRows,
        Arrays.stream(ordered).mapToDouble(episode -> episode.episodeReturn).toArray(),
        new Endings(finals, terminated));
  }

  /** One episode of one copy, growing. */
  private static final class EpisodeBuffer {
    private static final int FIRST_CAPACITY = 256;

    private final EnvironmentSpec spec;
    private final int copy;
    private final int number;
    private ObservationBatch observations;
    private ActionBatch actions;
    private float[] rewards = new float[FIRST_CAPACITY];
    private int length;
    private double episodeReturn;
    private boolean terminated;
    private ObservationBatch finalObservation;

    EpisodeBuffer(EnvironmentSpec spec, int copy, int number) {
      this.spec = spec;
      this.copy = copy;
      this.number = number;
      observations = ObservationBatch.allocate(spec.observationSpace(), FIRST_CAPACITY);
      actions = ActionBatch.allocate(spec.actionSpace(), FIRST_CAPACITY);
    }

    void add(ObservationBatch fromObservations, ActionBatch fromActions, int row) {
      if (length == rewards.length) {
        grow();
      }
      fromObservations.copyTo(row, observations, length, 1);
      fromActions.copyTo(row, actions, length, 1);
    }

    void reward(float reward) {
      rewards[length++] = reward;
    }

    void end(StepBatch step, int row) {
      episodeReturn = step.episodeReturn()[row];
      terminated = step.terminated()[row];
      finalObservation = ObservationBatch.allocate(spec.observationSpace(), 1);
      step.finalObservations().copyTo(row, finalObservation, 0, 1);
    }

    private void grow() {
      int capacity = 2 * length;
      ObservationBatch moreObservations =
          ObservationBatch.allocate(spec.observationSpace(), capacity);
      observations.copyTo(0, moreObservations, 0, length);
      observations = moreObservations;
      ActionBatch moreActions = ActionBatch.allocate(spec.actionSpace(), capacity);
      actions.copyTo(0, moreActions, 0, length);
      actions = moreActions;
      rewards = Arrays.copyOf(rewards, capacity);
    }
  }
}
