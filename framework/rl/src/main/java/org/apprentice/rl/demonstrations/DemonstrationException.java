package org.apprentice.rl.demonstrations;

/**
 * Demonstrations that cannot be used; the message says what, where, what was expected and how to
 * mend it.
 */
public final class DemonstrationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DemonstrationException(String message) {
    super(message);
  }

  public DemonstrationException(String message, Throwable cause) {
    super(message, cause);
  }
}
