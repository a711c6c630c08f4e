package org.apprentice.spi;

/**
 * A function with one flat parameter vector. Every network is a sequence network; a feed-forward
 * one has a carried state of width 0. Not thread-safe, but any number of passes may exist side by
 * side.
 */
public interface Network {
  NetworkSpec spec();

  /** Buffers for up to {@code maxSteps x maxBatch} rows. Acting and training use a pass each. */
  Pass pass(int maxSteps, int maxBatch);

  /**
   * One line that says what the network looks like, for messages and checkpoints. Two networks
   * share it if and only if their parameters are interchangeable.
   */
  default String description() {
    return getClass().getSimpleName()
        + " of "
        + spec().observationSpace()
        + " to "
        + spec().heads();
  }

  /** Width of the state that one sequence carries from step to step; 0 if feed-forward. */
  int stateWidth();

  /**
   * Width of the vector that a head is a linear function of; 0 where this network does not tell
   * ({@link Pass#features}).
   */
  default int featureWidth(int head) {
    return 0;
  }

  /**
   * Fills the pass's outputs. The carried state of the pass is read, zeroed where {@link
   * Inputs#resets()} says so before that step, and left as it is after the last step.
   */
  void forward(Pass pass, Inputs inputs);

  /**
   * Gradients of a loss at the last forward of this pass.
   *
   * @param headGradients per head {@code [rows x width]}, d loss / d output; null for a head
   *     without gradient
   * @param parameterGradient overwritten; laid out like {@link #parameters()}
   * @param inputGradient {@code [rows x (observation width + action width)]}, overwritten; null if
   *     not wanted. That of an image is by pixels in [0, 1], whatever they were given as.
   */
  void backward(
      Pass pass, float[][] headGradients, float[] parameterGradient, float[] inputGradient);

  /**
   * Directional derivative {@code J v} of the heads at the last forward of this pass.
   *
   * @param direction laid out like {@link #parameters()}
   * @param headTangents per head {@code [rows x width]}, overwritten; null for a head that is not
   *     wanted
   */
  void tangent(Pass pass, float[] direction, float[][] headTangents);

  /** The live flat vector, in the order of the DL4J graph of the same architecture. */
  float[] parameters();

  /** To be called after {@link #parameters()} was written to. */
  void parametersChanged();

  /** Writes a zip that {@code ModelSerializer} of plain DL4J restores. */
  void export(java.nio.file.Path zip) throws java.io.IOException;
}
