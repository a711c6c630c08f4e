package org.apprentice.atari;

import java.util.Arrays;

/**
 * What is seen of a screen of palette indices, channels first. Only rows that changed since the
 * last time are looked up anew: most of a game's picture stands still.
 */
final class Picture {
  private final byte[][] palettes;
  private final int rows;
  private final byte[] shown;
  private final byte[] values;
  private boolean fresh = true;

  /**
   * @param palettes per channel, the value of each of 256 indices
   */
  Picture(int rows, byte[]... palettes) {
    this.palettes = palettes;
    this.rows = rows;
    shown = new byte[rows * Game.COLUMNS];
    values = new byte[palettes.length * shown.length];
  }

  /**
   * Writes {@code [channels x rows x 160]}.
   *
   * @param screen {@code [rows x 160]}
   */
  void write(byte[] screen, byte[] out, int offset) {
    for (int row = 0; row < rows; row++) {
      int from = row * Game.COLUMNS;
      int to = from + Game.COLUMNS;
      if (fresh || !Arrays.equals(screen, from, to, shown, from, to)) {
        for (int channel = 0; channel < palettes.length; channel++) {
          lookUp(screen, from, to, palettes[channel], channel * shown.length);
        }
        System.arraycopy(screen, from, shown, from, Game.COLUMNS);
      }
    }
    fresh = false;
    System.arraycopy(values, 0, out, offset, values.length);
  }

  private void lookUp(byte[] screen, int from, int to, byte[] palette, int channel) {
    for (int pixel = from; pixel < to; pixel++) {
      values[channel + pixel] = palette[screen[pixel] & 0xFF];
    }
  }
}
