package org.apprentice.wrappers;

import java.util.Arrays;
import org.apprentice.spi.AreaResize;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;

/**
 * Makes pictures smaller by exact means of areas (see {@link AreaResize}), channel by channel. Only
 * rows whose part of the picture changed since the last one are computed anew.
 */
final class Resize extends Wrapper {
  private final ImageSpace from;
  private final AreaResize resize;
  private ObservationBatch.UInt8 picture;
  private ObservationBatch.UInt8 previous;
  private final boolean[] changed;
  private final byte[] small;
  private boolean begun;

  Resize(ResizeConfig config, Environment inner) {
    super(inner, spec(config, inner.spec()));
    from = Checks.images(inner.spec());
    resize = new AreaResize(from.rows(), from.columns(), config.rows(), config.columns());
    picture = (ObservationBatch.UInt8) ObservationBatch.allocate(from, 1);
    previous = (ObservationBatch.UInt8) ObservationBatch.allocate(from, 1);
    changed = new boolean[from.rows()];
    small = new byte[from.channels() * config.rows() * config.columns()];
  }

  static EnvironmentSpec spec(ResizeConfig config, EnvironmentSpec inner) {
    ImageSpace image = Checks.images(inner);
    if (config.rows() > image.rows() || config.columns() > image.columns()) {
      throw new IllegalArgumentException(
          "makes pictures smaller, and rows = %d, columns = %d is larger than the environment's %s"
              .formatted(config.rows(), config.columns(), image));
    }
    if (!AreaResize.isExact(image.rows(), image.columns(), config.rows(), config.columns())) {
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
    for (int y = 0; any && y < resize.rows(); y++) {
      if (hasChanged(y)) {
        int to = (channel * resize.rows() + y) * resize.columns();
        resize.row(picture.values(), start, y, small, to);
      }
    }
  }

  private boolean hasChanged(int row) {
    int first = resize.firstUnder(row);
    for (int i = 0; i < resize.countUnder(row); i++) {
      if (changed[first + i]) {
        return true;
      }
    }
    return false;
  }
}
