package org.apprentice.tracking;

/**
 * A run's journal cannot be read, written or continued. The message says which, why and what to do.
 */
public class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JournalException(String message) {
    super(message);
  }

  JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
