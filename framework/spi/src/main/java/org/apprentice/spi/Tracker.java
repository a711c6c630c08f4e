package org.apprentice.spi;

import java.util.List;

/**
 * Delivers journaled runs. All methods but {@link #close()} are called from one delivery thread,
 * never from training, and may wait for the place. Delivery is repeatable: the same events
 * delivered again, alone or after others, change nothing, so that a delivery that broke off
 * anywhere is mended by delivering from the start.
 *
 * <p>Every method throws {@link TrackingException}, {@linkplain TrackingException#isTemporary()
 * temporary} if the same call may succeed later.
 */
public interface Tracker extends AutoCloseable {
  /**
   * Most events handed to {@link Run#deliver} at once; MLflow servers take no more metrics in a
   * request.
   */
  int MAX_BATCH = 1000;

  /** Connects to the place and checks that it can hold runs; {@link #start} does so too. */
  void check();

  /** How a person looks at the runs: a command or an address. Needs no connection. */
  String howToView();

  /**
   * Grows while a call is under way that takes long, for example with a large file, so that whoever
   * waits for it sees that it has not come to a stop. May be asked by any thread.
   */
  default long progress() {
    return 0;
  }

  /** Creates the run, or finds it again by {@link RunSpec#uid()}. */
  Run start(RunSpec spec);

  /** One run at the tracking place. */
  interface Run {
    /** The id under which the tracking place knows the run. */
    String id();

    /**
     * Delivers at most {@link #MAX_BATCH} events in order; all or nothing where the place can do
     * so.
     */
    void deliver(List<RunEvent> events);
  }

  /** Frees the connection. May come from another thread, to break off a call that hangs. */
  @Override
  void close();
}
