package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many points a second come from a journal to a server on loopback; says so. */
@Tag("learning")
class ServerThroughputTest {
  private static final int POINTS = 200_000;
  private static final int KEYS = 20;

  @TempDir Path results;

  @Test
  void manyPointsArriveAll() throws Exception {
    try (MlflowServerStub stub = MlflowServerStub.start()) {
      // The first is for the compiler.
      for (int round = 0; round < 3; round++) {
        RunSpec spec = Events.spec(results.resolve("run" + round));
        double seconds = deliver(stub, spec);
        assertThat(stub.store().runs(spec.uid()).get(0).points()).hasSize(POINTS);
        System.out.printf(
            "journal and delivery of %,d points to %s: %.1f s, %,.0f points/s%n",
            POINTS, stub.uri(), seconds, POINTS / seconds);
      }
    }
  }

  private double deliver(MlflowServerStub stub, RunSpec spec) {
    long start = System.nanoTime();
    ServerAddress address = ServerAddress.of(stub.uri(), name -> null);
    Delivery delivery = Delivery.to(new ServerTracker(new MlflowServer(address), results));
    try (Journal journal = Journal.open(spec.directory())) {
      delivery.track(journal, spec);
      journal.append(new RunEvent.Started(Events.TIME));
      for (int i = 0; i < POINTS; i++) {
        journal.append(Events.metric("group/metric-" + i % KEYS, 1.0 / (i + 3), i / KEYS));
      }
      journal.append(new RunEvent.Finished(RunEvent.Status.FINISHED, Events.TIME));
    }
    assertThat(delivery.close(Duration.ofMinutes(5)).events()).isZero();
    return (System.nanoTime() - start) * 1e-9;
  }
}
