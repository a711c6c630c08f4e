package org.apprentice.cli;

/** A command was given something that it cannot use. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
