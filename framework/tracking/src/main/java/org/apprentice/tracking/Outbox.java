package org.apprentice.tracking;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackingException;

/** The part of one run's journal that has not been delivered yet. */
final class Outbox {
  private enum State {
    WAITING,
    COMPLETE,
    REFUSED,
    SUPERSEDED
  }

  /**
   * What is delivered next, kept until it has arrived.
   *
   * @param events not too many for the place; empty if none of those read pass
   * @param end where they end in the journal
   * @param count of events read, passing or not
   */
  private record Batch(Deque<List<RunEvent>> events, long end, int count) {}

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
  private final Retry retry = new Retry();

  private Tracker.Run run;
  private Decimation decimation;
  private Batch next;
  private volatile long delivered;
  private volatile State state = State.WAITING;
  private volatile String problem;

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

  /** When it may be tried again after it failed. */
  Retry retry() {
    return retry;
  }

  /** Gives up: another outbox delivers the run from now on. */
  void supersede() {
    state = State.SUPERSEDED;
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

  /** Whether there is nothing left to do for it, nor to tell of it. */
  boolean isOver() {
    return state == State.COMPLETE || state == State.SUPERSEDED;
  }

  /** Why the last attempt failed; empty if it did not. */
  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /**
   * Delivers the next batch.
   *
   * @param closing to expect no more events
   * @return whether there was one
   * @throws TrackingException if it failed; if it is not temporary, this outbox never tries again
   */
  boolean deliver(Tracker tracker, boolean closing) {
    if (state != State.WAITING) {
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
    if (!cause.isTemporary() && state == State.WAITING) {
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
    if (next == null) {
      next = readBatch();
    }
    if (next.count() == 0) {
      next = null;
      if (last && state == State.WAITING) {
        state = State.COMPLETE;
      }
      return false;
    }
    if (run == null) {
      run = tracker.start(spec);
    }
    while (!next.events().isEmpty()) {
      run.deliver(next.events().peek());
      next.events().remove();
    }
    delivered = next.end();
    next = null;
    problem = null;
    return true;
  }

  /** Reads what may be delivered: never more than is safe on disk. */
  private Batch readBatch() throws IOException {
    if (decimation == null) {
      decimation =
          new Decimation(RunManifest.read(spec.directory()).map(RunManifest::points).orElse(0));
    }
    long end = writer.readable();
    List<RunEvent> events = new ArrayList<>();
    long position = read(events, end);
    if (!events.isEmpty()) {
      writer.makeDurable(path);
    }
    return new Batch(split(decimation.apply(events)), position, events.size());
  }

  private long read(List<RunEvent> events, long end) throws IOException {
    try (JournalReader reader = new JournalReader(path, delivered)) {
      while (events.size() < Tracker.MAX_BATCH && reader.position() < end) {
        Optional<RunEvent> event = reader.next();
        if (event.isEmpty()) {
          break;
        }
        events.add(event.get());
      }
      return reader.position();
    }
  }

  /** At the end of a run more may pass than was read: what was held back until then. */
  private static Deque<List<RunEvent>> split(List<RunEvent> events) {
    Deque<List<RunEvent>> parts = new ArrayDeque<>();
    for (int from = 0; from < events.size(); from += Tracker.MAX_BATCH) {
      parts.add(events.subList(from, Math.min(events.size(), from + Tracker.MAX_BATCH)));
    }
    return parts;
  }

  /** Events on disk that have not been delivered. */
  long pending() {
    if (isOver()) {
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
