package org.apprentice.atari;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Reads files that may be ROMs. */
final class RomFile {
  /** Of cartridges, with and without bank switching. */
  private static final Set<Integer> SIZES =
      Set.of(2048, 4096, 8192, 10495, 12288, 16384, 32768, 65536);

  private static final int LARGEST = 65536;

  private RomFile() {}

  /**
   * The image in a file, uncompressed.
   *
   * @throws IOException if there cannot be one, with a message that continues the file's name: "is
   *     empty"
   */
  static byte[] read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new IOException("does not exist");
    }
    if (Files.isDirectory(file)) {
      throw new IOException("is a folder, not a file (folders go into roms)");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException("is no regular file");
    }
    if (!Files.isReadable(file)) {
      throw new IOException("must not be read by this user");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LARGEST + 1);
    }
    byte[] image = isGzip(bytes) ? unzip(bytes) : bytes;
    if (image.length == 0) {
      throw new IOException("is empty");
    }
    if (image.length > LARGEST) {
      throw new IOException("is larger than any cartridge (" + LARGEST + " bytes)");
    }
    if (!SIZES.contains(image.length)) {
      throw new IOException(
          "has %d bytes, which no cartridge has (2048, 4096, 8192, ...), so it was cut or damaged"
              .formatted(image.length));
    }
    return image;
  }

  private static boolean isGzip(byte[] bytes) {
    return bytes.length > 2 && (bytes[0] & 0xFF) == 0x1F && (bytes[1] & 0xFF) == 0x8B;
  }

  private static byte[] unzip(byte[] bytes) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readNBytes(LARGEST + 1);
    } catch (IOException e) {
      throw new IOException("is gzip that cannot be unpacked (" + e.getMessage() + ")", e);
    }
  }
}
