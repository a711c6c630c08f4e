package org.apprentice.spi;

/** A tracking store cannot be used. The message says which, why and what to do. */
public class TrackingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrackingException(String message) {
    super(message);
  }

  public TrackingException(String message, Throwable cause) {
    super(message, cause);
  }
}
