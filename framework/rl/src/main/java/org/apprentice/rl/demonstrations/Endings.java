package org.apprentice.rl.demonstrations;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * How whole episodes ended.
 *
 * @param observations {@code [episodes]}, what was observed after the last step
 * @param terminated {@code [episodes]}, whether the task ended by itself, and not by a limit
 */
record Endings(ObservationRows observations, boolean[] terminated) {
  /** Those of chosen episodes. */
  Endings select(int[] episodes) {
    boolean[] kept = new boolean[episodes.length];
    for (int i = 0; i < episodes.length; i++) {
      kept[i] = terminated[episodes[i]];
    }
    return new Endings(observations.select(episodes), kept);
  }

  Endings map(UnaryOperator<ObservationRows> images) {
    return new Endings(images.apply(observations), terminated);
  }

  Endings followedBy(Endings more) {
    return new Endings(
        ObservationRows.join(observations, more.observations), join(terminated, more.terminated));
  }

  static boolean[] join(boolean[] first, boolean[] second) {
    boolean[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
