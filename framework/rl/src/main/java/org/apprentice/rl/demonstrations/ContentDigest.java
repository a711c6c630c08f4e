package org.apprentice.rl.demonstrations;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;

/** SHA-256 of arrays, one after the other. */
final class ContentDigest {
  private static final int CHUNK = 1 << 16;

  private final MessageDigest digest;

  /**
   * @param format says what is digested, and in which order
   */
  ContentDigest(String format) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    digest.update(format.getBytes(StandardCharsets.UTF_8));
  }

  void add(ObservationBatch batch) {
    if (batch instanceof ObservationBatch.Float32 real) {
      add(real.values());
    } else if (batch instanceof ObservationBatch.UInt8 bytes) {
      digest.update((byte) 'u');
      digest.update(bytes.values());
    }
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
