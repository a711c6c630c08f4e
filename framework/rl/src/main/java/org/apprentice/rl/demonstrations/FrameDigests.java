package org.apprentice.rl.demonstrations;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.BitSet;

/** SHA-256 of frames, each taken once however many observations share it. */
final class FrameDigests {
  private static final int LENGTH = 32;
  private static final int READ_TOGETHER = 64;

  private final Frames frames;
  private final byte[] buffer;
  private final BitSet known = new BitSet();
  private byte[] digests = new byte[0];

  FrameDigests(Frames frames) {
    this.frames = frames;
    buffer = new byte[READ_TOGETHER * frames.size()];
  }

  /** In an array of its own. */
  synchronized byte[] of(int frame) {
    if (!known.get(frame)) {
      take(frame);
    }
    return Arrays.copyOfRange(digests, frame * LENGTH, (frame + 1) * LENGTH);
  }

  /** Neighbours are likely to be asked for next. */
  private void take(int first) {
    int count = Math.min(READ_TOGETHER, frames.count() - first);
    if (digests.length < frames.count() * LENGTH) {
      digests = Arrays.copyOf(digests, frames.count() * LENGTH);
    }
    frames.read(first, count, buffer, 0);
    for (int i = 0; i < count; i++) {
      byte[] digest = of(buffer, i * frames.size(), frames.size());
      System.arraycopy(digest, 0, digests, (first + i) * LENGTH, LENGTH);
    }
    known.set(first, first + count);
  }

  static byte[] of(byte[] bytes, int offset, int length) {
    MessageDigest digest = sha256();
    digest.update(bytes, offset, length);
    return digest.digest();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
