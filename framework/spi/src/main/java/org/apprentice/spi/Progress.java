package org.apprentice.spi;

/**
 * How far an algorithm is: {@code done} of {@code total}, and how many steps of environments it
 * took so far.
 */
public record Progress(long done, long total, ProgressUnit unit, long environmentSteps) {
  /** 1 at the start, 0 at the end: what linear schedules multiply with. */
  public double remaining() {
    return Math.max(0, 1 - done / (double) total);
  }
}
