package org.apprentice.tracking;

import java.nio.file.Path;

/** Somebody else is writing the run. */
public final class RunInUseException extends JournalException {
  private static final long serialVersionUID = 1L;

  RunInUseException(Path runDirectory, String holder) {
    super(
        "run "
            + runDirectory.getFileName()
            + " is in use: "
            + holder
            + " is writing "
            + runDirectory
            + ". Wait until it ends, or end it");
  }
}
