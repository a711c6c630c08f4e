package org.apprentice.rl.demonstrations;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Pictures of unsigned bytes by number, all of the same size, which can be read in any order. */
sealed interface Frames {
  /** Bytes of a frame. */
  int size();

  /** How many there are; numbers are below this. */
  int count();

  /** Copies consecutive frames into {@code target[offset ..]}. */
  void read(int first, int frames, byte[] target, int offset);

  /** Frames that grow in number. */
  sealed interface Growing extends Frames {
    /**
     * Copies {@code from[offset .. offset + size())}.
     *
     * @return its number
     */
    int add(byte[] from, int offset);
  }

  /** In memory: as many bytes as there are pixels. */
  final class InMemory implements Growing {
    private final int size;
    private final List<byte[]> frames = new ArrayList<>();

    InMemory(int size) {
      this.size = size;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public int count() {
      return frames.size();
    }

    @Override
    public int add(byte[] from, int offset) {
      frames.add(Arrays.copyOfRange(from, offset, offset + size));
      return frames.size() - 1;
    }

    @Override
    public void read(int first, int number, byte[] target, int offset) {
      for (int i = 0; i < number; i++) {
        System.arraycopy(frames.get(first + i), 0, target, offset + i * size, size);
      }
    }
  }

  /**
   * A stretch of a file. It is read, not mapped, so that its pages are never counted as memory of
   * this process. The file stays open as long as anybody refers to this.
   */
  final class InFile implements Frames {
    private final Path file;
    private final FileChannel channel;
    private final long start;
    private final int size;
    private final int count;

    /**
     * @param start where the first frame begins
     */
    InFile(Path file, FileChannel channel, long start, int size, int count) {
      this.file = file;
      this.channel = channel;
      this.start = start;
      this.size = size;
      this.count = count;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public void read(int first, int number, byte[] target, int offset) {
      read(
          file,
          channel,
          start + (long) first * size,
          ByteBuffer.wrap(target, offset, number * size));
    }

    private static void read(Path file, FileChannel channel, long position, ByteBuffer into) {
      try {
        for (long from = position; into.hasRemaining(); ) {
          int read = channel.read(into, from);
          if (read < 0) {
            throw new DemonstrationException(
                "%s became shorter while it was in use; record or copy it again".formatted(file));
          }
          from += read;
        }
      } catch (IOException e) {
        throw new DemonstrationException(
            "cannot read frames of %s: %s".formatted(file, e.getMessage()), e);
      }
    }
  }

  /**
   * Frames on their way into a file: in a temporary one that has no name any more as soon as it is
   * open, so that nothing is left of it however the process ends.
   */
  final class Spool implements Growing {
    private final Path folder;
    private final FileChannel channel;
    private final int size;
    private int count;

    /**
     * @param folder with room for all frames
     */
    Spool(Path folder, int size) {
      this.folder = folder;
      this.size = size;
      try {
        Files.createDirectories(folder);
        Path file = Files.createTempFile(folder, "frames", ".part");
        channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Files.delete(file);
      } catch (IOException e) {
        throw unwritable(folder, e);
      }
    }

    /** The system's folder for temporary files, {@code java.io.tmpdir}. */
    static Path temporary() {
      return Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static DemonstrationException unwritable(Path folder, IOException e) {
      return new DemonstrationException(
          "cannot write frames to a temporary file in %s (%s); it must be a folder that can be written, with room for all frames, uncompressed"
              .formatted(folder, e.getMessage()),
          e);
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public int add(byte[] from, int offset) {
      ByteBuffer frame = ByteBuffer.wrap(from, offset, size);
      try {
        for (long to = (long) count * size; frame.hasRemaining(); ) {
          to += channel.write(frame, to);
        }
      } catch (IOException e) {
        throw unwritable(folder, e);
      }
      return count++;
    }

    @Override
    public void read(int first, int number, byte[] target, int offset) {
      InFile.read(
          folder, channel, (long) first * size, ByteBuffer.wrap(target, offset, number * size));
    }
  }

  /** Some frames and then others. */
  final class Joined implements Frames {
    private final List<Frames> parts = new ArrayList<>();
    private final int[] firsts;

    Joined(List<Frames> parts) {
      for (Frames part : parts) {
        this.parts.addAll(part instanceof Joined joined ? joined.parts : List.of(part));
      }
      firsts = new int[this.parts.size() + 1];
      for (int i = 0; i < this.parts.size(); i++) {
        firsts[i + 1] = firsts[i] + this.parts.get(i).count();
      }
    }

    @Override
    public int size() {
      return parts.get(0).size();
    }

    @Override
    public int count() {
      return firsts[parts.size()];
    }

    @Override
    public void read(int first, int number, byte[] target, int offset) {
      int end = first + number;
      int to = offset;
      for (int from = first; from < end; ) {
        int found = Arrays.binarySearch(firsts, from);
        int part = found >= 0 ? found : -found - 2;
        int here = Math.min(end, firsts[part + 1]) - from;
        parts.get(part).read(from - firsts[part], here, target, to);
        from += here;
        to += here * size();
      }
    }
  }
}
