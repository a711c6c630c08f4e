package org.apprentice.rl.demonstrations;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The arrays of an npz file (a zip of npy files) by name. */
final class NpzArchive {
  private static final String SUFFIX = ".npy";

  /** A damaged directory may claim any size. */
  private static final int FIRST_CAPACITY = 1 << 24;

  private static final String EXPECTED =
      "expected an npz archive with obs, actions, rewards, episode_starts and episode_returns, or"
          + " OpenAI Baselines' obs, acs, rews and ep_rets";

  private final Path file;
  private final Map<String, byte[]> entries;

  private NpzArchive(Path file, Map<String, byte[]> entries) {
    this.file = file;
    this.entries = entries;
  }

  /**
   * Reads the whole file and checks every byte of it against its checksum.
   *
   * @throws DemonstrationException if the file is missing, damaged or something else
   */
  static NpzArchive read(Path file) {
    requireZip(file);
    Map<String, byte[]> entries = new TreeMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().endsWith(SUFFIX)) {
          String name = entry.getName();
          entries.put(name.substring(0, name.length() - SUFFIX.length()), content(zip, entry));
        }
      }
    } catch (ZipException | EOFException e) {
      throw new DemonstrationException(
          file + " is damaged or cut off (" + e.getMessage() + "); copy or record it again", e);
    } catch (IOException e) {
      throw new DemonstrationException("cannot read demonstrations " + file + ": " + e, e);
    }
    return new NpzArchive(file, entries);
  }

  private static byte[] content(ZipFile zip, ZipEntry entry) throws IOException {
    if (entry.getSize() > Integer.MAX_VALUE - 16) {
      throw new ZipException(entry.getName() + " is larger than 2 GiB, more than can be read");
    }
    CRC32 checksum = new CRC32();
    ByteArrayOutputStream content =
        new ByteArrayOutputStream((int) Math.min(entry.getSize(), FIRST_CAPACITY));
    try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), checksum)) {
      in.transferTo(content);
    }
    // ZipFile compares neither
    if (content.size() != entry.getSize() || checksum.getValue() != entry.getCrc()) {
      throw new ZipException("the checksum of " + entry.getName() + " does not fit");
    }
    return content.toByteArray();
  }

  private static void requireZip(Path file) {
    if (!Files.exists(file)) {
      throw new DemonstrationException("there is no demonstrations file " + file);
    }
    if (Files.isDirectory(file)) {
      throw new DemonstrationException(file + " is a folder, " + EXPECTED);
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(6);
    } catch (IOException e) {
      throw new DemonstrationException("cannot read demonstrations " + file + ": " + e, e);
    }
    String found = null;
    if (start.length == 0) {
      found = "is empty";
    } else if (start.length == 6 && start[0] == (byte) 0x93 && start[1] == 'N') {
      found = "is a single npy array";
    } else if (start[0] == (byte) 0x80) {
      found = "is a Python pickle";
    } else if (start.length < 4 || !Arrays.equals(start, 0, 2, new byte[] {'P', 'K'}, 0, 2)) {
      found = "is not an npz archive";
    }
    if (found != null) {
      throw new DemonstrationException(file + " " + found + "; " + EXPECTED);
    }
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /** How messages call an array. */
  String label(String name) {
    return "'" + name + "' of " + file;
  }

  /**
   * @throws DemonstrationException if there is no such array or it is not one of numbers
   */
  NpyArray array(String name) {
    byte[] bytes = entries.get(name);
    if (bytes == null) {
      throw new DemonstrationException(
          file + " has no '" + name + "', it holds " + entries.keySet() + "; " + EXPECTED);
    }
    return NpyArray.parse(label(name), bytes);
  }
}
