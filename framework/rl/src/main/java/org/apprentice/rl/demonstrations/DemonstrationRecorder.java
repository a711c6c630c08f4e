package org.apprentice.rl.demonstrations;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.Space;
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

  /** Where frames go; null where observations are none. */
  private final Frames.Growing frames;

  /** Who acts, and says what is to be written down. */
  public interface Demonstrator {
    /**
     * One step of all copies.
     *
     * @param done to be filled with what is done in the environment
     * @return what is written down as done; null to stop, which leaves out episodes that have not
     *     ended
     */
    ActionBatch act(PolicyInput input, ActionBatch done);
  }

  private DemonstrationRecorder(
      VectorEnvironment environment, Demonstrator demonstrator, Path spool) {
    this.environment = environment;
    this.demonstrator = demonstrator;
    int copies = environment.size();
    actions = ActionBatch.allocate(environment.spec().actionSpace(), copies);
    step = StepBatch.allocate(environment.spec().observationSpace(), copies);
    episodeStarts = new boolean[copies];
    Arrays.fill(episodeStarts, true);
    Space space = environment.spec().observationSpace();
    frames =
        space instanceof ImageSpace
            ? new Frames.Spool(spool, space.width() / Demonstrations.frames(space.shape()))
            : null;
  }

  /**
   * Plays until every copy has its share of {@code episodes} (the first copies one more where it
   * does not divide evenly). Episodes are ordered by their number within their copy, then by copy.
   *
   * @param environment reset by this method
   * @param deterministic whether the policy takes its most likely actions
   * @param seed of the environment's reset
   * @param random of stochastic actions
   * @param spool a folder with room for the frames of images: they never are in memory together,
   *     but in a temporary file that vanishes with the demonstrations
   */
  public static Demonstrations record(
      Policy policy,
      VectorEnvironment environment,
      int episodes,
      boolean deterministic,
      long seed,
      RandomGenerator random,
      Path spool) {
    PolicyState state = policy.newState(environment.size(), random);
    return record(
        (input, done) -> {
          policy.act(input, state, deterministic, done);
          return done;
        },
        environment,
        episodes,
        seed,
        spool);
  }

  /** The same, with frames in the system's folder for temporary files. */
  public static Demonstrations record(
      Policy policy,
      VectorEnvironment environment,
      int episodes,
      boolean deterministic,
      long seed,
      RandomGenerator random) {
    return record(
        policy, environment, episodes, deterministic, seed, random, Frames.Spool.temporary());
  }

  /** {@link #record(Policy, VectorEnvironment, int, boolean, long, RandomGenerator)} of anybody. */
  public static Demonstrations record(
      Demonstrator demonstrator, VectorEnvironment environment, int episodes, long seed) {
    return record(demonstrator, environment, episodes, seed, Frames.Spool.temporary());
  }

  /**
   * {@link #record(Policy, VectorEnvironment, int, boolean, long, RandomGenerator, Path)} of
   * anybody.
   *
   * @param spool a folder with room for the frames of images
   * @throws DemonstrationException if the demonstrator stopped before an episode had ended
   */
  public static Demonstrations record(
      Demonstrator demonstrator,
      VectorEnvironment environment,
      int episodes,
      long seed,
      Path spool) {
    if (episodes < 1) {
      throw new IllegalArgumentException("episodes must be at least 1, found " + episodes);
    }
    return new DemonstrationRecorder(environment, demonstrator, spool).record(episodes, seed);
  }

  private Demonstrations record(int episodes, long seed) {
    int copies = environment.size();
    List<EpisodeBuffer> finished = new ArrayList<>();
    EpisodeBuffer[] open = new EpisodeBuffer[copies];
    int missing = episodes;
    for (int copy = 0; copy < copies && copy < episodes; copy++) {
      open[copy] = new EpisodeBuffer(copy, 0);
    }
    PolicyInput input =
        new PolicyInput(step.observations(), episodeStarts, environment.actionMask());
    environment.reset(seed, step.observations());
    while (missing > 0) {
      ActionBatch written = demonstrator.act(input, actions);
      if (written == null) {
        return join(whole(finished));
      }
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
    return number * copies + ended.copy < episodes ? new EpisodeBuffer(ended.copy, number) : null;
  }

  /** Those that come first in the order of all, without a gap. */
  private List<EpisodeBuffer> whole(List<EpisodeBuffer> finished) {
    int copies = environment.size();
    List<EpisodeBuffer> ordered = new ArrayList<>(finished);
    ordered.sort(Comparator.comparingInt(episode -> episode.number * copies + episode.copy));
    int whole = 0;
    while (whole < ordered.size()
        && ordered.get(whole).number * copies + ordered.get(whole).copy == whole) {
      whole++;
    }
    if (whole == 0) {
      throw new DemonstrationException("stopped before an episode had ended, so there are none");
    }
    return ordered.subList(0, whole);
  }

  private Demonstrations join(List<EpisodeBuffer> episodes) {
    int copies = environment.size();
    EpisodeBuffer[] ordered = new EpisodeBuffer[episodes.size()];
    for (EpisodeBuffer episode : episodes) {
      ordered[episode.number * copies + episode.copy] = episode;
    }
    EnvironmentSpec spec = environment.spec();
    int[] lengths = Arrays.stream(ordered).mapToInt(episode -> episode.length).toArray();
    int[] firstRows = Episodes.firstRows(lengths);
    ActionBatch allActions = ActionBatch.allocate(spec.actionSpace(), firstRows[ordered.length]);
    float[] rewards = new float[firstRows[ordered.length]];
    boolean[] terminated = new boolean[ordered.length];
    for (int i = 0; i < ordered.length; i++) {
      terminated[i] = ordered[i].terminated;
      ordered[i].actions.copyTo(0, allActions, firstRows[i], lengths[i]);
      System.arraycopy(ordered[i].rewards, 0, rewards, firstRows[i], lengths[i]);
    }
    int[] rows = new int[firstRows[ordered.length]];
    int[] finals = new int[ordered.length];
    ObservationRows seen = seen(ordered, rows, finals);
    return new Demonstrations(
        spec.observationSpace().shape(),
        seen.select(rows),
        allActions,
        rewards,
        new Episodes(
            firstRows,
            Arrays.stream(ordered).mapToDouble(episode -> episode.episodeReturn).toArray()),
        new Endings(seen.select(finals), terminated),
        null);
  }

  /**
   * What was observed in all episodes, each followed by its final observation.
   *
   * @param rows to be filled with the numbers of the rows that were acted on
   * @param finals to be filled with those of the final observations
   */
  private static ObservationRows seen(EpisodeBuffer[] ordered, int[] rows, int[] finals) {
    List<ObservationRows> parts = new ArrayList<>();
    int filled = 0;
    for (int i = 0; i < ordered.length; i++) {
      for (int step = 0; step < ordered[i].length; step++) {
        rows[filled] = filled + i;
        filled++;
      }
      finals[i] = filled + i;
      parts.add(ordered[i].seen.build());
    }
    return ObservationRows.join(parts);
  }

  /** One episode of one copy, growing. */
  private final class EpisodeBuffer {
    private static final int FIRST_CAPACITY = 256;

    private final int copy;
    private final int number;
    private final ObservationRows.Builder seen;
    private ActionBatch actions;
    private float[] rewards = new float[FIRST_CAPACITY];
    private int length;
    private double episodeReturn;
    private boolean terminated;

    EpisodeBuffer(int copy, int number) {
      this.copy = copy;
      this.number = number;
      seen =
          frames == null
              ? new DenseRows.Builder(step.observations().width())
              : new StackBuilder(frames, step.observations().width() / frames.size());
      actions = ActionBatch.allocate(environment.spec().actionSpace(), FIRST_CAPACITY);
    }

    void add(ObservationBatch observed, ActionBatch done, int row) {
      if (length == rewards.length) {
        int capacity = 2 * length;
        ActionBatch more = ActionBatch.allocate(environment.spec().actionSpace(), capacity);
        actions.copyTo(0, more, 0, length);
        actions = more;
        rewards = Arrays.copyOf(rewards, capacity);
      }
      seen.add(observed, row);
      done.copyTo(row, actions, length, 1);
    }

    void reward(float reward) {
      rewards[length++] = reward;
    }

    void end(StepBatch ended, int row) {
      episodeReturn = ended.episodeReturn()[row];
      terminated = ended.terminated()[row];
      seen.add(ended.finalObservations(), row);
    }
  }
}
