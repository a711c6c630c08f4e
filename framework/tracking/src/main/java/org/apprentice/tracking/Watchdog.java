package org.apprentice.tracking;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Ends calls that take too long. Time limits of sockets do not: they begin anew with every byte
 * that comes.
 */
final class Watchdog implements AutoCloseable {
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread daemon = new Thread(task, "tracking-watchdog");
            daemon.setDaemon(true);
            return daemon;
          });

  private final LongSupplier nanoTime;

  Watchdog() {
    this(System::nanoTime);
  }

  Watchdog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    thread.setRemoveOnCancelPolicy(true);
    thread.setKeepAliveTime(10, TimeUnit.SECONDS);
    thread.allowCoreThreadTimeOut(true);
  }

  /** Watches a call until it is closed. */
  Watch watch(Duration limit, Runnable end) {
    return new Watch(limit, end);
  }

  /** One call. */
  final class Watch implements AutoCloseable {
    private final long limitNanos;
    private final Runnable end;
    private volatile long progress = nanoTime.getAsLong();
    private volatile boolean expired;
    private boolean closed;
    private ScheduledFuture<?> check;

    private Watch(Duration limit, Runnable end) {
      limitNanos = limit.toNanos();
      this.end = end;
      checkAfter(limitNanos);
    }

    private synchronized void checkAfter(long nanos) {
      check = thread.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
    }

    private synchronized void check() {
      if (closed) {
        return;
      }
      long now = nanoTime.getAsLong(); // before the progress, which may be newer but never older
      long left = progress + limitNanos - now;
      if (left > 0) {
        checkAfter(left);
      } else {
        expired = true;
        end.run();
      }
    }

    /** The call goes well: its time begins anew. */
    void progress() {
      progress = nanoTime.getAsLong();
    }

    /** Whether the call was ended. */
    boolean hasExpired() {
      return expired;
    }

    @Override
    public synchronized void close() {
      closed = true;
      check.cancel(false);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
