package org.apprentice.rl;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Arrays in checkpoints, each with its length in front. */
public final class StateArrays {
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

  public static byte[] readBytes(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
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
