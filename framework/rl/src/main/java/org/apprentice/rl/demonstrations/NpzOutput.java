package org.apprentice.rl.demonstrations;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.function.IntConsumer;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes an npz file, array by array, uncompressed as NumPy does. Equal arrays give equal bytes.
 */
final class NpzOutput implements AutoCloseable {
  /** The first date that a zip can hold: equal data shall give equal bytes. */
  private static final LocalDateTime TIMESTAMP = LocalDateTime.of(1980, 1, 1, 0, 0);

  private static final int CHUNK = 1 << 16;

  private final ZipOutputStream zip;

  NpzOutput(Path file) throws IOException {
    zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
  }

  /** Elements of an array, all of them. */
  interface Content {
    void write(OutputStream out) throws IOException;
  }

  /** One element of an array. */
  interface Element {
    void put(ByteBuffer buffer, int index);
  }

  void floats(String name, float[] values, int... shape) throws IOException {
    numbers(name, "<f4", values.length, (buffer, i) -> buffer.putFloat(values[i]), shape);
  }

  /**
   * @param count of elements
   */
  void numbers(String name, String type, int count, Element element, int... shape)
      throws IOException {
    entry(
        name,
        NpyHeader.write(type, shape),
        out -> {
          ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
          for (int i = 0; i < count; i++) {
            element.put(buffer, i);
            if (buffer.remaining() < Double.BYTES || i == count - 1) {
              out.write(buffer.array(), 0, buffer.position());
              buffer.clear();
            }
          }
        });
  }

  void booleans(String name, boolean[] values) throws IOException {
    numbers(
        name,
        "|b1",
        values.length,
        (buffer, i) -> buffer.put((byte) (values[i] ? 1 : 0)),
        values.length);
  }

  /**
   * Unsigned bytes.
   *
   * @param content is asked for twice
   */
  void bytes(String name, Content content, int... shape) throws IOException {
    entry(name, NpyHeader.write("|u1", shape), content);
  }

  /** Stored entries need size and checksum in front, so their content is produced twice. */
  private void entry(String name, byte[] header, Content content) throws IOException {
    CRC32 checksum = new CRC32();
    long[] size = {header.length};
    checksum.update(header);
    content.write(
        new CheckedOutputStream(new CountingOutputStream(count -> size[0] += count), checksum));
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTimeLocal(TIMESTAMP);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(size[0]);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(header);
    content.write(zip);
    zip.closeEntry();
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  /** Drops what is written and says how much it was. */
  private static final class CountingOutputStream extends OutputStream {
    private final IntConsumer written;

    CountingOutputStream(IntConsumer written) {
      this.written = written;
    }

    @Override
    public void write(int value) {
      written.accept(1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      written.accept(length);
    }
  }
}
