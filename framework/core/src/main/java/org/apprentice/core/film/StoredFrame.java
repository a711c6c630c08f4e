package org.apprentice.core.film;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.apprentice.spi.Frame;

/** A picture in little memory. */
record StoredFrame(int width, int height, byte[] deflated) {
  static StoredFrame of(Frame frame) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(frame.rgb());
      deflater.finish();
      byte[] out = new byte[frame.rgb().length / 8 + 64];
      int length = 0;
      while (!deflater.finished()) {
        if (length == out.length) {
          out = Arrays.copyOf(out, 2 * length);
        }
        length += deflater.deflate(out, length, out.length - length);
      }
      return new StoredFrame(frame.width(), frame.height(), Arrays.copyOf(out, length));
    } finally {
      deflater.end();
    }
  }

  Frame frame() {
    byte[] rgb = new byte[3 * width * height];
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(deflated);
      int length = 0;
      while (length < rgb.length) {
        length += inflater.inflate(rgb, length, rgb.length - length);
      }
      return new Frame(width, height, rgb);
    } catch (DataFormatException e) {
      throw new IllegalStateException("what was deflated cannot be inflated", e);
    } finally {
      inflater.end();
    }
  }
}
