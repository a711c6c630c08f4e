package org.apprentice.rl.imitation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Learns to tell the expert's transitions from the policy's; what it thinks of the policy's is the
 * reward that the policy learns from.
 */
public interface Discriminator {
  /** A round of gradient steps on the expert's transitions and the policy's newest ones. */
  void train(Experience experience, Map<String, Double> metrics);

  /**
   * Overwrites the rollout's rewards with what it thinks of the transitions. Called once for every
   * rollout, in order, after {@link #train} where that is called.
   */
  void relabel(Experience experience);

  /** Whether it has to be told {@link Experience#successors()}. */
  default boolean needsSuccessors() {
    return false;
  }

  /**
   * What its rewards say about the length of episodes that end by themselves, whatever it has
   * learned; a sentence for people, empty if nothing.
   */
  default Optional<String> horizonBias() {
    return Optional.empty();
  }

  /** Everything that the next calls depend on, but for generators of random numbers. */
  void save(DataOutput out) throws IOException;

  void restore(DataInput in) throws IOException;
}
