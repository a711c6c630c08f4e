package org.apprentice.rl;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apprentice.spi.ObservationBatch;

/**
 * Shifts and scales real observations to mean 0 and variance 1 by running moments, clipped to
 * {@code +-limit}. Frozen between calls of {@link #update}.
 */
public final class ObservationNormalizer {
  private static final double EPSILON = 1e-8;

  private final int width;
  private final float limit;
  private final RunningMoments moments;
  private final float[] shift;
  private final float[] scale;

  public ObservationNormalizer(int width, double limit) {
    this.width = width;
    this.limit = (float) limit;
    moments = new RunningMoments(width);
    shift = new float[width];
    scale = new float[width];
    refresh();
  }

  /** Learns from the first {@code rows} rows. */
  public void update(ObservationBatch observations, int rows) {
    moments.add(((ObservationBatch.Float32) observations).values(), rows);
    refresh();
  }

  /** Normalises the first {@code rows} rows of {@code in} into {@code out}. */
  public void apply(ObservationBatch in, ObservationBatch out, int rows) {
    float[] from = ((ObservationBatch.Float32) in).values();
    float[] to = ((ObservationBatch.Float32) out).values();
    for (int row = 0; row < rows; row++) {
      int offset = row * width;
      for (int column = 0; column < width; column++) {
        float value = (from[offset + column] - shift[column]) * scale[column];
        to[offset + column] = Math.max(-limit, Math.min(limit, value));
      }
    }
  }

  public void save(DataOutput out) throws IOException {
    moments.save(out);
  }

  public void restore(DataInput in) throws IOException {
    moments.restore(in);
    refresh();
  }

  private void refresh() {
    for (int column = 0; column < width; column++) {
      shift[column] = (float) moments.mean(column);
      scale[column] = (float) (1 / Math.sqrt(moments.variance(column) + EPSILON));
    }
  }
}
