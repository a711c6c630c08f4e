package org.apprentice.nn;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Numbers outside the heap, where native libraries find them. */
final class NativeVector {
  private final FloatPointer pointer;
  private final FloatBuffer buffer;

  /** Zeros. */
  NativeVector(long length) {
    this(new FloatPointer(length));
    Pointer.memset(pointer, 0, length * Float.BYTES);
  }

  /** Numbers that are there already, up to the pointer's limit. */
  NativeVector(FloatPointer pointer) {
    this.pointer = pointer;
    this.buffer = pointer.asBuffer();
  }

  FloatPointer pointer() {
    return pointer;
  }

  void put(int index, float[] from, int offset, int length) {
    buffer.put(index, from, offset, length);
  }

  /** Numbers of another vector, to the beginning of this one. */
  void put(NativeVector from, int offset, int length) {
    buffer.put(0, from.buffer, offset, length);
  }

  float get(int index) {
    return buffer.get(index);
  }

  void get(int index, float[] to, int offset, int length) {
    buffer.get(index, to, offset, length);
  }

  /** Rows of a signal's values, gradients or tangents, without their padding. */
  void putRows(float[] from, Signal signal, int rows) {
    if (signal.stride == signal.width) {
      put(0, from, 0, rows * signal.width);
      return;
    }
    for (int row = 0; row < rows; row++) {
      put(row * signal.width, from, row * signal.stride, signal.width);
    }
  }

  /** The other way round. */
  void getRows(float[] to, Signal signal, int rows) {
    if (signal.stride == signal.width) {
      get(0, to, 0, rows * signal.width);
      return;
    }
    for (int row = 0; row < rows; row++) {
      get(row * signal.width, to, row * signal.stride, signal.width);
    }
  }

  /** Adds them instead. */
  void addRows(float[] to, Signal signal, int rows) {
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < signal.width; i++) {
        to[row * signal.stride + i] += buffer.get(row * signal.width + i);
      }
    }
  }
}
