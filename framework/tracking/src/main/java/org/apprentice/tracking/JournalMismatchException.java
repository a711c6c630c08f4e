package org.apprentice.tracking;

/**
 * A resumed run repeats its past otherwise than its journal tells it. The message names key, step
 * and both values.
 */
public final class JournalMismatchException extends JournalException {
  private static final long serialVersionUID = 1L;

  JournalMismatchException(String run, String difference) {
    super(
        "run "
            + run
            + " does not repeat what its journal tells: "
            + difference
            + "; the code, the settings or the machine differ from those that began it. Finish it"
            + " with those, or start it anew with --fresh");
  }
}
