package org.apprentice.wrappers;

import java.util.Arrays;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;

/**
 * Colour to gray, {@code [3, rows, columns]} to {@code [1, rows, columns]}: weights are whole
 * multiples of 2^-15 that sum to 1 (what blue counts takes the rounding up), and the result is
 * rounded half up. With the weights of BT.601 these are the bits of OpenCV's {@code RGB2GRAY}.
 */
final class Gray extends Wrapper {
  private static final int SHIFT = 15;
  private static final int HALF = 1 << (SHIFT - 1);
  private static final int COLOURS = 3;

  private final int rows;
  private final int columns;
  private final int red;
  private final int green;
  private final int blue;
  private ObservationBatch.UInt8 colours;
  private ObservationBatch.UInt8 previous;
  private final byte[] gray;
  private boolean begun;

  Gray(GrayConfig config, Environment inner) {
    super(inner, spec(inner.spec()));
    ImageSpace image = Checks.images(inner.spec());
    rows = image.rows();
    columns = image.columns();
    double[] weights = config.values();
    red = (int) Math.round(weights[0] * (1 << SHIFT));
    green = (int) Math.round(weights[1] * (1 << SHIFT));
    blue = (1 << SHIFT) - red - green;
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
        convert(line * columns);
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

  private void convert(int from) {
    byte[] now = colours.values();
    int pixels = gray.length;
    for (int i = from; i < from + columns; i++) {
      gray[i] =
          (byte)
              ((red * (now[i] & 0xFF)
                      + green * (now[pixels + i] & 0xFF)
                      + blue * (now[2 * pixels + i] & 0xFF)
                      + HALF)
                  >> SHIFT);
    }
  }
}
