package org.apprentice.core.study;

/** Runs cannot be found or compared. The message says why, and what to do. */
public class ComparisonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ComparisonException(String message) {
    super(message);
  }

  public ComparisonException(String message, Throwable cause) {
    super(message, cause);
  }
}
