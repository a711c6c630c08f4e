package org.apprentice.rl;

import java.io.IOException;

/** A file of a checkpoint is missing or not what was written: another checkpoint may be sound. */
public final class DamagedStateException extends IOException {
  private static final long serialVersionUID = 1L;

  public DamagedStateException(String message, Throwable cause) {
    super(message, cause);
  }

  public DamagedStateException(String message) {
    super(message);
  }
}
