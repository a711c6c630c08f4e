package org.apprentice.core.trial;

import java.io.IOException;
import org.apprentice.core.config.Trial;
import org.apprentice.spi.RunSpec;
import org.apprentice.tracking.Journal;

/** How the journals of this process's trials come to the tracking place. */
public sealed interface JournalOutlet permits Deliveries, LeftToFollower {
  /**
   * Makes ready for a trial, before it is trained.
   *
   * @throws org.apprentice.spi.TrackingException if its {@code tracking.uri} is wrong
   */
  void prepare(Trial trial);

  /** Takes on a journal that is about to be written, until it is closed. */
  void track(Trial trial, Journal journal, RunSpec spec);

  /** Makes good what an earlier process could not deliver of a run that has ended. */
  void redeliver(Trial trial, RunSpec spec) throws IOException;
}
