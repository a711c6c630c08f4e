package org.apprentice.rl;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** Arrays in checkpoints, each with its length in front. */
public final class StateArrays {
  private static final int PIECE = 1 << 16;

  private StateArrays() {}

  public static void write(DataOutput out, float[] values) throws IOException {
    out.writeInt(values.length);
    for (float value : values) {
      out.writeInt(Float.floatToRawIntBits(value));
    }
  }

  public static void write(DataOutput out, double[] values) throws IOException {
    out.writeInt(values.length);
    for (double value : values) {
      out.writeLong(Double.doubleToRawLongBits(value));
    }
  }

  public static void write(DataOutput out, boolean[] values) throws IOException {
    out.writeInt(values.length);
    for (boolean value : values) {
      out.writeBoolean(value);
    }
  }

  public static void write(DataOutput out, byte[] values) throws IOException {
    out.writeInt(values.length);
    out.write(values);
  }

  public static void read(DataInput in, float[] target) throws IOException {
    checkLength(in.readInt(), target.length);
    for (int i = 0; i < target.length; i++) {
      target[i] = Float.intBitsToFloat(in.readInt());
    }
  }

  public static void read(DataInput in, double[] target) throws IOException {
    checkLength(in.readInt(), target.length);
    for (int i = 0; i < target.length; i++) {
      target[i] = Double.longBitsToDouble(in.readLong());
    }
  }

  public static void read(DataInput in, boolean[] target) throws IOException {
    checkLength(in.readInt(), target.length);
    for (int i = 0; i < target.length; i++) {
      target[i] = in.readBoolean();
    }
  }

  public static void read(DataInput in, byte[] target) throws IOException {
    checkLength(in.readInt(), target.length);
    in.readFully(target);
  }

  /** Bytes of any length. */
  public static byte[] readBytes(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      throw new IOException("the checkpoint is of another configuration: it has no bytes here");
    }
    // piece by piece, so that a number which is no length ends in EOFException and not without
    // memory
    byte[] bytes = new byte[Math.min(length, PIECE)];
    for (int read = 0; read < length; read = bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * Math.max(read, PIECE)));
      in.readFully(bytes, read, bytes.length - read);
    }
    return bytes;
  }

  private static void checkLength(int found, int expected) throws IOException {
    if (found != expected) {
      throw new IOException(
          "the checkpoint is of another configuration: it holds "
              + found
              + " numbers where this one has "
              + expected);
    }
  }
}
