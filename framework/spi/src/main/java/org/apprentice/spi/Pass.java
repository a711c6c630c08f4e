package org.apprentice.spi;

/** Activations and carried state of one use of a network. */
public interface Pass {
  /**
   * Output of a head, {@code [rows x width]}, valid until the next forward of this pass; not to be
   * modified.
   */
  float[] output(int head);

  /**
   * What a head is a linear function of, {@code [rows x featureWidth]}, valid until the next
   * forward of this pass; not to be modified.
   *
   * @throws UnsupportedOperationException where {@link Network#featureWidth} is 0
   */
  default float[] features(int head) {
    throw new UnsupportedOperationException("this network does not tell the features of its heads");
  }

  /** Carried state, {@code [batch x stateWidth]}; may be read and written between forwards. */
  float[] state();

  /**
   * From now on, forwards of this pass drop units at random where the network has dropout, and
   * backward and tangent are those of what was left. Off at first, and where {@code random} is
   * null.
   */
  default void training(java.util.random.RandomGenerator random) {}

  /**
   * From now on, only these heads are asked for: forwards of this pass may leave the others as they
   * are, with the carried state that is theirs alone, and backward and tangent are given null for
   * them.
   *
   * @param wanted per head
   */
  default void restrict(boolean[] wanted) {}
}
