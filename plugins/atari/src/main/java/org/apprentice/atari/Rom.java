package org.apprentice.atari;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * The contents of a cartridge that may be given to ALE.
 *
 * @param game whose ROM it is or, if unknown, by whose settings it shall be played
 * @param md5 of the image
 * @param image uncompressed
 */
record Rom(Game game, String md5, byte[] image) {
  /** Of the game that comes with this plugin. */
  static Rom embedded(Game game) {
    try (InputStream in = Rom.class.getResourceAsStream(game.name() + ".bin")) {
      byte[] image = in.readAllBytes();
      return new Rom(game, md5(image), image);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isKnown() {
    return md5.equals(game.md5());
  }

  /**
   * Lays the image where ALE can read it, for as long as {@code reader} runs. What ALE gets are the
   * bytes that were checked, under the name that makes it use the right settings, whatever the file
   * was called that they came from.
   */
  void withFile(Consumer<Path> reader) {
    Path folder = null;
    Path file = null;
    try {
      folder = Files.createTempDirectory("apprentice-rom");
      file = Files.write(folder.resolve(game.settings() + ".bin"), image);
      reader.accept(file);
    } catch (IOException e) {
      throw new UncheckedIOException(
          game.name() + ": cannot lay the ROM into " + System.getProperty("java.io.tmpdir"), e);
    } finally {
      delete(file);
      delete(folder);
    }
  }

  private static void delete(Path path) {
    if (path != null) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        path.toFile().deleteOnExit();
      }
    }
  }

  static String md5(byte[] image) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(image));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rom rom && game.equals(rom.game) && Arrays.equals(image, rom.image);
  }

  @Override
  public int hashCode() {
    return md5.hashCode();
  }

  @Override
  public String toString() {
    return game.name() + " (" + md5 + ")";
  }
}
