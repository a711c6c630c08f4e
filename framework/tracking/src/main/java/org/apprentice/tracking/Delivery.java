package org.apprentice.tracking;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.spi.TrackingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries journaled events to a tracking place, on one background thread. Training never waits for
 * it: it reads the journals' files, and only what is safely on disk, so that the place never knows
 * more than the journal. When the place is busy or away it says so once and keeps trying, with
 * pauses that grow; what it could not deliver is still in the journals, and the next process that
 * delivers to the place makes it good. Delivering a journal again is harmless.
 */
public final class Delivery implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(Delivery.class);
  private static final long PAUSE_MILLIS = 500;
  private static final long CLOSING_PAUSE_MILLIS = 50;

  /** Without any progress, before closing gives up. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The same, while the place is away. */
  private static final Duration PATIENCE_WHILE_AWAY = Duration.ofSeconds(10);

  /** In all, for what earlier processes have left. */
  private static final Duration BACKLOG_LIMIT = Duration.ofSeconds(30);

  /** So many runs in a row fail because of the place, not because of themselves. */
  private static final int FAILURES_OF_THE_PLACE = 3;

  /** Hears, on the delivery thread, of runs of which nothing is left to deliver. */
  @FunctionalInterface
  interface Arrivals {
    /**
     * The place has all of a run that its journal holds below a position.
     *
     * @param length of this part of the journal, in bytes; the journal may be longer by now
     */
    void complete(RunSpec run, long length);
  }

  private final Tracker tracker;
  private final Arrivals arrivals;
  private final Supplier<List<RunSpec>> backlogged;
  private final Retry.Pauses pauses;
  private final Queue<Outbox> outboxes = new ConcurrentLinkedQueue<>();
  private final Queue<Outbox> backlog = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch abandoned = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "tracking-delivery");

  /** Of the place as a whole: while it is away, no run is tried. */
  private final Retry place = new Retry();

  private volatile long progressNanos;

  /** Of whatever runs; only the delivery thread counts. */
  private int failuresInARow;

  /** Whether an outage has been spoken of, which has not ended yet. */
  private volatile boolean interrupted;

  private Delivery(
      Tracker tracker, Arrivals arrivals, Supplier<List<RunSpec>> backlogged, Retry.Pauses pauses) {
    this.tracker = tracker;
    this.arrivals = arrivals;
    this.backlogged = backlogged;
    this.pauses = pauses;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Begins deliveries to {@code tracking.uri}, see {@link Trackers#open}. Signs {@link Receipts}
   * for runs that have arrived completely, and delivers along the way what earlier processes could
   * not, of runs in the same folder of results.
   *
   * @throws TrackingException if no run could ever be delivered there; a place that is merely away
   *     is none of these
   */
  public static Delivery open(String uri, Path results, List<TrackerPlugin> plugins) {
    String shown = Trackers.withoutSecrets(uri);
    return new Delivery(
        Trackers.open(uri, results, plugins),
        (run, length) -> Receipts.sign(run.directory(), shown, length),
        () -> Backlog.of(results, shown),
        Retry.Pauses.USUAL);
  }

  /** Begins deliveries to a tracker, which is closed along with them. */
  static Delivery to(Tracker tracker) {
    return to(tracker, (run, length) -> {});
  }

  /** As {@link #to(Tracker)}; tells what has arrived completely. */
  static Delivery to(Tracker tracker, Arrivals arrivals) {
    return to(tracker, arrivals, Retry.Pauses.USUAL);
  }

  static Delivery to(Tracker tracker, Arrivals arrivals, Retry.Pauses pauses) {
    return new Delivery(tracker, arrivals, List::of, pauses);
  }

  /** How a person looks at the runs: a command or an address. */
  public String howToView() {
    return tracker.howToView();
  }

  /** Delivers what the journal holds and everything that is appended to it until it is closed. */
  public void track(Journal journal, RunSpec spec) {
    add(Outbox.of(journal, spec));
  }

  /**
   * Delivers once more what the journal in {@link RunSpec#directory()} holds, for example after the
   * place was away.
   */
  public void redeliver(RunSpec spec) {
    follow(spec).end();
  }

  /**
   * Delivers what the journal in {@link RunSpec#directory()} holds, and everything that other
   * processes append to it, one after the other, until {@link Followed#end}. It need not exist yet.
   * A line becomes visible when its writer hands it to the operating system, see {@link
   * JournalFlusher}.
   */
  public Followed follow(RunSpec spec) {
    Followed followed = new Followed();
    add(Outbox.of(followed, spec));
    return followed;
  }

  /** The newest outbox of a run knows best how its journal goes on. */
  private void add(Outbox outbox) {
    String uid = outbox.spec().uid();
    outboxes.stream().filter(it -> it.spec().uid().equals(uid)).forEach(Outbox::supersede);
    backlog.stream().filter(it -> it.spec().uid().equals(uid)).forEach(Outbox::supersede);
    outboxes.add(outbox);
  }

  /** A journal that other processes write. */
  public static final class Followed {
    private volatile boolean ended;

    Followed() {}

    /**
     * Says that the last writer is gone: what is on disk by now is all there is. Returns at once.
     */
    public void end() {
      ended = true;
    }

    boolean hasEnded() {
      return ended;
    }
  }

  /**
   * What had not arrived when deliveries were closed, of the runs that were handed to them.
   *
   * @param events 0 if everything arrived
   * @param problem why not, as far as known
   */
  public record Undelivered(long events, Optional<String> problem) {}

  /** Closes and warns of what has not arrived. */
  @Override
  public void close() {
    Undelivered left = finish();
    if (left.events() > 0) {
      logger.warn(
          "{} events were not delivered ({}); the journals keep them",
          left.events(),
          left.problem().orElse("out of time"));
    }
  }

  /**
   * Delivers everything journaled so far, as long as some of it arrives within half a minute, and
   * ends. A place that is away gets a few seconds.
   */
  public Undelivered finish() {
    return close(PATIENCE);
  }

  /**
   * As {@link #finish}.
   *
   * @param patience without any progress
   */
  public Undelivered close(Duration patience) {
    progressNanos = System.nanoTime();
    long progress = tracker.progress();
    closing.countDown();
    try {
      while (thread.isAlive() && System.nanoTime() - progressNanos < now(patience).toNanos()) {
        thread.join(CLOSING_PAUSE_MILLIS);
        if (tracker.progress() != progress) {
          progress = tracker.progress();
          progressNanos = System.nanoTime();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    abandoned.countDown();
    Undelivered left = undelivered();
    if (thread.isAlive()) {
      // Breaks off a call that hangs.
      tracker.close();
    }
    return left;
  }

  private Duration now(Duration patience) {
    boolean shorter = interrupted && patience.compareTo(PATIENCE_WHILE_AWAY) > 0;
    return shorter ? PATIENCE_WHILE_AWAY : patience;
  }

  private Undelivered undelivered() {
    long events = 0;
    Optional<String> problem = Optional.empty();
    for (Outbox outbox : outboxes) {
      long pending = outbox.pending();
      events += pending;
      if (pending > 0) {
        problem = problem.or(outbox::problem);
      }
    }
    return new Undelivered(events, problem);
  }

  private void run() {
    try {
      boolean first = true;
      while (!closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        deliverAll(outboxes, false, Duration.ofDays(1));
        if (first) {
          backlogged.get().forEach(this::catchUp);
          first = false;
        }
        // Not for longer: new runs do not wait for old ones.
        deliverAll(backlog, false, Duration.ofMillis(PAUSE_MILLIS));
      }
      // One more look after closing: what was appended before it belongs to this delivery.
      place.hurry();
      outboxes.forEach(outbox -> outbox.retry().hurry());
      keepDelivering();
      if (first) {
        backlogged.get().forEach(this::catchUp);
      }
      // Once: what fails now is left to a later process again.
      deliverAll(backlog, true, BACKLOG_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      tracker.close();
    }
  }

  private void keepDelivering() throws InterruptedException {
    boolean left = deliverAll(outboxes, true, Duration.ofDays(1));
    while (left && !abandoned.await(CLOSING_PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
      left = deliverAll(outboxes, true, Duration.ofDays(1));
    }
  }

  private void catchUp(RunSpec spec) {
    String uid = spec.uid();
    if (outboxes.stream().noneMatch(it -> it.spec().uid().equals(uid))) {
      Followed nobody = new Followed();
      nobody.end();
      backlog.add(Outbox.of(nobody, spec));
    }
  }

  /** Delivers what there is, in turn; true if some may arrive yet. */
  private boolean deliverAll(Queue<Outbox> queue, boolean last, Duration limit) {
    long start = System.nanoTime();
    boolean left = false;
    for (Outbox outbox : queue) {
      try {
        while (mayTry(outbox)
            && System.nanoTime() - start < limit.toNanos()
            && outbox.deliver(tracker, last)) {
          succeeded(outbox);
        }
      } catch (TrackingException e) {
        failed(outbox, e, last);
      }
      left |= outbox.isWaiting();
      if (outbox.isComplete()) {
        arrivals.complete(outbox.spec(), outbox.delivered());
      }
    }
    queue.removeIf(Outbox::isOver);
    return left;
  }

  private boolean mayTry(Outbox outbox) {
    return abandoned.getCount() > 0 && place.isDue() && outbox.retry().isDue();
  }

  private void succeeded(Outbox outbox) {
    progressNanos = System.nanoTime();
    failuresInARow = 0;
    place.succeeded();
    outbox.retry().succeeded();
    if (interrupted) {
      // As loud as the outage was: who heard of that wants to hear of its end.
      logger.warn("Runs are delivered again");
      interrupted = false;
    }
  }

  private void failed(Outbox outbox, TrackingException cause, boolean last) {
    Retry.Pauses now = last ? pauses.hurried() : pauses;
    if (backlog.contains(outbox)) {
      // The process that made it has said so, or delivers it just now; sync tells it again.
      logger.debug("Run {} is not delivered", outbox.spec().name(), cause);
      outbox.retry().failed(now, cause.retryAfter());
      return;
    }
    if (!cause.isTemporary()) {
      logger.error("Run {} is not delivered: {}", outbox.spec().name(), cause.getMessage());
      return;
    }
    outbox.retry().failed(now, cause.retryAfter());
    failuresInARow++;
    if (failuresInARow >= FAILURES_OF_THE_PLACE || cause.retryAfter().isPresent()) {
      place.failed(now, cause.retryAfter());
    }
    if (!interrupted) {
      logger.warn(
          "Runs are not delivered at present: {}. Their journals keep everything; delivery keeps"
              + " trying",
          cause.getMessage());
      interrupted = true;
    }
  }
}
