package org.apprentice.tracking;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to write a run's folder, held by at most one journal of all processes and given back by
 * the operating system when the process dies. The lock file stays: deleting it would let two
 * processes lock two different files.
 */
final class RunLock implements AutoCloseable {
  private static final String FILE = "run.lock";

  /**
   * Looked up first: on POSIX, merely closing a second handle of a file gives up the process's lock
   * on it.
   */
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final RandomAccessFile file;

  private RunLock(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Locks an existing folder.
   *
   * @throws RunInUseException if another process, or another journal of this one, has it
   */
  static RunLock acquire(Path runDirectory) throws IOException {
    return acquire(runDirectory, FILE);
  }

  /**
   * Locks a file of an existing folder, for a right of its own.
   *
   * @throws RunInUseException if another process, or somebody else in this one, has it
   */
  static RunLock acquire(Path runDirectory, String name) throws IOException {
    Path directory = runDirectory.toRealPath();
    Path path = directory.resolve(name);
    if (!HELD_HERE.add(path)) {
      throw new RunInUseException(directory, "this process");
    }
    RandomAccessFile file = null;
    try {
      file = new RandomAccessFile(path.toFile(), "rw");
      FileLock lock = file.getChannel().tryLock();
      if (lock == null) {
        throw new RunInUseException(directory, "process " + holder(file));
      }
      file.setLength(0);
      file.write(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII));
      return new RunLock(path, file);
    } catch (IOException | RuntimeException e) {
      if (file != null) {
        file.close();
      }
      HELD_HERE.remove(path);
      throw e;
    }
  }

  /**
   * Whether somebody seems to hold a folder's lock, judged by the process that its file names and
   * without touching the lock, which would get in the way of who wants it just then.
   */
  static boolean isHeld(Path runDirectory) {
    try {
      if (HELD_HERE.contains(runDirectory.toRealPath().resolve(FILE))) {
        return true;
      }
      String process = Files.readString(runDirectory.resolve(FILE), StandardCharsets.US_ASCII);
      return !process.isEmpty()
          && !process.equals(Long.toString(ProcessHandle.current().pid()))
          && ProcessHandle.of(Long.parseLong(process)).filter(ProcessHandle::isAlive).isPresent();
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException | NumberFormatException e) {
      // Windows forbids reading what another process locked.
      return true;
    }
  }

  private static String holder(RandomAccessFile file) {
    try {
      byte[] pid = new byte[20];
      int length = file.read(pid);
      return length > 0 ? new String(pid, 0, length, StandardCharsets.US_ASCII) : "(unknown)";
    } catch (IOException e) {
      // Windows forbids reading what another process locked.
      return "(unknown)";
    }
  }

  @Override
  public void close() throws IOException {
    try (file) {
      file.setLength(0);
    } finally {
      HELD_HERE.remove(path);
    }
  }
}
