package org.apprentice.rl.demonstrations;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apprentice.spi.ActionBatch;

/** SHA-256 of arrays, one after the other. */
final class ContentDigest {
  private static final int CHUNK = 1 << 16;

  private final MessageDigest digest;

  /**
   * @param format says what is digested, and in which order
   */
  ContentDigest(String format) {
    digest = FrameDigests.sha256();
    digest.update(format.getBytes(StandardCharsets.UTF_8));
  }

  /** Images follow, as the digests of all their frames. */
  void beginFrames() {
    digest.update((byte) 'p');
  }

  void addFrame(byte[] frameDigest) {
    digest.update(frameDigest);
  }

  void add(ActionBatch batch) {
    if (batch instanceof ActionBatch.Discrete indices) {
      add(indices.values());
    } else if (batch instanceof ActionBatch.Continuous real) {
      add(real.values());
    }
  }

  void add(double[] values) {
    for (double value : values) {
      digest.update(ByteBuffer.allocate(Double.BYTES).putDouble(value).flip());
    }
  }

  void add(boolean[] values) {
    for (boolean value : values) {
      digest.update((byte) (value ? 1 : 0));
    }
  }

  void add(int[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(1 + values.length * Integer.BYTES).put((byte) 'i');
    for (int value : values) {
      buffer.putInt(value);
    }
    digest.update(buffer.flip());
  }

  void add(float[] values) {
    digest.update((byte) 'f');
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    for (float value : values) {
      if (!buffer.hasRemaining()) {
        digest.update(buffer.flip());
        buffer.clear();
      }
      buffer.putFloat(value);
    }
    digest.update(buffer.flip());
  }

  String hexadecimal() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
