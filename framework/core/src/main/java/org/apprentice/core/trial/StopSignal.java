package org.apprentice.core.trial;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Becomes true when the process is asked to end (Ctrl-C, TERM), and holds its end back until the
 * trial is put away.
 */
public final class StopSignal implements BooleanSupplier {
  private static final int PATIENCE_SECONDS = 20;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean stopRequested;

  private StopSignal() {}

  public static StopSignal onShutdown() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::stopAndWait, "stop"));
    return signal;
  }

  /** Asks for the end from within the process, which goes on. */
  public void request() {
    stopRequested = true;
  }

  private void stopAndWait() {
    stopRequested = true;
    try {
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println(
            "apprentice: the trial did not reach a checkpoint within "
                + PATIENCE_SECONDS
                + " s; resume goes on from the one before");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean getAsBoolean() {
    return stopRequested;
  }

  /** Everything is put away: the process may end. */
  public void done() {
    finished.countDown();
  }
}
