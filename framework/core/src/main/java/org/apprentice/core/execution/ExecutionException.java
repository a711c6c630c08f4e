package org.apprentice.core.execution;

/** A study cannot be carried out; the message says why and how to mend it. */
public final class ExecutionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ExecutionException(String message) {
    super(message);
  }

  ExecutionException(String message, Throwable cause) {
    super(message, cause);
  }
}
