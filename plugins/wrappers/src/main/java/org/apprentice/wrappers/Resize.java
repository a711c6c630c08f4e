package org.apprentice.wrappers;

import java.util.Arrays;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;

/**
 * Makes pictures smaller: each pixel is the mean of the area that it covers, in whole numbers and
 * rounded half up, channel by channel. Only rows whose part of the picture changed since the last
 * one are computed anew.
 */
final class Resize extends Wrapper {
  private final ImageSpace from;
  private final AreaWeights vertical;
  private final AreaWeights horizontal;
  private final ExactQuotient quotient;
  private ObservationBatch.UInt8 picture;
  private ObservationBatch.UInt8 previous;
  private final boolean[] changed;
  private final int[] sums;
  private final byte[] small;
  private boolean begun;

  Resize(ResizeConfig config, Environment inner) {
    super(inner, spec(config, inner.spec()));
    from = Checks.images(inner.spec());
    vertical = AreaWeights.of(from.rows(), config.rows());
    horizontal = AreaWeights.of(from.columns(), config.columns());
    quotient = new ExactQuotient(vertical.sum() * horizontal.sum());
    picture = (ObservationBatch.UInt8) ObservationBatch.allocate(from, 1);
    previous = (ObservationBatch.UInt8) ObservationBatch.allocate(from, 1);
    changed = new boolean[from.rows()];
    sums = new int[from.columns()];
    small = new byte[from.channels() * config.rows() * config.columns()];
  }

  static EnvironmentSpec spec(ResizeConfig config, EnvironmentSpec inner) {
    ImageSpace image = Checks.images(inner);
    if (config.rows() > image.rows() || config.columns() > image.columns()) {
      throw new IllegalArgumentException(
          "makes pictures smaller, and rows = %d, columns = %d is larger than the environment's %s"
              .formatted(config.rows(), config.columns(), image));
    }
    long area =
        (long) AreaWeights.of(image.rows(), config.rows()).sum()
            * AreaWeights.of(image.columns(), config.columns()).sum();
    if (area > ExactQuotient.MAX_DIVISOR) {
      throw new IllegalArgumentException(
          "cannot take means over a picture as large as " + image + "; crop it before");
    }
    return Checks.showing(new ImageSpace(image.channels(), config.rows(), config.columns()), inner);
  }

  @Override
  public void observe(ObservationBatch out, int row) {
    ObservationBatch.UInt8 now = previous;
    previous = picture;
    picture = now;
    inner.observe(now, 0);
    for (int channel = 0; channel < from.channels(); channel++) {
      redo(channel);
    }
    begun = true;
    System.arraycopy(
        small, 0, ((ObservationBatch.UInt8) out).values(), row * small.length, small.length);
  }

  private void redo(int channel) {
    int start = channel * from.rows() * from.columns();
    boolean any = !begun;
    for (int y = 0; y < changed.length; y++) {
      int at = start + y * from.columns();
      int end = at + from.columns();
      changed[y] = !begun || !Arrays.equals(picture.values(), at, end, previous.values(), at, end);
      any |= changed[y];
    }
    for (int y = 0; any && y < vertical.size(); y++) {
      if (hasChanged(y)) {
        row(start, y, (channel * vertical.size() + y) * horizontal.size());
      }
    }
  }

  private boolean hasChanged(int row) {
    int first = vertical.first(row);
    for (int i = 0; i < vertical.count(row); i++) {
      if (changed[first + i]) {
        return true;
      }
    }
    return false;
  }

  private void row(int start, int row, int to) {
    byte[] pixels = picture.values();
    int columns = sums.length;
    Arrays.fill(sums, 0);
    for (int i = 0; i < vertical.count(row); i++) {
      int weight = vertical.weight(row, i);
      int at = start + (vertical.first(row) + i) * columns;
      for (int x = 0; x < columns; x++) {
        sums[x] += weight * (pixels[at + x] & 0xFF);
      }
    }
    for (int x = 0; x < horizontal.size(); x++) {
      int first = horizontal.first(x);
      int sum = 0;
      for (int i = 0; i < horizontal.count(x); i++) {
        sum += horizontal.weight(x, i) * sums[first + i];
      }
      small[to + x] = (byte) quotient.rounded(sum);
    }
  }
}
