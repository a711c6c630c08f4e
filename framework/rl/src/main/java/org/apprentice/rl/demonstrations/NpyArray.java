package org.apprentice.rl.demonstrations;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One array of NumPy's npy format in memory, in C order.
 *
 * @param kind see {@link NpyHeader#kind()}
 * @param itemSize bytes per element
 * @param elements raw bytes, position 0, in the file's byte order
 */
record NpyArray(char kind, int itemSize, int[] shape, ByteBuffer elements) {
  /**
   * @param name says in messages which array of which file this is
   * @throws DemonstrationException if the bytes are not such an array
   */
  static NpyArray parse(String name, byte[] bytes) {
    NpyHeader header = NpyHeader.parse(name, bytes);
    long size = elementCount(name, header.shape()) * header.itemSize();
    if (bytes.length - header.length() != size) {
      throw NpyHeader.damaged(
          name,
          "it has "
              + (bytes.length - header.length())
              + " bytes of elements, its shape needs "
              + size);
    }
    ByteBuffer elements =
        ByteBuffer.wrap(bytes).slice(header.length(), (int) size).order(header.order());
    NpyArray array = new NpyArray(header.kind(), header.itemSize(), header.shape(), elements);
    return header.columnMajor() ? array.toRowMajor() : array;
  }

  /** Whole numbers that were not in such an array, one per row. */
  static NpyArray of(long[] numbers) {
    ByteBuffer elements = ByteBuffer.allocate(numbers.length * Long.BYTES);
    elements.asLongBuffer().put(numbers);
    return new NpyArray('i', Long.BYTES, new int[] {numbers.length}, elements);
  }

  /** Real numbers that were not in such an array, one per row. */
  static NpyArray of(double[] numbers) {
    ByteBuffer elements = ByteBuffer.allocate(numbers.length * Double.BYTES);
    elements.asDoubleBuffer().put(numbers);
    return new NpyArray('f', Double.BYTES, new int[] {numbers.length}, elements);
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

  int count() {
    return itemSize == 0 ? 0 : elements.limit() / itemSize;
  }

  boolean unsignedBytes() {
    return kind == 'u' && itemSize == 1;
  }

  /** Elements of an array of text, without what pads them. */
  String[] texts() {
    String[] texts = new String[count()];
    boolean wide = kind == 'U';
    for (int i = 0; i < texts.length; i++) {
      StringBuilder text = new StringBuilder();
      for (int at = i * itemSize; at < (i + 1) * itemSize; at += wide ? Integer.BYTES : 1) {
        int character = wide ? elements.getInt(at) : Byte.toUnsignedInt(elements.get(at));
        if (character == 0) {
          break;
        }
        text.appendCodePoint(character);
      }
      texts[i] = text.toString();
    }
    return texts;
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
}
