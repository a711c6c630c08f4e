package org.apprentice.tracking;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackingException;

/** The part of one run's journal that has not been delivered yet. */
final class Outbox {
  private static final long FIRST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LAST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

  private enum State {
    WAITING,
    COMPLETE,
    REFUSED
  }

  /** Whoever appends to the journal. */
  private sealed interface Writer permits OwnJournal, OtherProcess {
    /** Whether nothing more will come. */
    boolean hasEnded();

    /** How far the journal may be read; {@link #makeDurable} makes good what is not durable. */
    long readable();

    /** Forces whole lines that were read to disk: before that they must not be delivered. */
    void makeDurable(Path path) throws IOException;
  }

  private record OwnJournal(Journal journal) implements Writer {
    @Override
    public boolean hasEnded() {
      return journal.isClosed();
    }

    @Override
    public long readable() {
      return journal.makeDurable();
    }

    @Override
    public void makeDurable(Path path) {}
  }

  /**
   * Reads first and forces then what it has read: a whole line is never cut off again, so it is in
   * the file when that is forced, even if its writer died meanwhile and another one cut off a torn
   * line and went on.
   */
  private record OtherProcess(Delivery.Followed followed) implements Writer {
    @Override
    public boolean hasEnded() {
      return followed.hasEnded();
    }

    @Override
    public long readable() {
      return Long.MAX_VALUE;
    }

    @Override
    public void makeDurable(Path path) throws IOException {
      // Any handle will do. The journal is not locked (that is another file), so closing this one
      // takes no lock from a writer in this process.
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
        file.force(true);
      }
    }
  }

  private final RunSpec spec;
  private final Path path;
  private final Writer writer;

  private Tracker.Run run;
  private volatile long delivered;
  private volatile State state = State.WAITING;
  private volatile String problem;
  private long retryNanos;
  private long retryAt;

  private Outbox(RunSpec spec, Path path, Writer writer) {
    this.spec = spec;
    this.path = path;
    this.writer = writer;
  }

  /** Of a journal that this process writes. */
  static Outbox of(Journal journal, RunSpec spec) {
    return new Outbox(spec, journal.path(), new OwnJournal(journal));
  }

  /** Of a journal that another process writes until {@code followed} ends. */
  static Outbox of(Delivery.Followed followed, RunSpec spec) {
    return new Outbox(spec, spec.directory().resolve(Journal.FILE), new OtherProcess(followed));
  }

  RunSpec spec() {
    return spec;
  }

  /** How much of the journal has arrived, in bytes. */
  long delivered() {
    return delivered;
  }

  /** Whether something may arrive yet. */
  boolean isWaiting() {
    return state == State.WAITING;
  }

  /** Whether everything arrived and nothing more can come. */
  boolean isComplete() {
    return state == State.COMPLETE;
  }

  /** Why the last attempt failed; empty if it did not. */
  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /**
   * Delivers the next batch.
   *
   * @param closing to try again at once after a failure, and to expect no more events
   * @return whether there was one
   * @throws TrackingException if it failed; if it is not temporary, this outbox never tries again
   */
  boolean deliver(Tracker tracker, boolean closing) {
    boolean pausing = retryNanos > 0 && !closing && System.nanoTime() - retryAt < 0;
    if (state != State.WAITING || pausing) {
      return false;
    }
    try {
      return deliverBatch(tracker, closing);
    } catch (TrackingException e) {
      throw failed(e);
    } catch (IOException | RuntimeException | LinkageError e) {
      throw failed(
          new TrackingException(
              "delivering the journal "
                  + path
                  + " failed ("
                  + e
                  + "); the journal keeps everything",
              e));
    }
  }

  private TrackingException failed(TrackingException cause) {
    problem = cause.getMessage();
    if (cause.isTemporary()) {
      retryNanos = Math.min(LAST_RETRY_NANOS, Math.max(FIRST_RETRY_NANOS, 2 * retryNanos));
      retryAt = System.nanoTime() + retryNanos;
    } else {
      state = State.REFUSED;
    }
    return cause;
  }

  private boolean deliverBatch(Tracker tracker, boolean closing) throws IOException {
    // Asked before reading: a journal that has ended by now gets nothing more.
    boolean last = closing || writer.hasEnded();
    if (!last && !Files.exists(path)) {
      return false;
    }
    List<RunEvent> batch = new ArrayList<>();
    long position = readBatch(batch);
    if (batch.isEmpty()) {
      if (last) {
        state = State.COMPLETE;
      }
      return false;
    }
    if (run == null) {
      run = tracker.start(spec);
    }
    run.deliver(batch);
    delivered = position;
    problem = null;
    retryNanos = 0;
    return true;
  }

  /** Reads what may be delivered, never more than is safe on disk, and returns where it ends. */
  private long readBatch(List<RunEvent> batch) throws IOException {
    long end = writer.readable();
    long position = read(batch, end);
    if (!batch.isEmpty()) {
      writer.makeDurable(path);
    }
    return position;
  }

  private long read(List<RunEvent> batch, long end) throws IOException {
    try (JournalReader reader = new JournalReader(path, delivered)) {
      while (batch.size() < Tracker.MAX_BATCH && reader.position() < end) {
        Optional<RunEvent> event = reader.next();
        if (event.isEmpty()) {
          break;
        }
        batch.add(event.get());
      }
      return reader.position();
    }
  }

  /** Events on disk that have not been delivered. */
  long pending() {
    if (state == State.COMPLETE) {
      return 0;
    }
    long events = 0;
    try (JournalReader reader = new JournalReader(path, delivered)) {
      while (reader.next().isPresent()) {
        events++;
      }
    } catch (IOException e) {
      // The count is for a message; what was read is the best answer.
      return Math.max(1, events);
    }
    return events;
  }
}
