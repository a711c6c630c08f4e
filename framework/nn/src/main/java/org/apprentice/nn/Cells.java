package org.apprentice.nn;

/**
 * The elementwise part of memories, on the rows {@code [row, row + rows)} of time-major arrays
 * {@code [rows x stride]}, or {@code [rows x gates x stride]} for gates. What is carried backward
 * from the following step has the rows {@code [0, rows)}. Strides are multiples of {@link
 * Kernels#lanes()}. The results do not depend on how rows are grouped.
 */
interface Cells {
  /**
   * {@code c = f c' + i a, h = o tanh(c)} of the gates a (the candidate, tanh) and f, o, i
   * (sigmoid).
   *
   * @param gates four of each row, in the order a, f, o, i: sums in, activations out
   * @param previous c'
   * @param squashed tanh(c), for later
   */
  void lstm(
      float[] gates,
      float[] previous,
      float[] cells,
      float[] squashed,
      float[] outputs,
      int row,
      int rows,
      int stride);

  /**
   * @param outputGradients d loss / dh of this step's own outputs
   * @param carried d loss / dh from the following step
   * @param carriedCells d loss / dc from the following step in, d loss / dc' out
   * @param gateGradients d loss / d sums, out
   */
  void lstmGradient(
      float[] gates,
      float[] previous,
      float[] squashed,
      float[] outputGradients,
      float[] carried,
      float[] carriedCells,
      float[] gateGradients,
      int row,
      int rows,
      int stride);

  /**
   * @param gateTangents of the sums; overwritten
   * @param previousTangents of c'
   * @param cellTangents of c, out
   * @param outputTangents of h, out
   */
  void lstmTangent(
      float[] gates,
      float[] previous,
      float[] squashed,
      float[] gateTangents,
      float[] previousTangents,
      float[] cellTangents,
      float[] outputTangents,
      int row,
      int rows,
      int stride);

  /**
   * {@code h = (1 - z) n + z h'} with {@code r = sigmoid(x_r + m_r), z = sigmoid(x_z + m_z), n =
   * tanh(x_n + r m_n)}.
   *
   * @param gates three of each row: the inputs' part x of the sums in, r, z, n out
   * @param memory the memory's part m of the sums
   * @param previous h'
   */
  void gru(
      float[] gates,
      float[] memory,
      float[] previous,
      float[] outputs,
      int row,
      int rows,
      int stride);

  /**
   * @param outputGradients d loss / dh of this step's own outputs
   * @param carried d loss / dh from the following step in; what of d loss / dh' does not go through
   *     m out
   * @param inputGradients d loss / dx, out
   * @param memoryGradients d loss / dm, out
   */
  void gruGradient(
      float[] gates,
      float[] memory,
      float[] previous,
      float[] outputGradients,
      float[] carried,
      float[] inputGradients,
      float[] memoryGradients,
      int row,
      int rows,
      int stride);

  /**
   * @param gateTangents of x
   * @param memoryTangents of m
   * @param previousTangents of h'
   * @param outputTangents of h, out
   */
  void gruTangent(
      float[] gates,
      float[] memory,
      float[] previous,
      float[] gateTangents,
      float[] memoryTangents,
      float[] previousTangents,
      float[] outputTangents,
      int row,
      int rows,
      int stride);
}
