package org.apprentice.core.transfer;

/** Runs cannot be taken from one place to another. The message says which, why and what to do. */
public final class TransferException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TransferException(String message) {
    super(message);
  }
}
