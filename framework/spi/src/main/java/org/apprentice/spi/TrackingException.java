package org.apprentice.spi;

import java.time.Duration;
import java.util.Optional;

/** A tracking store cannot be used. The message says which, why and what to do. */
public class TrackingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean temporary;

  /** Null if the store did not say. */
  private final Duration retryAfter;

  public TrackingException(String message) {
    this(message, null);
  }

  public TrackingException(String message, Throwable cause) {
    this(message, cause, false, null);
  }

  /**
   * @param temporary whether the same call may succeed later
   * @param retryAfter how long the store asks to be left alone; null if it does not say
   */
  protected TrackingException(
      String message, Throwable cause, boolean temporary, Duration retryAfter) {
    super(message, cause);
    this.temporary = temporary;
    this.retryAfter = retryAfter;
  }

  /** The store is busy, full or away: the same call may succeed later. */
  public static TrackingException temporary(String message, Throwable cause) {
    return new TrackingException(message, cause, true, null);
  }

  /** Whether the same call may succeed later. */
  public boolean isTemporary() {
    return temporary;
  }

  /** How long the store asks to be left alone, if it says so. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
