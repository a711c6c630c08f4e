package org.apprentice.tracking;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.spi.TrackingException;

/**
 * Delivers whole journals, one after the other, for somebody who waits for them; {@link Delivery}
 * does so behind the back of training. What breaks off is mended by delivering again.
 */
public final class Courier implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Tracker tracker;
  private final String place;
  private final Retry.Pauses pauses;
  private final Duration patience;

  Courier(Tracker tracker, String place, Retry.Pauses pauses, Duration patience) {
    this.tracker = tracker;
    this.place = place;
    this.pauses = pauses;
    this.patience = patience;
  }

  /**
   * Prepares deliveries to a place, see {@link Trackers#open}.
   *
   * @throws TrackingException if no run could ever be delivered there
   */
  public static Courier open(String uri, Path results, List<TrackerPlugin> plugins) {
    return new Courier(
        Trackers.open(uri, results, plugins),
        Trackers.withoutSecrets(uri),
        Retry.Pauses.USUAL.hurried(),
        PATIENCE);
  }

  /** How a person looks at the runs: a command or an address. */
  public String howToView() {
    return tracker.howToView();
  }

  /**
   * Connects to the place.
   *
   * @throws TrackingException if it is away or cannot hold runs
   */
  public void check() {
    tracker.check();
  }

  /**
   * Delivers what the journal in {@link RunSpec#directory()} holds, whether or not a process is
   * writing it, and signs its receipt. A place that is away for a moment is tried again.
   *
   * @param progress hears how much of the journal has arrived, in bytes
   * @return how much has arrived in the end
   * @throws TrackingException if the place does not take it, or was away for a minute
   */
  public long deliver(RunSpec spec, LongConsumer progress) {
    Delivery.Followed nobody = new Delivery.Followed();
    nobody.end();
    Outbox outbox = Outbox.of(nobody, spec);
    long progressNanos = System.nanoTime();
    while (!outbox.isComplete()) {
      try {
        if (outbox.deliver(tracker, true)) {
          outbox.retry().succeeded();
          progress.accept(outbox.delivered());
        }
        progressNanos = System.nanoTime();
      } catch (TrackingException e) {
        outbox.retry().failed(pauses, e.retryAfter());
        if (!e.isTemporary() || !await(outbox.retry(), progressNanos)) {
          throw e;
        }
      }
    }
    Receipts.sign(spec.directory(), place, outbox.delivered());
    return outbox.delivered();
  }

  /** Whether another attempt is due before patience ends. */
  private boolean await(Retry retry, long progressNanos) {
    while (!retry.isDue()) {
      boolean over = System.nanoTime() - progressNanos > patience.toNanos();
      if (over || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }

  /** Whether the place has all of a run's journal, as far as its receipts say. */
  public boolean hasDelivered(RunSpec spec) throws IOException {
    return Receipts.isComplete(spec.directory(), place);
  }

  @Override
  public void close() {
    tracker.close();
  }
}
