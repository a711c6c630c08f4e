package org.apprentice.core.trial;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.apprentice.core.config.Experiment;
import org.apprentice.core.config.Trial;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.DemonstrationRecorder;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.Frame;
import org.apprentice.spi.VectorEnvironment;

/**
 * Demonstrations of somebody who plays the environment of an experiment. What is written down is
 * what a policy of that experiment would see and do; the player sees every step of the game itself,
 * below all wrappers.
 */
public final class PlayByHand {
  private PlayByHand() {}

  /** Somebody with eyes and fingers; called in one thread. */
  public interface Player {
    /**
     * The game began or took a step. Returns when the next one may come.
     *
     * @param score raw return of the game so far
     * @param lives 0 in games that have none
     */
    void see(Frame picture, double score, int lives);

    /**
     * What to do now.
     *
     * @param allowed per action; null where all are
     * @return empty to stop
     */
    OptionalInt act(boolean[] allowed);
  }

  /**
   * Plays whole episodes, one after the other.
   *
   * @param file that they are meant for: frames of images are kept in its folder meanwhile
   * @return less than {@code episodes} if the player stopped, without the one that had not ended
   * @throws TrialException if actions have no numbers, or the environment no pictures
   * @throws org.apprentice.rl.demonstrations.DemonstrationException if the player stopped in the
   *     first episode
   */
  public static Demonstrations record(
      Trial trial, int episodes, long seed, Path file, Player player) {
    Experiment.Environment settings = trial.experiment().environment();
    String name = settings.component().plugin().name();
    if (!(settings.spec().actionSpace() instanceof ActionSpace.Discrete)) {
      throw new TrialException(
          "%s cannot be played with keys: it takes %s and not numbered actions"
              .formatted(name, settings.spec().actionSpace()));
    }
    RandomStreams random = new RandomStreams(seed);
    try (VectorEnvironment environment =
        WrappedEnvironments.with(inner -> new ShownEnvironment(name, inner, player), settings)
            .create(1)) {
      return DemonstrationRecorder.record(
          (input, done) -> {
            OptionalInt action = player.act(input.actionMask());
            if (action.isEmpty()) {
              return null;
            }
            ((ActionBatch.Discrete) done).values()[0] = action.getAsInt();
            return done;
          },
          environment,
          episodes,
          random.seed("demonstrations"),
          file.toAbsolutePath().getParent());
    }
  }
}
