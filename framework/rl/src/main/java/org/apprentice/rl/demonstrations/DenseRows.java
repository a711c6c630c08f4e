package org.apprentice.rl.demonstrations;

import java.util.Arrays;
import java.util.List;
import org.apprentice.spi.ObservationBatch;

/**
 * Observations side by side in memory.
 *
 * @param batch nobody may write to it any more
 * @param depth of how many frames an image consists
 */
record DenseRows(ObservationBatch batch, int depth) implements ObservationRows {
  @Override
  public int rows() {
    return batch.rows();
  }

  @Override
  public int width() {
    return batch.width();
  }

  @Override
  public boolean images() {
    return batch instanceof ObservationBatch.UInt8;
  }

  @Override
  public void copyTo(int row, ObservationBatch target, int targetRow, int count) {
    batch.copyTo(row, target, targetRow, count);
  }

  @Override
  public DenseRows select(int[] chosen) {
    ObservationBatch kept = allocate(chosen.length);
    for (int i = 0; i < chosen.length; i++) {
      batch.copyTo(chosen[i], kept, i, 1);
    }
    return new DenseRows(kept, depth);
  }

  static DenseRows joined(List<DenseRows> parts) {
    DenseRows first = parts.get(0);
    ObservationBatch all = first.allocate(parts.stream().mapToInt(DenseRows::rows).sum());
    int filled = 0;
    for (DenseRows part : parts) {
      part.batch.copyTo(0, all, filled, part.rows());
      filled += part.rows();
    }
    return new DenseRows(all, first.depth);
  }

  @Override
  public void addTo(ContentDigest digest) {
    if (batch instanceof ObservationBatch.Float32 real) {
      digest.add(real.values());
    } else if (batch instanceof ObservationBatch.UInt8 bytes) {
      int frames = rows() * depth;
      int size = width() / depth;
      digest.beginFrames();
      for (int frame = 0; frame < frames; frame++) {
        digest.addFrame(FrameDigests.of(bytes.values(), frame * size, size));
      }
    }
  }

  @Override
  public ObservationBatch whole() {
    return batch;
  }

  /** Real observations, growing. */
  static final class Builder implements ObservationRows.Builder {
    private final int width;
    private float[] values;
    private int rows;

    Builder(int width) {
      this.width = width;
      values = new float[256 * width];
    }

    @Override
    public void add(ObservationBatch from, int row) {
      if ((rows + 1) * width > values.length) {
        values = Arrays.copyOf(values, 2 * values.length);
      }
      from.copyTo(row, new ObservationBatch.Float32(values, rows + 1, width), rows, 1);
      rows++;
    }

    @Override
    public DenseRows build() {
      return new DenseRows(
          new ObservationBatch.Float32(Arrays.copyOf(values, rows * width), rows, width), 1);
    }
  }
}
