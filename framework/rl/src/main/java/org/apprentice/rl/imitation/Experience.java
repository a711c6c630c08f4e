package org.apprentice.rl.imitation;

import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;

/**
 * What the policy did since it was last improved.
 *
 * @param successors {@code [rows]}, what was observed after each row's step, the final observation
 *     where an episode ended with it; null unless asked for
 */
public record Experience(Rollout rollout, ObservationBatch successors) {}
