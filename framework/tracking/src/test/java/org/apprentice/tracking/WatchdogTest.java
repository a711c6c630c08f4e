package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  private static final Duration LIMIT = Duration.ofMillis(5);

  private final AtomicLong now = new AtomicLong();
  private final AtomicLong looks = new AtomicLong();

  private long look() {
    looks.incrementAndGet();
    return now.get();
  }

  /** Waits until the watchdog has looked at the time again. */
  private void awaitLooks(Watchdog.Watch watch) {
    long before = looks.get();
    while (looks.get() < before + 2 && !watch.hasExpired()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void callsThatGoOnAreLeftAlone() throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    try (Watchdog watchdog = new Watchdog(this::look);
        Watchdog.Watch watch = watchdog.watch(LIMIT, ended::countDown)) {
      for (int i = 0; i < 5; i++) {
        now.addAndGet(LIMIT.toNanos() - 1);
        awaitLooks(watch);
        assertThat(watch.hasExpired()).isFalse();
        watch.progress();
      }
      now.addAndGet(LIMIT.toNanos());
      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(watch.hasExpired()).isTrue();
    }
  }

  @Test
  void callsThatAreOverAreNotEnded() throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    CountDownLatch other = new CountDownLatch(1);
    try (Watchdog watchdog = new Watchdog(this::look)) {
      watchdog.watch(LIMIT, ended::countDown).close();
      now.addAndGet(2 * LIMIT.toNanos());
      try (Watchdog.Watch watch = watchdog.watch(LIMIT, other::countDown)) {
        now.addAndGet(LIMIT.toNanos());
        assertThat(other.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(watch.hasExpired()).isTrue();
      }
      assertThat(ended.getCount()).isOne();
    }
  }
}
