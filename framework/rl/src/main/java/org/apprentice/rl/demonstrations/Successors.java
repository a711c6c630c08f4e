package org.apprentice.rl.demonstrations;

import java.util.function.UnaryOperator;

/**
 * What follows each transition where rows between were left out.
 *
 * @param known {@code [rows]}, false for the last step of an episode whose ending is not known
 * @param terminal {@code [rows]}, whether the step ended the task
 */
record Successors(ObservationRows observations, boolean[] known, boolean[] terminal) {
  Successors map(UnaryOperator<ObservationRows> images) {
    return new Successors(images.apply(observations), known, terminal);
  }

  Successors followedBy(Successors more) {
    return new Successors(
        ObservationRows.join(observations, more.observations),
        Endings.join(known, more.known),
        Endings.join(terminal, more.terminal));
  }
}
