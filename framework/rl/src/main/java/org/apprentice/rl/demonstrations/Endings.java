package org.apprentice.rl.demonstrations;

import java.util.Arrays;
import org.apprentice.spi.ObservationBatch;

/**
 * How whole episodes ended.
 *
 * @param observations {@code [episodes]}, what was observed after the last step
 * @param terminated {@code [episodes]}, whether the task ended by itself, and not by a limit
 */
record Endings(ObservationBatch observations, boolean[] terminated) {
  /** Those of chosen episodes, in copies. */
  Endings select(int[] episodes) {
    ObservationBatch kept = Demonstrations.allocateObservations(observations, episodes.length);
    boolean[] keptTerminated = new boolean[episodes.length];
    for (int i = 0; i < episodes.length; i++) {
      observations.copyTo(episodes[i], kept, i, 1);
      keptTerminated[i] = terminated[episodes[i]];
    }
    return new Endings(kept, keptTerminated);
  }

  Endings followedBy(Endings more) {
    return new Endings(join(observations, more.observations), join(terminated, more.terminated));
  }

  static ObservationBatch join(ObservationBatch first, ObservationBatch second) {
    ObservationBatch all = Demonstrations.allocateObservations(first, first.rows() + second.rows());
    first.copyTo(0, all, 0, first.rows());
    second.copyTo(0, all, first.rows(), second.rows());
    return all;
  }

  static boolean[] join(boolean[] first, boolean[] second) {
    boolean[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
