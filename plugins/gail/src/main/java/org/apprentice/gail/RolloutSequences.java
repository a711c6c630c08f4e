package org.apprentice.gail;

/**
 * How rollouts are cut into sequences: sequence {@code p * copies + c} is the {@code p}-th piece of
 * copy {@code c}. With length 1 sequence {@code i} is row {@code i}.
 *
 * @param rolloutLength steps per copy
 * @param maxLength most steps of a sequence
 */
record RolloutSequences(int rolloutLength, int copies, int maxLength) {
  int pieces() {
    return (rolloutLength + maxLength - 1) / maxLength;
  }

  int count() {
    return pieces() * copies;
  }

  /** The rollout's row of the first step. */
  int firstRow(int sequence) {
    return sequence / copies * maxLength * copies + sequence % copies;
  }

  int length(int sequence) {
    return Math.min(maxLength, rolloutLength - sequence / copies * maxLength);
  }
}
