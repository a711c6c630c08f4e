package org.apprentice.core.trial;

import org.apprentice.core.config.Trial;
import org.apprentice.spi.RunSpec;
import org.apprentice.tracking.Journal;
import org.apprentice.tracking.JournalFlusher;

/**
 * Of a worker process: another one {@linkplain Deliveries#follow follows} its journals, which are
 * only kept readable here.
 */
public final class LeftToFollower implements JournalOutlet, AutoCloseable {
  private final JournalFlusher flusher = new JournalFlusher();

  @Override
  public void prepare(Trial trial) {}

  @Override
  public void track(Trial trial, Journal journal, RunSpec spec) {
    flusher.add(journal);
  }

  /** The follower sees to that. */
  @Override
  public void redeliver(Trial trial, RunSpec spec) {}

  @Override
  public void close() {
    flusher.close();
  }
}
