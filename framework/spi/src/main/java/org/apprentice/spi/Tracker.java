package org.apprentice.spi;

import java.util.List;

/**
 * Delivers journaled runs. Called from one delivery thread, never from training. Delivery is
 * repeatable: the same events delivered again change nothing.
 */
public interface Tracker extends AutoCloseable {
  /** Creates the run, or finds it again by {@link RunSpec#uid()}. */
  Run start(RunSpec spec);

  /** One run at the tracking place. */
  interface Run {
    /** The id under which the tracking place knows the run. */
    String id();

    /** Delivers events in order; all or nothing where the place can do so. */
    void deliver(List<RunEvent> events);
  }

  @Override
  void close();
}
