package org.apprentice.tracking;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.apprentice.spi.RunEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The append-only record of one run, the file {@value #FILE} in its folder: the truth that tracking
 * stores are copies of. At most one journal is open on a folder. Safe for several threads.
 *
 * <p>The process may die at any byte: opening drops the torn last line. A write that fails (full
 * disk) leaves whole lines, is reported by {@link JournalException}, and closes the journal for
 * further events, so that none is missing between two others. A whole line is never cut off: others
 * may have read it and told of it.
 */
public final class Journal implements AutoCloseable {
  static final String FILE = "journal.jsonl";

  private static final Logger logger = LoggerFactory.getLogger(Journal.class);
  private static final int FLUSH_BYTES = 64 * 1024;

  private final Path path;
  private final RunLock lock;
  private final RandomAccessFile file;
  private final RecordedEvents recorded;
  private final long droppedBytes;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(2 * FLUSH_BYTES);
  private long written;
  private long durable;
  private JournalException failure;
  private boolean closed;

  private Journal(Path path, RunLock lock, RandomAccessFile file) throws IOException {
    this.path = path;
    this.lock = lock;
    this.file = file;
    recorded = new RecordedEvents(runName(path));
    written = load();
    droppedBytes = file.length() - written;
    if (droppedBytes > 0) {
      logger.warn(
          "Dropped the last {} bytes of {}: the run ended while writing them", droppedBytes, path);
      file.setLength(written);
    }
    file.seek(written);
    durable = written;
  }

  /**
   * Opens the journal of a run, or begins it; creates the folder if need be.
   *
   * @throws RunInUseException if somebody else has it open
   * @throws JournalException if the folder cannot be written, or the journal is damaged before its
   *     end
   */
  public static Journal open(Path runDirectory) {
    Path path = runDirectory.resolve(FILE).toAbsolutePath();
    RunLock lock = null;
    RandomAccessFile file = null;
    try {
      Files.createDirectories(runDirectory);
      lock = RunLock.acquire(runDirectory);
      file = new RandomAccessFile(path.toFile(), "rw");
      return new Journal(path, lock, file);
    } catch (IOException e) {
      closeAll(file, lock);
      throw new JournalException(
          "cannot open the journal "
              + path
              + " of run "
              + runName(path)
              + " ("
              + e.getMessage()
              + "); the results folder must be a folder on a disk that can be written",
          e);
    } catch (RuntimeException e) {
      closeAll(file, lock);
      throw e;
    }
  }

  /**
   * Reads a run's journal as far as it is on disk and whole, whether or not somebody is writing it.
   *
   * @throws JournalException if it cannot be read
   */
  public static void read(Path runDirectory, Consumer<RunEvent> consumer) {
    Path path = runDirectory.resolve(FILE).toAbsolutePath();
    try (JournalReader reader = new JournalReader(path, 0)) {
      Optional<RunEvent> event = reader.next();
      while (event.isPresent()) {
        consumer.accept(event.get());
        event = reader.next();
      }
    } catch (IOException e) {
      throw new JournalException(
          "cannot read the journal " + path + " (" + e.getMessage() + ")", e);
    }
  }

  /** Whether a process that lives seems to be writing a run's journal, this one or another. */
  public static boolean isBeingWritten(Path runDirectory) {
    return RunLock.isHeld(runDirectory);
  }

  /** How long a run's journal is on disk, in bytes, a torn last line included; 0 without one. */
  public static long length(Path runDirectory) throws IOException {
    Path path = runDirectory.resolve(FILE);
    return Files.exists(path) ? Files.size(path) : 0;
  }

  /**
   * Adds an event, unless it repeats what the journal already tells: the same param, tag or dataset
   * again, or, after {@link #resumeAt}, a metric that the run had already reached before it was
   * interrupted. Cheap: no disk, no waiting.
   *
   * @throws JournalMismatchException if a repeated param or metric has another value; metrics below
   *     {@code time/} and {@code system/} may differ
   * @throws JournalException if the journal cannot be written, now or since an earlier event
   */
  public synchronized void append(RunEvent event) {
    requireUsable();
    if (recorded.lacks(event)) {
      EventLine.write(event, buffer);
      recorded.add(event);
      if (buffer.size() >= FLUSH_BYTES) {
        flush();
      }
    }
  }

  /**
   * Forces everything to disk.
   *
   * @return the position behind the last event, in bytes, for {@link #resumeAt}
   * @throws JournalException if the journal cannot be written
   */
  public synchronized long sync() {
    requireUsable();
    flush();
    force();
    return written;
  }

  /**
   * Continues the run from a checkpoint: metrics appended from now on are compared with those that
   * the journal holds behind {@code position}, and appended once they go beyond them.
   *
   * @param position what {@link #sync} returned at the checkpoint; 0 for the start of the run
   * @throws JournalException if this journal does not reach there
   */
  public synchronized void resumeAt(long position) {
    requireUsable();
    flush();
    recorded.awaitNothing();
    try (JournalReader reader = new JournalReader(path, position)) {
      requireLineStart(position);
      Optional<RunEvent> event = reader.next();
      while (event.isPresent()) {
        recorded.await(event.get());
        event = reader.next();
      }
    } catch (IOException e) {
      throw fail("read", e);
    }
  }

  private void requireLineStart(long position) throws IOException {
    boolean lineStart = position == 0;
    if (position > 0 && position <= written) {
      file.seek(position - 1);
      lineStart = file.read() == '\n';
      file.seek(written);
    }
    if (!lineStart) {
      throw new JournalException(
          "the checkpoint of run "
              + runName(path)
              + " continues the journal "
              + path
              + " at byte "
              + position
              + ", but the journal has "
              + written
              + " bytes and no event begins there: they do not belong together. Start the run anew"
              + " with --fresh");
    }
  }

  /** Bytes of a torn last line that opening dropped; 0 if the run had ended in good order. */
  public long droppedBytes() {
    return droppedBytes;
  }

  /** The run's folder. */
  public Path runDirectory() {
    return path.getParent();
  }

  /**
   * Forces what was appended so far to disk and returns how far it reaches; never throws for a
   * failed journal.
   */
  long makeDurable() {
    long flushed;
    synchronized (this) {
      if (closed || failure != null) {
        return durable;
      }
      try {
        flush();
      } catch (JournalException e) {
        // The training thread hears of it at its next event.
        return durable;
      }
      if (written == durable) {
        return durable;
      }
      flushed = written;
    }
    try {
      // Outside the lock: the disk may take its time, and training must not wait for it.
      file.getFD().sync();
    } catch (IOException e) {
      synchronized (this) {
        if (!closed) {
          fail("force to disk", e);
        }
        return durable;
      }
    }
    synchronized (this) {
      durable = Math.max(durable, flushed);
      return durable;
    }
  }

  /**
   * Lets other processes read what was appended so far, without waiting for the disk.
   *
   * @return whether more may come: false if the journal is closed or has failed, of which the
   *     training thread hears at its next event
   */
  synchronized boolean expose() {
    if (closed || failure != null) {
      return false;
    }
    try {
      flush();
      return true;
    } catch (JournalException e) {
      return false;
    }
  }

  synchronized boolean isClosed() {
    return closed;
  }

  Path path() {
    return path;
  }

  /**
   * Forces everything to disk and gives the folder free. A journal that failed before is closed
   * without a further word.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    try {
      if (failure == null) {
        flush();
        force();
      }
    } finally {
      closed = true;
      closeAll(file, lock);
    }
  }

  private void requireUsable() {
    if (closed) {
      throw new JournalException("the journal of run " + runName(path) + " is closed");
    }
    if (failure != null) {
      throw new JournalException(failure.getMessage(), failure);
    }
  }

  private void flush() {
    if (buffer.size() == 0) {
      return;
    }
    byte[] bytes = buffer.toByteArray();
    try {
      file.write(bytes);
    } catch (IOException e) {
      written += wholeLines(bytes);
      throw fail("write", e);
    }
    written += bytes.length;
    buffer.reset();
  }

  /** How much of a write that failed reached the file, up to the end of a line. */
  private int wholeLines(byte[] bytes) {
    int arrived = 0;
    try {
      arrived = (int) Math.max(0, Math.min(bytes.length, file.length() - written));
    } catch (IOException e) {
      logger.debug("length of {}", path, e);
    }
    while (arrived > 0 && bytes[arrived - 1] != '\n') {
      arrived--;
    }
    return arrived;
  }

  private void force() {
    if (durable == written) {
      return;
    }
    try {
      file.getFD().sync();
    } catch (IOException e) {
      throw fail("force to disk", e);
    }
    durable = written;
  }

  private JournalException fail(String doing, IOException cause) {
    failure =
        new JournalException(
            "cannot "
                + doing
                + " the journal "
                + path
                + " ("
                + cause.getMessage()
                + "); it is whole up to byte "
                + written
                + ". Make room or mend the disk, then resume run "
                + runName(path),
            cause);
    try {
      file.setLength(written);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  /** Reads all events and returns the position behind the last whole one. */
  private long load() throws IOException {
    try (JournalReader reader = new JournalReader(path, 0)) {
      Optional<RunEvent> event = reader.next();
      while (event.isPresent()) {
        recorded.add(event.get());
        event = reader.next();
      }
      long end = reader.position();
      while (reader.skip()) {
        if (reader.next().isPresent()) {
          throw new JournalException(
              "the journal "
                  + path
                  + " is damaged at byte "
                  + end
                  + ", before its end. Put back a copy of it, or keep only what comes before:"
                  + " truncate -s "
                  + end
                  + " "
                  + path);
        }
      }
      return end;
    }
  }

  private static String runName(Path journal) {
    return journal.getParent().getFileName().toString();
  }

  private static void closeAll(AutoCloseable... resources) {
    for (AutoCloseable resource : resources) {
      try {
        if (resource != null) {
          resource.close();
        }
      } catch (Exception e) {
        logger.debug("closing {}", resource, e);
      }
    }
  }
}
