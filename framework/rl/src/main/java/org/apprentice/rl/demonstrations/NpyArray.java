package org.apprentice.rl.demonstrations;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One array of NumPy's npy format, versions 1 to 3, in C order.
 *
 * @param kind NumPy's kind: {@code f} real, {@code i} signed, {@code u} unsigned, {@code b} boolean
 * @param itemSize bytes per element
 * @param elements raw bytes, position 0, in the file's byte order
 */
record NpyArray(char kind, int itemSize, int[] shape, ByteBuffer elements) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCRIPTION = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern FORTRAN_ORDER =
      Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");
  private static final Pattern NUMBER = Pattern.compile("([<>|=])(f[48]|[iu][1248]|b1)");

  /**
   * @param name says in messages which array of which file this is
   * @throws DemonstrationException if the bytes are not such an array
   */
  static NpyArray parse(String name, byte[] bytes) {
    if (bytes.length < 10 || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new DemonstrationException(name + " is not an npy array");
    }
    int version = bytes[6];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int headerStart = version == 1 ? 10 : 12;
    if (version < 1 || version > 3 || bytes.length < headerStart) {
      throw new DemonstrationException(
          name + " has npy format version " + version + ", expected 1, 2 or 3");
    }
    int headerLength = version == 1 ? Short.toUnsignedInt(buffer.getShort(8)) : buffer.getInt(8);
    if (headerLength < 0 || headerLength > bytes.length - headerStart) {
      throw damaged(name, "its header is cut off");
    }
    String header = new String(bytes, headerStart, headerLength, StandardCharsets.UTF_8);
    int[] shape = shape(name, header);
    Matcher type = type(name, header);
    int itemSize = type.group(2).charAt(1) - '0';
    long size = elementCount(name, shape) * itemSize;
    int start = headerStart + headerLength;
    if (bytes.length - start != size) {
      throw damaged(
          name, "it has " + (bytes.length - start) + " bytes of elements, its shape needs " + size);
    }
    ByteBuffer elements =
        buffer
            .slice(start, (int) size)
            .order(type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    NpyArray array = new NpyArray(type.group(2).charAt(0), itemSize, shape, elements);
    return field(name, header, FORTRAN_ORDER).group(1).equals("True") ? array.toRowMajor() : array;
  }

  private static Matcher type(String name, String header) {
    Matcher description = DESCRIPTION.matcher(header);
    String type = description.find() ? description.group(1) : "of several fields";
    if (type.endsWith("O")) {
      throw new DemonstrationException(
          name
              + " holds pickled Python objects, which only Python can read (and which can run any code"
              + " while being read); episodes of different lengths are stored like that. Convert the"
              + " file, if you trust it, with:\n"
              + PICKLE_CONVERSION);
    }
    Matcher number = NUMBER.matcher(type);
    if (!number.matches()) {
      throw new DemonstrationException(
          name
              + " has elements of type "
              + type
              + (type.matches("[<>|]?[US].*") ? " (text)" : "")
              + ", expected numbers: f4, f8, i1 to i8, u1 to u8 or b1");
    }
    return number;
  }

  /** Tried with NumPy 2.4; works for both layouts. */
  private static final String PICKLE_CONVERSION =
      """
      python3 - expert.npz converted.npz <<'END'
      import sys, numpy as np
      d = np.load(sys.argv[1], allow_pickle=True)
      acs = d['acs'] if 'acs' in d else d['actions']
      rows = lambda a: np.concatenate([np.asarray(list(e)) for e in a])
      np.savez(sys.argv[2], obs=rows(d['obs']), actions=rows(acs),
               rewards=rows(d['rews'] if 'rews' in d else d['rewards']),
               episode_starts=rows([np.arange(len(e)) == 0 for e in d['obs']]),
               episode_returns=np.asarray(d['ep_rets'] if 'ep_rets' in d else d['episode_returns'], float))
      END""";

  private static Matcher field(String name, String header, Pattern pattern) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw damaged(name, "its header does not fit: " + header.strip());
    }
    return matcher;
  }

  private static int[] shape(String name, String header) {
    // Python 2 wrote 10L
    String sizes = field(name, header, SHAPE).group(1).replace("L", "");
    try {
      return Arrays.stream(sizes.split(","))
          .map(String::strip)
          .filter(size -> !size.isEmpty())
          .mapToInt(Integer::parseUnsignedInt)
          .toArray();
    } catch (NumberFormatException e) {
      throw damaged(name, "its shape is (" + sizes + ")");
    }
  }

  private static long elementCount(String name, int[] shape) {
    long count = 1;
    for (int size : shape) {
      count *= size;
      if (size < 0 || count > Integer.MAX_VALUE / 8) {
        throw new DemonstrationException(
            name
                + " has shape "
                + Arrays.toString(shape)
                + ", more than fits into memory; split the file or store fewer episodes");
      }
    }
    return count;
  }

  private static DemonstrationException damaged(String name, String reason) {
    return new DemonstrationException(name + " is damaged: " + reason);
  }

  int count() {
    return elements.limit() / itemSize;
  }

  boolean integral() {
    return kind == 'i' || kind == 'u';
  }

  /** Elements, rounded to single precision. */
  float[] floats() {
    float[] values = new float[count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) real(i);
    }
    return values;
  }

  double[] doubles() {
    return IntStream.range(0, count()).mapToDouble(this::real).toArray();
  }

  /** Elements of an integral array. */
  int[] ints(String name) {
    int[] values = new int[count()];
    for (int i = 0; i < values.length; i++) {
      long value = integer(i);
      if (value != (int) value) {
        throw new DemonstrationException(name + " holds " + value + ", more than an index can be");
      }
      values[i] = (int) value;
    }
    return values;
  }

  boolean[] booleans() {
    boolean[] values = new boolean[count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = real(i) != 0;
    }
    return values;
  }

  byte[] bytes() {
    byte[] values = new byte[elements.limit()];
    elements.get(0, values);
    return values;
  }

  private double real(int index) {
    if (kind != 'f') {
      return integer(index);
    }
    return itemSize == 4 ? elements.getFloat(index * 4) : elements.getDouble(index * 8);
  }

  private long integer(int index) {
    boolean signed = kind == 'i';
    int offset = index * itemSize;
    return switch (itemSize) {
      case 1 -> signed ? elements.get(offset) : Byte.toUnsignedInt(elements.get(offset));
      case 2 -> signed ? elements.getShort(offset) : Short.toUnsignedInt(elements.getShort(offset));
      case 4 -> signed ? elements.getInt(offset) : Integer.toUnsignedLong(elements.getInt(offset));
      default -> elements.getLong(offset);
    };
  }

  /** From column-major (the first axis runs fastest) to row-major. */
  private NpyArray toRowMajor() {
    byte[] from = bytes();
    byte[] to = new byte[from.length];
    int[] index = new int[shape.length];
    for (int target = 0; target < from.length; target += itemSize) {
      int source = 0;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        source = source * shape[axis] + index[axis];
      }
      System.arraycopy(from, source * itemSize, to, target, itemSize);
      for (int axis = shape.length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return new NpyArray(kind, itemSize, shape, ByteBuffer.wrap(to).order(elements.order()));
  }

  /** Header and all that comes before the elements, of version 1. */
  static byte[] header(String type, int... shape) {
    String sizes =
        Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "))
            + (shape.length == 1 ? "," : "");
    String text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + sizes + "), }";
    // NumPy aligns the elements to 64 bytes with spaces and a line end
    int length = (10 + text.length() + 1 + 63) / 64 * 64 - 10;
    return ByteBuffer.allocate(10 + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) length)
        .put(
            (text + " ".repeat(length - text.length() - 1) + "\n")
                .getBytes(StandardCharsets.US_ASCII))
        .array();
  }
}
