package org.apprentice.spi;

/** A tracking store cannot be used. The message says which, why and what to do. */
public class TrackingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean temporary;

  public TrackingException(String message) {
    this(message, null);
  }

  public TrackingException(String message, Throwable cause) {
    this(message, cause, false);
  }

  private TrackingException(String message, Throwable cause, boolean temporary) {
    super(message, cause);
    this.temporary = temporary;
  }

  /** The store is busy, full or away: the same call may succeed later. */
  public static TrackingException temporary(String message, Throwable cause) {
    return new TrackingException(message, cause, true);
  }

  /** Whether the same call may succeed later. */
  public boolean isTemporary() {
    return temporary;
  }
}
