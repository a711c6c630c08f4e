package org.apprentice.core.config;

import java.util.Optional;

/**
 * The node {@code launcher}: how the trials of an experiment are carried out. It changes nothing in
 * what they come to.
 *
 * @param workers processes that train side by side; 0 for none but this one, empty for as many as
 *     the cores hold trials
 * @param retries how often a trial whose worker died is taken up again
 * @param onFailure what becomes of the others when a trial fails
 */
public record Launching(Optional<Integer> workers, int retries, OnFailure onFailure) {
  /** As if the experiment said nothing. */
  static final Launching DEFAULT = new Launching(Optional.empty(), 2, OnFailure.CONTINUE);

  /** What becomes of the other trials when one fails. */
  public enum OnFailure {
    CONTINUE,
    STOP
  }

  public Launching {
    if (workers.orElse(0) < 0) {
      throw new IllegalArgumentException("workers must be at least 0, found " + workers.get());
    }
    if (retries < 0) {
      throw new IllegalArgumentException("retries must be at least 0, found " + retries);
    }
  }
}
