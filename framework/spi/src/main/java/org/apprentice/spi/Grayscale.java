package org.apprentice.spi;

/**
 * Colour to gray in whole numbers: weights are whole multiples of 2^-15 that sum to 1 (what blue
 * counts takes the rounding up), and the result is rounded half up. With {@link Weights#REC_601}
 * these are the bits of OpenCV's {@code RGB2GRAY}.
 */
public final class Grayscale {
  private static final int SHIFT = 15;
  private static final int HALF = 1 << (SHIFT - 1);

  private final int red;
  private final int green;
  private final int blue;

  /** Named luminance weights. */
  public enum Weights {
    /** ITU-R BT.601, which OpenCV, Gym and the Atari emulator use. */
    REC_601(0.299, 0.587),
    /** ITU-R BT.709. */
    REC_709(0.2126, 0.7152),
    /** BT.709 to two digits: 0.21, 0.72, 0.07. */
    ROUNDED_709(0.21, 0.72);

    private final double red;
    private final double green;

    Weights(double red, double green) {
      this.red = red;
      this.green = green;
    }

    public Grayscale grayscale() {
      return new Grayscale(red, green);
    }
  }

  /** Blue counts what is left to 1. */
  public Grayscale(double redWeight, double greenWeight) {
    red = (int) Math.round(redWeight * (1 << SHIFT));
    green = (int) Math.round(greenWeight * (1 << SHIFT));
    blue = (1 << SHIFT) - red - green;
  }

  /**
   * Converts some pixels of a picture.
   *
   * @param colours {@code [3 x pixels]}: all red, all green, all blue
   * @param pixels of the picture
   * @param from the first one to convert
   * @param to the first one to leave
   * @param gray {@code [pixels]}
   */
  public void convert(byte[] colours, int pixels, int from, int to, byte[] gray) {
    for (int i = from; i < to; i++) {
      gray[i] =
          (byte)
              ((red * (colours[i] & 0xFF)
                      + green * (colours[pixels + i] & 0xFF)
                      + blue * (colours[2 * pixels + i] & 0xFF)
                      + HALF)
                  >> SHIFT);
    }
  }
}
