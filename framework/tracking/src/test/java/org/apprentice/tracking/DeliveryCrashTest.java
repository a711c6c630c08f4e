package org.apprentice.tracking;

import static org.apprentice.tracking.Events.spec;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A run that is delivered to a database and to a server, and killed without warning. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "kills with kill")
class DeliveryCrashTest {
  @TempDir Path results;

  @Test
  void nothingJournaledIsMissingAfterSomeKills() throws Exception {
    killAndRepair(5);
  }

  @Tag("learning")
  @Test
  void nothingJournaledIsMissingAfterAHundredKills() throws Exception {
    killAndRepair(100);
  }

  private void killAndRepair(int kills) throws Exception {
    RunSpec run = spec(Files.createDirectories(results.resolve("runs").resolve("run")));
    RunManifest.write(run, "sqlite", 0);
    try (MlflowServerStub server = MlflowServerStub.start()) {
      List<String> uris = List.of("sqlite", server.uri());
      Random moments = new Random(kills);
      for (int kill = 0; kill < kills; kill++) {
        Process process = DeliveryProgram.start(results, run.directory(), 0, uris);
        // Some are killed before they have begun, most while they write and deliver.
        boolean early = moments.nextInt(10) == 0;
        if (!early) {
          assertThat(process.inputReader().readLine()).isEqualTo(DeliveryProgram.BEGUN);
        }
        process.waitFor(moments.nextInt(1300), TimeUnit.MILLISECONDS);
        assertThat(process.isAlive()).as("until it is killed").isTrue();
        process.destroyForcibly().waitFor();
        assertPlacesKnowNothingElse(run, server);
      }

      assertThat(DeadRuns.end(run.directory())).isEqualTo(DeadRuns.State.KILLED);
      for (String uri : uris) {
        Delivery delivery = Delivery.open(uri, results, List.of());
        delivery.redeliver(run);
        assertThat(delivery.close(Duration.ofMinutes(1)).events()).isZero();
      }
      Set<List<Object>> journaled = journaled(run);
      assertThat(journaled).hasSizeGreaterThan(kills);
      assertThat(inDatabase()).isEqualTo(journaled);
      assertThat(onServer(run, server)).isEqualTo(journaled);
      assertThat(new Database(results.resolve("mlflow.db")).rows("SELECT status FROM runs"))
          .containsExactly(List.of("KILLED"));
      assertThat(server.store().runs(run.uid())).hasSize(1);
      assertThat(server.store().runs(run.uid()).get(0).status()).isEqualTo("KILLED");
    }
  }

  /** What a place has, the journal has as well, whenever its writer dies. */
  private void assertPlacesKnowNothingElse(RunSpec run, MlflowServerStub server) {
    Set<List<Object>> journaled = journaled(run);
    for (Set<List<Object>> known : List.of(inDatabase(), onServer(run, server))) {
      known.removeAll(journaled);
      assertThat(known).as("what is nowhere else").isEmpty();
    }
  }

  private static Set<List<Object>> journaled(RunSpec run) {
    Set<List<Object>> points = new HashSet<>();
    if (!Files.exists(run.directory().resolve(Journal.FILE))) {
      // Killed before it began.
      return points;
    }
    for (RunEvent event : Events.read(run.directory())) {
      if (event instanceof RunEvent.Metric metric) {
        points.add(point(metric));
      }
    }
    return points;
  }

  private static List<Object> point(RunEvent.Metric metric) {
    return List.of(metric.key(), metric.step(), metric.value(), metric.timestampMillis());
  }

  private Set<List<Object>> inDatabase() {
    Set<List<Object>> points = new HashSet<>();
    Database database = new Database(results.resolve("mlflow.db"));
    // A process that dies early has not made the tables yet.
    if (!database.rows("SELECT 1 FROM sqlite_master WHERE name = 'metrics'").isEmpty()) {
      for (List<Object> row : database.rows("SELECT key, step, value, timestamp FROM metrics")) {
        points.add(
            List.of(
                row.get(0),
                ((Number) row.get(1)).longValue(),
                row.get(2),
                ((Number) row.get(3)).longValue()));
      }
    }
    return points;
  }

  private static Set<List<Object>> onServer(RunSpec run, MlflowServerStub server) {
    Set<List<Object>> points = new HashSet<>();
    for (StubRun found : server.store().runs(run.uid())) {
      found.points().stream().map(DeliveryCrashTest::point).forEach(points::add);
    }
    return points;
  }
}
