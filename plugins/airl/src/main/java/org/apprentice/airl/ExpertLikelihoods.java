package org.apprentice.airl;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActorCritic;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;

/**
 * {@code log pi(a|s)} of the demonstrated actions under the policy as it is when a round begins. A
 * recurrent policy follows every episode from its start, all episodes side by side.
 */
final class ExpertLikelihoods {
  private final ActorCritic policy;
  private final Demonstrations demonstrations;
  private final PolicyState state;
  private final boolean recurrent;
  private final ObservationBatch observations;
  private final ActionBatch actions;
  private final PolicyInput input;
  private final float[] likelihoods;

  /** {@code [rows]}, or {@code [transitions]} of a recurrent policy. */
  private final float[] found;

  /**
   * @param rows of a minibatch
   * @param random never drawn from
   */
  ExpertLikelihoods(
      ActorCritic policy, Demonstrations demonstrations, int rows, RandomGenerator random) {
    this.policy = policy;
    this.demonstrations = demonstrations;
    recurrent = policy.newState(1, random).memory().length > 0;
    int columns = recurrent ? demonstrations.episodes() : Math.max(1, rows);
    state = policy.newState(columns, random);
    observations = demonstrations.allocateObservations(columns);
    actions = demonstrations.allocateActions(columns);
    boolean[] starts = new boolean[columns];
    Arrays.fill(starts, true);
    input = PolicyInput.of(observations, starts);
    likelihoods = new float[columns];
    found = new float[recurrent ? demonstrations.rows() : rows];
  }

  boolean recurrent() {
    return recurrent;
  }

  /** To be called when a round begins. */
  void refresh() {
    if (!recurrent) {
      return;
    }
    int longest =
        IntStream.range(0, demonstrations.episodes()).map(demonstrations::length).max().orElse(0);
    Arrays.fill(input.episodeStarts(), true);
    for (int step = 0; step < longest; step++) {
      for (int episode = 0; episode < demonstrations.episodes(); episode++) {
        // an episode that is over repeats its last transition, which counts for nothing
        int within = Math.min(step, demonstrations.length(episode) - 1);
        demonstrations.copyRow(
            demonstrations.firstRow(episode) + within, observations, actions, episode);
      }
      policy.logProbabilities(input, state, actions, likelihoods);
      Arrays.fill(input.episodeStarts(), false);
      for (int episode = 0; episode < demonstrations.episodes(); episode++) {
        if (step < demonstrations.length(episode)) {
          found[demonstrations.firstRow(episode) + step] = likelihoods[episode];
        }
      }
    }
  }

  /**
   * @param rows of the demonstrations, {@code [rows]}
   * @param out {@code [rows]}, overwritten from the beginning
   */
  void of(int[] rows, float[] out) {
    if (recurrent) {
      for (int i = 0; i < rows.length; i++) {
        out[i] = found[rows[i]];
      }
      return;
    }
    if (rows.length == 0) {
      return;
    }
    for (int i = 0; i < rows.length; i++) {
      demonstrations.copyRow(rows[i], observations, actions, i);
    }
    policy.logProbabilities(input, state, actions, likelihoods);
    System.arraycopy(likelihoods, 0, out, 0, rows.length);
  }
}
