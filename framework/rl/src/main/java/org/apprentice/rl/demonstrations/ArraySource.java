package org.apprentice.rl.demonstrations;

import java.nio.file.Path;

/** Arrays by name: those of an npz file, or files of a folder. */
sealed interface ArraySource permits NpzArchive, ArrayFolder {
  /** The archive or folder. */
  Path file();

  boolean has(String name);

  /** How messages call an array. */
  String label(String name);

  /**
   * What kind of array it is.
   *
   * @throws DemonstrationException if there is no such array
   */
  NpyHeader header(String name);

  /**
   * An array of numbers in memory.
   *
   * @throws DemonstrationException if there is no such array, or it is not one of numbers
   */
  NpyArray array(String name);

  /** The elements of an array of text. */
  String[] texts(String name);

  /** Whether an array is so large that it should rather be read piece by piece. */
  boolean isLarge(String name);

  /**
   * An array of unsigned bytes, read from disk piece by piece.
   *
   * @param size bytes of a frame, of which the array holds a whole number
   */
  Frames frames(String name, int size);

  static NpyArray numbers(String label, NpyArray array) {
    if (array.kind() == 'U' || array.kind() == 'S') {
      throw new DemonstrationException(label + " holds text, expected numbers");
    }
    return array;
  }

  static String[] texts(String label, NpyArray array) {
    if (array.kind() != 'U' && array.kind() != 'S') {
      throw new DemonstrationException(label + " holds numbers, expected text");
    }
    return array.texts();
  }

  /**
   * How many frames an array holds.
   *
   * @throws DemonstrationException if its elements cannot be taken as they lie in the file
   */
  static int frames(String label, NpyHeader header, int size) {
    if (!header.unsignedBytes() || header.columnMajor()) {
      throw new DemonstrationException(
          label
              + " is %s, expected unsigned bytes (u1) in C order; convert it with NumPy: np.ascontiguousarray(a, dtype='u1')"
                  .formatted(
                      header.columnMajor()
                          ? "in Fortran's order"
                          : "of kind %s%d".formatted(header.kind(), header.itemSize())));
    }
    long count = header.elements() / size;
    if (count > Integer.MAX_VALUE) {
      throw new DemonstrationException(
          label + " holds " + count + " frames, more than 2^31 - 1; split the file");
    }
    return (int) count;
  }
}
