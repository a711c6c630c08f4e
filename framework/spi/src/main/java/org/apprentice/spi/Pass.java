package org.apprentice.spi;

/** Activations and carried state of one use of a network. */
public interface Pass {
  /**
   * Output of a head, {@code [rows x width]}, valid until the next forward of this pass; not to be
   * modified.
   */
  float[] output(int head);

  /** Carried state, {@code [batch x stateWidth]}; may be read and written between forwards. */
  float[] state();
}
