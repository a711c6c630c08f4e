package org.apprentice.core.execution;

/** A worker process ended while it was training. */
public final class WorkerDiedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String logTail;

  /**
   * @param how it ended, in words
   * @param logTail the last lines that it wrote during the training; may be empty
   */
  WorkerDiedException(String how, String logTail) {
    super(how);
    this.logTail = logTail;
  }

  /** The last lines that it wrote during the training. */
  public String logTail() {
    return logTail;
  }
}
