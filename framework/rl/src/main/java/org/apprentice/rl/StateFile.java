package org.apprentice.rl;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * Files of a checkpoint: a format name, the content and a checksum, so that damage is found when
 * reading.
 */
public final class StateFile {
  private static final int MAGIC = 0x41505253;

  private StateFile() {}

  /** Writes values. */
  public interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads values in the order of the {@link Writer}. */
  public interface Reader {
    void read(DataInputStream in) throws IOException;
  }

  /**
   * @param format says what the content is and in which version, for example {@code ppo-1}
   */
  public static void write(Path file, String format, Writer writer) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(content)) {
      out.writeUTF(format);
      writer.write(out);
    }
    byte[] bytes = content.toByteArray();
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.writeInt(MAGIC);
      out.writeLong(checksum.getValue());
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  /**
   * @throws DamagedStateException if the file is missing or damaged
   * @throws IOException if it is of another format or not what the reader expects (it throws an
   *     {@code IOException} or an {@code IllegalArgumentException}); every message names the file
   */
  public static void read(Path file, String format, Reader reader) throws IOException {
    byte[] bytes;
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      if (in.available() < 16 || in.readInt() != MAGIC) {
        throw new DamagedStateException(file + " is not a checkpoint file of Apprentice");
      }
      long expected = in.readLong();
      int length = in.readInt();
      bytes = in.readAllBytes();
      CRC32 checksum = new CRC32();
      checksum.update(bytes);
      if (bytes.length != length || checksum.getValue() != expected) {
        throw new DamagedStateException(
            file + " is damaged (its checksum does not fit); use another checkpoint of this run");
      }
    } catch (NoSuchFileException e) {
      throw new DamagedStateException(file + " is missing from the checkpoint", e);
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      String found = in.readUTF();
      if (!found.equals(format)) {
        throw new IOException(file + " holds " + found + ", expected " + format);
      }
      readContent(in, file, format, reader);
    }
  }

  private static void readContent(DataInputStream in, Path file, String format, Reader reader)
      throws IOException {
    try {
      reader.read(in);
    } catch (EOFException e) {
      throw new IOException(
          file + " holds less than this " + format + " reads; it is of another configuration", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(file + " does not fit: " + e.getMessage(), e);
    }
    if (in.available() > 0) {
      throw new IOException(
          file + " holds more than this " + format + " reads; it is of another configuration");
    }
  }
}
