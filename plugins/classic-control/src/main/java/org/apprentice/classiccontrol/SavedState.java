package org.apprentice.classiccontrol;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.core.RandomProviderDefaultState;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The bytes of a saved environment: a mark, the task's name and the number of copies, then per copy
 * its state, return, length and generator, and the CRC-32 of all that.
 */
final class SavedState {
  private static final int MARK = 0x41504343;
  private static final int CHECKSUM_BYTES = Integer.BYTES;

  private SavedState() {}

  static byte[] write(
      String name,
      double[] states,
      double[] returns,
      int[] lengths,
      RestorableUniformRandomProvider[] randoms) {
    if (randoms[0] == null) {
      throw new IllegalStateException(name + ": reset must be called before save");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MARK);
      out.writeUTF(name);
      out.writeInt(lengths.length);
      out.writeInt(states.length);
      for (double value : states) {
        out.writeDouble(value);
      }
      for (int copy = 0; copy < lengths.length; copy++) {
        out.writeDouble(returns[copy]);
        out.writeInt(lengths[copy]);
        byte[] random = ((RandomProviderDefaultState) randoms[copy].saveState()).getState();
        out.writeInt(random.length);
        out.write(random);
      }
      out.writeInt(checksum(bytes.toByteArray(), out.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Fills the arrays, or throws {@link IllegalArgumentException} and leaves them as they are. */
  static void read(
      byte[] state,
      String name,
      double[] states,
      double[] returns,
      int[] lengths,
      RestorableUniformRandomProvider[] randoms) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
      if (state.length < 2 * Integer.BYTES || in.readInt() != MARK) {
        throw refused(name, "it is no state of a classic control environment");
      }
      if (storedChecksum(state) != checksum(state, state.length - CHECKSUM_BYTES)) {
        throw refused(name, "its checksum does not match, so it was cut or damaged");
      }
      String savedName = in.readUTF();
      int savedCopies = in.readInt();
      int savedNumbers = in.readInt();
      if (!savedName.equals(name)
          || savedCopies != lengths.length
          || savedNumbers != states.length) {
        throw refused(
            name,
            "it is one of "
                + savedName
                + " with "
                + savedCopies
                + " copies, expected "
                + name
                + " with "
                + lengths.length);
      }
      for (int i = 0; i < states.length; i++) {
        states[i] = in.readDouble();
      }
      for (int copy = 0; copy < lengths.length; copy++) {
        returns[copy] = in.readDouble();
        lengths[copy] = in.readInt();
        RestorableUniformRandomProvider random =
            RandomSource.XO_RO_SHI_RO_128_PP.create(new long[2]);
        random.restoreState(new RandomProviderDefaultState(in.readNBytes(in.readInt())));
        randoms[copy] = random;
      }
    } catch (IOException | IllegalStateException e) {
      throw new IllegalArgumentException(
          name + ": cannot restore this state, it ends too early", e);
    }
  }

  private static IllegalArgumentException refused(String name, String why) {
    return new IllegalArgumentException(name + ": cannot restore this state, " + why);
  }

  private static int storedChecksum(byte[] state) {
    byte[] stored = Arrays.copyOfRange(state, state.length - CHECKSUM_BYTES, state.length);
    return java.nio.ByteBuffer.wrap(stored).getInt();
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }
}
