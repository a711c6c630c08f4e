package org.apprentice.gail;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apprentice.rl.demonstrations.DemonstrationException;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.Rollout;

/**
 * Lets episodes that end by themselves go on in an absorbing state {@code s_a} (Kostrikov et al.
 * 2019, section 4.1), so that the discriminator and not the sign of its reward says what an end is
 * worth.
 *
 * <p>The discriminator sees {@code s_a} as often as steps are missing to the horizon, the expert's
 * and the policy's alike. The return after a last step of reward {@code r_T} is
 *
 * <pre>  r_T + sum_{k=1..infinity} gamma^k r(s_a) = r_T + gamma / (1 - gamma) r(s_a)</pre>
 *
 * <p>without end, since the value of an episode that a limit cuts off is bootstrapped without end
 * too: under a constant reward both are worth the same. The sum is added to the last reward, where
 * it is what the advantage estimator's missing value of the next state stands for.
 */
final class AbsorbingState {
  private final int horizon;
  private final double discount;

  /** {@code [copies]}, steps that the running episodes have had before the next rollout. */
  private final int[] elapsed;

  /**
   * @param horizon steps of an episode, those in the absorbing state included
   * @param discount gamma of the policy's optimiser
   */
  AbsorbingState(int horizon, double discount, int copies) {
    if (discount >= 1) {
      throw new IllegalArgumentException(
          "absorbing-horizon needs a generator with gamma below 1: the absorbing state's reward is"
              + " summed without end, found gamma = "
              + discount);
    }
    this.horizon = horizon;
    this.discount = discount;
    elapsed = new int[copies];
  }

  /**
   * Steps in the absorbing state of all demonstrations together.
   *
   * @param subsample every how many steps were kept
   */
  int steps(Demonstrations demonstrations, int subsample) {
    if (!demonstrations.endingsKnown()) {
      throw new DemonstrationException(
          "absorbing-horizon needs demonstrations that say how their episodes ended ('terminated'"
              + " and 'final_obs'), and these do not; record them again with apprentice record");
    }
    int steps = 0;
    for (int episode = 0; episode < demonstrations.episodes(); episode++) {
      if (demonstrations.terminated(episode)) {
        int length = demonstrations.length(episode) * subsample;
        steps += Math.max(0, horizon - length) / subsample;
      }
    }
    return steps;
  }

  /** Steps in the absorbing state of the episodes that end by themselves in this rollout. */
  int steps(Rollout rollout) {
    int steps = 0;
    for (int copy = 0; copy < elapsed.length; copy++) {
      int length = elapsed[copy];
      for (int row = copy; row < rollout.rows(); row += elapsed.length) {
        length++;
        if (rollout.terminated()[row]) {
          steps += Math.max(0, horizon - length);
        }
        length = rollout.terminated()[row] || rollout.truncated()[row] ? 0 : length;
      }
    }
    return steps;
  }

  /**
   * Adds what comes after the end of episodes, and goes on to the next rollout.
   *
   * @param reward of the absorbing state
   */
  void finish(Rollout rollout, double reward) {
    float after = (float) (discount / (1 - discount) * reward);
    for (int row = 0; row < rollout.rows(); row++) {
      int copy = row % elapsed.length;
      elapsed[copy]++;
      if (rollout.terminated()[row]) {
        rollout.rewards()[row] += after;
      }
      if (rollout.terminated()[row] || rollout.truncated()[row]) {
        elapsed[copy] = 0;
      }
    }
  }

  void save(DataOutput out) throws IOException {
    for (int steps : elapsed) {
      out.writeInt(steps);
    }
  }

  void restore(DataInput in) throws IOException {
    for (int copy = 0; copy < elapsed.length; copy++) {
      elapsed[copy] = in.readInt();
    }
  }
}
