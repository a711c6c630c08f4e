package org.apprentice.rl.demonstrations;

/**
 * What is done to demonstrations before anything learns from them. All but the first are controls:
 * an algorithm that does as well with them has learned from something else than the expert, such as
 * from when episodes end.
 */
public enum Corruption {
  /** They stay as they are. */
  NONE,
  /** Actions are dealt out anew among all transitions. */
  SHUFFLED_ACTIONS,
  /** Episodes of a policy that draws its actions at random take the place of the expert's. */
  RANDOM_POLICY,
  /** They are only there to be compared with; the learner is shown none of them. */
  WITHHELD
}
