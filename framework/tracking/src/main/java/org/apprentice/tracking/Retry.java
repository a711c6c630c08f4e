package org.apprentice.tracking;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When something that failed may be tried again: after pauses that double, of random lengths, so
 * that many processes which met the same outage do not come back all at once. Only the delivery
 * thread changes it.
 */
final class Retry {
  /**
   * @param first pause
   * @param longest pause, unless the place asks for more
   */
  record Pauses(Duration first, Duration longest) {
    static final Pauses USUAL = new Pauses(Duration.ofSeconds(1), Duration.ofMinutes(1));

    /** At the end of a process, which does not wait for long. */
    Pauses hurried() {
      Duration most = first.multipliedBy(2);
      return new Pauses(first, most.compareTo(longest) < 0 ? most : longest);
    }
  }

  private int failures;
  private long notBefore;

  boolean isDue() {
    return failures == 0 || System.nanoTime() - notBefore >= 0;
  }

  void succeeded() {
    failures = 0;
  }

  /**
   * @param wish least pause that the place asks for
   */
  void failed(Pauses pauses, Optional<Duration> wish) {
    failures++;
    long longest = pauses.longest().toNanos();
    long doubled = pauses.first().toNanos() << Math.min(failures - 1, 20);
    long bound = doubled <= 0 ? longest : Math.min(longest, doubled);
    long pause = ThreadLocalRandom.current().nextLong(bound / 2, bound + 1);
    notBefore = System.nanoTime() + Math.max(pause, wish.map(Duration::toNanos).orElse(0L));
  }

  /** Lets it be tried at once, as if the pause were over. */
  void hurry() {
    notBefore = System.nanoTime();
  }
}
