package org.apprentice.wrappers;

import java.util.Arrays;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Grayscale;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;

/**
 * Colour to gray, {@code [3, rows, columns]} to {@code [1, rows, columns]}, in whole numbers (see
 * {@link Grayscale}).
 */
final class Gray extends Wrapper {
  private static final int COLOURS = 3;

  private final int rows;
  private final int columns;
  private final Grayscale grayscale;
  private ObservationBatch.UInt8 colours;
  private ObservationBatch.UInt8 previous;
  private final byte[] gray;
  private boolean begun;

  Gray(GrayConfig config, Environment inner) {
    super(inner, spec(inner.spec()));
    ImageSpace image = Checks.images(inner.spec());
    rows = image.rows();
    columns = image.columns();
    grayscale = config.grayscale();
    colours = (ObservationBatch.UInt8) ObservationBatch.allocate(image, 1);
    previous = (ObservationBatch.UInt8) ObservationBatch.allocate(image, 1);
    gray = new byte[rows * columns];
  }

  static EnvironmentSpec spec(EnvironmentSpec inner) {
    ImageSpace image = Checks.images(inner);
    if (image.channels() != COLOURS) {
      throw new IllegalArgumentException(
          "needs images of 3 channels (red, green, blue), and the environment shows "
              + image
              + (image.channels() == 1 ? ", which is gray already: leave gray out" : ""));
    }
    return Checks.showing(new ImageSpace(1, image.rows(), image.columns()), inner);
  }

  @Override
  public void observe(ObservationBatch out, int row) {
    ObservationBatch.UInt8 now = previous;
    previous = colours;
    colours = now;
    inner.observe(now, 0);
    for (int line = 0; line < rows; line++) {
      if (!begun || changed(line * columns)) {
        int from = line * columns;
        grayscale.convert(now.values(), gray.length, from, from + columns, gray);
      }
    }
    begun = true;
    System.arraycopy(
        gray, 0, ((ObservationBatch.UInt8) out).values(), row * gray.length, gray.length);
  }

  /** Most lines of one picture are those of the picture before. */
  private boolean changed(int from) {
    byte[] now = colours.values();
    byte[] before = previous.values();
    for (int colour = 0; colour < COLOURS; colour++) {
      int at = colour * gray.length + from;
      if (!Arrays.equals(now, at, at + columns, before, at, at + columns)) {
        return true;
      }
    }
    return false;
  }
}
