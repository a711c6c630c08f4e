package org.apprentice.rl.demonstrations;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;

/**
 * The arrays of an npz file (a zip of npy files) by name. Large ones stay on disk: where they are
 * not compressed they are read in place, else by way of a temporary file.
 */
final class NpzArchive implements ArraySource {
  /** The array that is never read into memory as a whole. */
  static final String FRAMES = "frames";

  /** Bytes from which on an array is read piece by piece. */
  static final long LARGE = 64 << 20;

  private static final String SUFFIX = ".npy";
  private static final int BUFFER = 1 << 20;

  /** A damaged directory may claim any size. */
  private static final int FIRST_CAPACITY = 1 << 24;

  private static final String EXPECTED =
      "expected an npz archive with obs, actions, rewards, episode_starts and episode_returns, or"
          + " OpenAI Baselines' obs, acs, rews and ep_rets";

  private final Path file;
  private final Map<String, byte[]> small;
  private final Set<String> large;

  private NpzArchive(Path file, Map<String, byte[]> small, Set<String> large) {
    this.file = file;
    this.small = small;
    this.large = large;
  }

  /** {@link #read(Path, long)} with {@link #LARGE}. */
  static NpzArchive read(Path file) {
    return read(file, LARGE);
  }

  /**
   * Checks every byte of the file against its checksum.
   *
   * @param largest bytes that an array in memory may have
   * @throws DemonstrationException if the file is missing, damaged or something else
   */
  static NpzArchive read(Path file, long largest) {
    requireZip(file);
    Map<String, byte[]> small = new TreeMap<>();
    Set<String> large = new TreeSet<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().endsWith(SUFFIX)) {
          String name = entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
          if (name.equals(FRAMES) || entry.getSize() > largest) {
            checkedCopy(zip, entry, OutputStream.nullOutputStream());
            large.add(name);
          } else {
            small.put(name, content(zip, entry));
          }
        }
      }
    } catch (ZipException | EOFException e) {
      throw damaged(file, e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    return new NpzArchive(file, small, large);
  }

  /** Whether observations are paths of pictures; false for whatever cannot be read. */
  static boolean namesPictures(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry obs = zip.getEntry("obs" + SUFFIX);
      if (obs == null) {
        return false;
      }
      try (InputStream in = zip.getInputStream(obs)) {
        return NpyHeader.parse("obs", in.readNBytes(NpyHeader.MAX_LENGTH)).text();
      }
    } catch (IOException | DemonstrationException e) {
      return false;
    }
  }

  private static DemonstrationException damaged(Path file, IOException e) {
    return new DemonstrationException(
        file + " is damaged or cut off (" + e.getMessage() + "); copy or record it again", e);
  }

  private static DemonstrationException unreadable(Path file, IOException e) {
    return new DemonstrationException("cannot read demonstrations " + file + ": " + e, e);
  }

  private static byte[] content(ZipFile zip, ZipEntry entry) throws IOException {
    ByteArrayOutputStream content =
        new ByteArrayOutputStream((int) Math.min(entry.getSize(), FIRST_CAPACITY));
    checkedCopy(zip, entry, content);
    return content.toByteArray();
  }

  /** ZipFile compares neither size nor checksum. */
  private static void checkedCopy(ZipFile zip, ZipEntry entry, OutputStream out)
      throws IOException {
    CRC32 checksum = new CRC32();
    long size = 0;
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), checksum)) {
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        size += read;
      }
    }
    if (size != entry.getSize() || checksum.getValue() != entry.getCrc()) {
      throw new ZipException("the checksum of " + entry.getName() + " does not fit");
    }
  }

  private static void requireZip(Path file) {
    if (!Files.exists(file)) {
      throw new DemonstrationException("there is no demonstrations file " + file);
    }
    if (Files.isDirectory(file)) {
      throw new DemonstrationException(
          file
              + " is a folder without actions.npy, actions.csv or actions.txt, which would say what was"
              + " done in its pictures or obs.npy; "
              + EXPECTED);
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(6);
    } catch (IOException e) {
      throw unreadable(file, e);
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

  @Override
  public Path file() {
    return file;
  }

  @Override
  public boolean has(String name) {
    return small.containsKey(name) || large.contains(name);
  }

  @Override
  public String label(String name) {
    return "'" + name + "' of " + file;
  }

  private void require(String name) {
    if (!has(name)) {
      Set<String> names = new TreeSet<>(small.keySet());
      names.addAll(large);
      throw new DemonstrationException(
          file + " has no '" + name + "', it holds " + names + "; " + EXPECTED);
    }
  }

  @Override
  public NpyHeader header(String name) {
    require(name);
    if (small.containsKey(name)) {
      return NpyHeader.parse(label(name), small.get(name));
    }
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(name + SUFFIX))) {
      return NpyHeader.parse(label(name), in.readNBytes(NpyHeader.MAX_LENGTH));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  @Override
  public NpyArray array(String name) {
    return ArraySource.numbers(label(name), inMemory(name));
  }

  @Override
  public String[] texts(String name) {
    return ArraySource.texts(label(name), inMemory(name));
  }

  private NpyArray inMemory(String name) {
    require(name);
    byte[] bytes = small.get(name);
    if (bytes == null) {
      try (ZipFile zip = new ZipFile(file.toFile())) {
        ZipEntry entry = zip.getEntry(name + SUFFIX);
        if (entry.getSize() > Integer.MAX_VALUE - 16) {
          throw new ZipException(entry.getName() + " is larger than 2 GiB, more than can be read");
        }
        bytes = content(zip, entry);
      } catch (ZipException e) {
        throw damaged(file, e);
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
    return NpyArray.parse(label(name), bytes);
  }

  @Override
  public boolean isLarge(String name) {
    return large.contains(name);
  }

  @Override
  public Frames frames(String name, int size) {
    NpyHeader header = header(name);
    int count = ArraySource.frames(label(name), header, size);
    if (header.elements() + header.length() != size(name)) {
      throw NpyHeader.damaged(
          label(name),
          "it has %d bytes of elements, its shape needs %d"
              .formatted(size(name) - header.length(), header.elements()));
    }
    // java.util.zip does not tell where the bytes of an entry lie
    try (org.apache.commons.compress.archivers.zip.ZipFile zip =
        org.apache.commons.compress.archivers.zip.ZipFile.builder().setPath(file).get()) {
      ZipArchiveEntry entry = zip.getEntry(name + SUFFIX);
      if (entry.getMethod() == ZipEntry.STORED) {
        return new Frames.InFile(
            file,
            FileChannel.open(file, StandardOpenOption.READ),
            entry.getDataOffset() + header.length(),
            size,
            count);
      }
      try (InputStream in = new BufferedInputStream(zip.getInputStream(entry), BUFFER)) {
        in.skipNBytes(header.length());
        return unpacked(in, size, count);
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private long size(String name) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.getEntry(name + SUFFIX).getSize();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static Frames unpacked(InputStream in, int size, int count) throws IOException {
    Frames.Spool spool = new Frames.Spool(Frames.Spool.temporary(), size);
    byte[] frame = new byte[size];
    for (int i = 0; i < count; i++) {
      if (in.readNBytes(frame, 0, size) < size) {
        throw new EOFException("the archive ended within a frame");
      }
      spool.add(frame, 0);
    }
    return spool;
  }
}
