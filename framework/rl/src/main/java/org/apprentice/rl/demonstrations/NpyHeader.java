package org.apprentice.rl.demonstrations;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What comes before the elements of an array of NumPy's npy format, versions 1 to 3.
 *
 * @param kind NumPy's kind: {@code f} real, {@code i} signed, {@code u} unsigned, {@code b}
 *     boolean, {@code U} text of 4 bytes per character, {@code S} text of 1
 * @param itemSize bytes per element
 * @param order of the bytes of an element
 * @param columnMajor whether the first axis runs fastest (Fortran's order)
 * @param length of this in bytes
 */
record NpyHeader(
    char kind, int itemSize, ByteOrder order, boolean columnMajor, int[] shape, int length) {
  /** Files begin with this much of a header at most, or it is taken for damage. */
  static final int MAX_LENGTH = 1 << 16;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCRIPTION = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern FORTRAN_ORDER =
      Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");
  private static final Pattern NUMBER = Pattern.compile("([<>|=])(f[48]|[iu][1248]|b1)");
  private static final Pattern TEXT = Pattern.compile("([<>|=])([US]\\d+)");

  /**
   * @param name says in messages which array of which file this is
   * @param start of the array, with the whole header
   * @throws DemonstrationException if the bytes are not the start of an array of numbers or text
   */
  static NpyHeader parse(String name, byte[] start) {
    if (start.length < 10 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new DemonstrationException(name + " is not an npy array");
    }
    int version = start[6];
    ByteBuffer buffer = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
    int headerStart = version == 1 ? 10 : 12;
    if (version < 1 || version > 3 || start.length < headerStart) {
      throw new DemonstrationException(
          name + " has npy format version " + version + ", expected 1, 2 or 3");
    }
    int headerLength = version == 1 ? Short.toUnsignedInt(buffer.getShort(8)) : buffer.getInt(8);
    if (headerLength < 0 || headerLength > start.length - headerStart) {
      throw damaged(name, "its header is cut off");
    }
    String header = new String(start, headerStart, headerLength, StandardCharsets.UTF_8);
    int[] shape = shape(name, header);
    boolean columnMajor = field(name, header, FORTRAN_ORDER).group(1).equals("True");
    Matcher type = type(name, header);
    int digits = Integer.parseInt(type.group(2).replaceFirst("^\\D", ""));
    char kind = type.group(2).charAt(0);
    return new NpyHeader(
        kind,
        kind == 'U' ? 4 * digits : digits,
        type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        columnMajor,
        shape,
        headerStart + headerLength);
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
    Matcher text = TEXT.matcher(type);
    if (text.matches()) {
      return text;
    }
    Matcher number = NUMBER.matcher(type);
    if (!number.matches()) {
      throw new DemonstrationException(
          name
              + " has elements of type "
              + type
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

  static DemonstrationException damaged(String name, String reason) {
    return new DemonstrationException(name + " is damaged: " + reason);
  }

  boolean text() {
    return kind == 'U' || kind == 'S';
  }

  /** Whether elements are unsigned bytes, as the pixels of images are. */
  boolean unsignedBytes() {
    return kind == 'u' && itemSize == 1;
  }

  long elements() {
    long count = 1;
    for (int size : shape) {
      count = Math.multiplyExact(count, (long) size);
    }
    return count;
  }

  /** A header of version 1. */
  static byte[] write(String type, int... shape) {
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
