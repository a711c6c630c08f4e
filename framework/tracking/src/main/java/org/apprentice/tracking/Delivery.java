package org.apprentice.tracking;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.spi.TrackingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries journaled events to a tracking place, on one background thread. Training never waits for
 * it: it reads the journals' files, and only what is safely on disk, so that the place never knows
 * more than the journal. When the place is busy or away it says so once and keeps trying; what it
 * could not deliver is still in the journals, and delivering a journal again is harmless.
 */
public final class Delivery implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(Delivery.class);
  private static final long PAUSE_MILLIS = 500;
  private static final long CLOSING_PAUSE_MILLIS = 50;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

  /** Hears, on the delivery thread, of runs of which nothing is left to deliver. */
  @FunctionalInterface
  public interface Arrivals {
    /**
     * The place has all of a run that its journal holds below a position.
     *
     * @param length of this part of the journal, in bytes; the journal may be longer by now
     */
    void complete(RunSpec run, long length);
  }

  private final Tracker tracker;
  private final Arrivals arrivals;
  private final ConcurrentLinkedQueue<Outbox> outboxes = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch abandoned = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "tracking-delivery");

  /** Whether an outage has been spoken of; only the delivery thread asks. */
  private boolean interrupted;

  private Delivery(Tracker tracker, Arrivals arrivals) {
    this.tracker = tracker;
    this.arrivals = arrivals;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Begins deliveries to {@code tracking.uri}, see {@link Trackers#open}.
   *
   * @throws TrackingException if no run could ever be delivered there; a place that is merely away
   *     is none of these
   */
  public static Delivery open(String uri, Path results, List<TrackerPlugin> plugins) {
    return open(uri, results, plugins, (run, length) -> {});
  }

  /** As {@link #open(String, Path, List)}; tells what has arrived completely. */
  public static Delivery open(
      String uri, Path results, List<TrackerPlugin> plugins, Arrivals arrivals) {
    return to(Trackers.open(uri, results, plugins), arrivals);
  }

  /** Begins deliveries to a tracker, which is closed along with them. */
  public static Delivery to(Tracker tracker) {
    return to(tracker, (run, length) -> {});
  }

  /** As {@link #to(Tracker)}; tells what has arrived completely. */
  public static Delivery to(Tracker tracker, Arrivals arrivals) {
    return new Delivery(tracker, arrivals);
  }

  /** How a person looks at the runs: a command or an address. */
  public String howToView() {
    return tracker.howToView();
  }

  /** Delivers what the journal holds and everything that is appended to it until it is closed. */
  public void track(Journal journal, RunSpec spec) {
    outboxes.add(Outbox.of(journal, spec));
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
    outboxes.add(Outbox.of(followed, spec));
    return followed;
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
   * What had not arrived when deliveries were closed.
   *
   * @param events 0 if everything arrived
   * @param problem why not, as far as known
   */
  public record Undelivered(long events, Optional<String> problem) {}

  /** Closes within half a minute and warns of what has not arrived. */
  @Override
  public void close() {
    Undelivered left = close(CLOSE_LIMIT);
    if (left.events() > 0) {
      logger.warn(
          "{} events were not delivered ({}); the journals keep them",
          left.events(),
          left.problem().orElse("out of time"));
    }
  }

  /** Delivers everything journaled so far, for at most {@code limit}, and ends. */
  public Undelivered close(Duration limit) {
    closing.countDown();
    try {
      thread.join(Math.max(1, limit.toMillis()));
      abandoned.countDown();
    } catch (InterruptedException e) {
      abandoned.countDown();
      Thread.currentThread().interrupt();
    }
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
      while (!closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        deliverAll(false);
      }
      // One more look after closing: what was appended before it belongs to this delivery.
      boolean left = deliverAll(true);
      while (left && !abandoned.await(CLOSING_PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        left = deliverAll(true);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      tracker.close();
    }
  }

  /** Delivers what there is, in turn; true if some may arrive yet. */
  private boolean deliverAll(boolean hurry) {
    boolean left = false;
    for (Outbox outbox : outboxes) {
      try {
        while (abandoned.getCount() > 0 && outbox.deliver(tracker, hurry)) {
          recovered();
        }
        left |= outbox.isWaiting();
      } catch (TrackingException e) {
        failed(outbox, e);
        left |= outbox.isWaiting();
      }
      if (outbox.isComplete()) {
        outboxes.remove(outbox);
        arrivals.complete(outbox.spec(), outbox.delivered());
      }
    }
    return left;
  }

  private void recovered() {
    if (interrupted) {
      logger.info("Runs are delivered again");
      interrupted = false;
    }
  }

  private void failed(Outbox outbox, TrackingException cause) {
    if (!cause.isTemporary()) {
      logger.error("Run {} is not delivered: {}", outbox.spec().name(), cause.getMessage());
    } else if (!interrupted) {
      logger.warn(
          "Runs are not delivered at present: {}. Their journals keep everything; delivery keeps"
              + " trying",
          cause.getMessage());
      interrupted = true;
    }
  }
}
