package org.apprentice.wrappers;

import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;

/** Cuts the edges of pictures off. */
final class Crop extends Wrapper {
  private final CropConfig config;
  private final ImageSpace from;
  private final ImageSpace to;
  private final ObservationBatch.UInt8 whole;

  Crop(CropConfig config, Environment inner) {
    super(inner, spec(config, inner.spec()));
    this.config = config;
    from = Checks.images(inner.spec());
    to = Checks.images(spec());
    whole = (ObservationBatch.UInt8) ObservationBatch.allocate(from, 1);
  }

  static EnvironmentSpec spec(CropConfig config, EnvironmentSpec inner) {
    ImageSpace image = Checks.images(inner);
    long rows = (long) image.rows() - config.top() - config.bottom();
    long columns = (long) image.columns() - config.left() - config.right();
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "must leave something of the picture, and top = %d, bottom = %d, left = %d, right = %d of %s leaves nothing"
              .formatted(config.top(), config.bottom(), config.left(), config.right(), image));
    }
    return Checks.showing(new ImageSpace(image.channels(), (int) rows, (int) columns), inner);
  }

  @Override
  public void observe(ObservationBatch out, int row) {
    inner.observe(whole, 0);
    byte[] shown = ((ObservationBatch.UInt8) out).values();
    int at = row * out.width();
    for (int channel = 0; channel < from.channels(); channel++) {
      for (int y = 0; y < to.rows(); y++) {
        int line = channel * from.rows() + config.top() + y;
        System.arraycopy(
            whole.values(), line * from.columns() + config.left(), shown, at, to.columns());
        at += to.columns();
      }
    }
  }
}
