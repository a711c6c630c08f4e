package org.apprentice.tracking;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apprentice.spi.RunEvent;

/** Runs whose process died before it could say that they ended. */
public final class DeadRuns {
  /** What a run turned out to be. */
  public enum State {
    /** Somebody is writing it. */
    IN_USE,
    /** It says how it ended, or nothing at all. */
    ENDED,
    /** It did not say, and now says {@code KILLED}. */
    KILLED
  }

  private DeadRuns() {}

  /**
   * Has a run that nobody writes, and that does not say how it ended, say {@code KILLED}, at the
   * time of the last thing that it does say. A run that is taken up again says so in its turn.
   *
   * @throws JournalException if its journal is damaged or cannot be written
   */
  public static State end(Path run) throws IOException {
    if (RunLock.isHeld(run)) {
      return State.IN_USE;
    }
    if (Journal.length(run) == 0) {
      return State.ENDED;
    }
    try (Journal journal = Journal.open(run)) {
      AtomicReference<RunEvent> last = new AtomicReference<>();
      AtomicLong time =
          new AtomicLong(RunManifest.read(run).map(it -> it.spec().startMillis()).orElse(0L));
      Journal.read(
          run,
          event -> {
            if (event instanceof RunEvent.Started started) {
              last.set(event);
              time.set(started.timestampMillis());
            } else if (event instanceof RunEvent.Finished) {
              last.set(event);
            } else if (event instanceof RunEvent.Metric metric) {
              time.set(Math.max(time.get(), metric.timestampMillis()));
            }
          });
      if (last.get() instanceof RunEvent.Finished) {
        return State.ENDED;
      }
      journal.append(new RunEvent.Finished(RunEvent.Status.KILLED, time.get()));
      journal.sync();
      return State.KILLED;
    } catch (RunInUseException e) {
      return State.IN_USE;
    }
  }
}
