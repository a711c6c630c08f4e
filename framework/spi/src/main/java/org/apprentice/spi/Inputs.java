package org.apprentice.spi;

/**
 * Inputs of a forward pass: {@code steps x batch} rows, time-major (row {@code t * batch + b}).
 *
 * @param observations at least {@code steps * batch} rows; of an image, bytes or real numbers from
 *     0 to 255, which the network scales to [0, 1] alike
 * @param actions {@code [rows x actionWidth]}, or null where the network takes none
 * @param resets {@code [rows]}: the carried state of a sequence is zeroed before this step; null
 *     for none
 */
public record Inputs(
    ObservationBatch observations, float[] actions, boolean[] resets, int steps, int batch) {
  public int rows() {
    return steps * batch;
  }

  /** Independent rows. */
  public static Inputs of(ObservationBatch observations, int rows) {
    return new Inputs(observations, null, null, 1, rows);
  }
}
