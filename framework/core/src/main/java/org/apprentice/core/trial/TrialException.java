package org.apprentice.core.trial;

/** A trial cannot go on. The message says why, where and what to do. */
public class TrialException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrialException(String message) {
    super(message);
  }

  public TrialException(String message, Throwable cause) {
    super(message, cause);
  }
}
