package org.apprentice.tracking;

import static org.apprentice.tracking.Events.TIME;
import static org.apprentice.tracking.Events.metric;
import static org.apprentice.tracking.Events.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.TrackingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Retry.Pauses QUICK =
      new Retry.Pauses(Duration.ofMillis(1), Duration.ofMillis(4));

  @TempDir Path results;

  private RunSpec run(String name) {
    return spec(results.resolve("runs").resolve(name));
  }

  private static List<RunEvent> metrics(int count) {
    List<RunEvent> events = new ArrayList<>();
    for (int step = 0; step < count; step++) {
      events.add(metric("loss", step, step));
    }
    return events;
  }

  @Test
  void everythingJournaledBeforeClosingArrivesInOrder() {
    Place place = new Place();
    Delivery delivery = Delivery.to(place);
    RunSpec first = run("first");
    RunSpec second = run("second");
    List<RunEvent> events = metrics(3500);
    try (Journal open = Journal.open(first.directory());
        Journal closed = Journal.open(second.directory())) {
      delivery.track(open, first);
      delivery.track(closed, second);
      events.forEach(open::append);
      events.subList(0, 10).forEach(closed::append);
      closed.close();
      assertThat(delivery.close(LONG)).isEqualTo(new Delivery.Undelivered(0, Optional.empty()));
    }
    assertThat(place.runs.get(first.uid())).isEqualTo(events);
    assertThat(place.runs.get(second.uid())).isEqualTo(events.subList(0, 10));
    assertThat(place.closed).isTrue();
  }

  @Test
  void aPlaceThatIsAwayForAWhileMissesNothing() {
    int[] failures = {0};
    Place place =
        new Place(
            spec -> {},
            () -> {
              if (failures[0]++ % 3 != 2) {
                throw TrackingException.temporary("the place is busy", null);
              }
            });
    Delivery delivery = Delivery.to(place, (spec, length) -> {}, QUICK);
    RunSpec run = run("run");
    List<RunEvent> events = metrics(2500);
    try (Journal journal = Journal.open(run.directory())) {
      delivery.track(journal, run);
      events.forEach(journal::append);
    }
    assertThat(delivery.close(LONG).events()).isZero();
    assertThat(place.runs.get(run.uid())).isEqualTo(events);
    assertThat(failures[0]).isEqualTo(9);
  }

  @Test
  void aRunThatIsRefusedDoesNotHoldUpOthers() {
    RunSpec refused = run("refused");
    RunSpec fine = run("fine");
    Place place =
        new Place(
            spec -> {
              if (spec.equals(refused)) {
                throw new TrackingException("its experiment was deleted");
              }
            },
            () -> {});
    Delivery delivery = Delivery.to(place);
    for (RunSpec run : List.of(refused, fine)) {
      try (Journal journal = Journal.open(run.directory())) {
        delivery.track(journal, run);
        metrics(7).forEach(journal::append);
      }
    }
    assertThat(delivery.close(LONG))
        .isEqualTo(new Delivery.Undelivered(7, Optional.of("its experiment was deleted")));
    assertThat(place.runs.get(fine.uid())).hasSize(7);

    Place again = new Place();
    Delivery later = Delivery.to(again);
    later.redeliver(refused);
    assertThat(later.close(LONG).events()).isZero();
    assertThat(again.runs.get(refused.uid())).isEqualTo(metrics(7));
  }

  @Test
  void aTrackerThatBreaksIsReportedAndNotAskedAgain() {
    Place place =
        new Place(
            spec -> {},
            () -> {
              throw new IllegalStateException("a mistake");
            });
    Delivery delivery = Delivery.to(place);
    RunSpec run = run("run");
    try (Journal journal = Journal.open(run.directory())) {
      delivery.track(journal, run);
      metrics(3).forEach(journal::append);
    }
    Delivery.Undelivered left = delivery.close(LONG);
    assertThat(left.events()).isEqualTo(3);
    assertThat(left.problem())
        .hasValueSatisfying(p -> assertThat(p).contains("a mistake", "keeps everything"));
  }

  /** The second run's journal grows once more when everything before has arrived. */
  @Test
  void tellsHowFarACompleteRunArrived() throws Exception {
    Map<String, Long> complete = new ConcurrentHashMap<>();
    CountDownLatch first = new CountDownLatch(1);
    Place place = new Place();
    Delivery delivery =
        Delivery.to(
            place,
            (spec, length) -> {
              complete.put(spec.directory().getFileName().toString(), length);
              first.countDown();
            });
    RunSpec closed = run("closed");
    RunSpec open = run("open");
    long closedLength;
    try (Journal journal = Journal.open(closed.directory())) {
      delivery.track(journal, closed);
      metrics(1500).forEach(journal::append);
      closedLength = journal.sync();
    }
    try (Journal journal = Journal.open(open.directory())) {
      delivery.track(journal, open);
      metrics(5).forEach(journal::append);
      long openLength = journal.sync();
      assertThat(first.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(complete).containsExactly(Map.entry("closed", closedLength));
      assertThat(delivery.close(LONG).events()).isZero();
      journal.append(metric("loss", 1, 9999));
      journal.sync();
      assertThat(complete).containsEntry("open", openLength);
      assertThat(Journal.length(open.directory())).isGreaterThan(openLength);
    }
    assertThat(Journal.length(closed.directory())).isEqualTo(closedLength);
    assertThat(Journal.length(run("nowhere").directory())).isZero();
  }

  @Test
  void nothingIsCompleteThatWasRefused() {
    List<String> complete = new ArrayList<>();
    Place place =
        new Place(
            spec -> {},
            () -> {
              throw new TrackingException("its experiment was deleted");
            });
    Delivery delivery = Delivery.to(place, (spec, length) -> complete.add(spec.name()));
    RunSpec run = run("run");
    try (Journal journal = Journal.open(run.directory())) {
      delivery.track(journal, run);
      metrics(3).forEach(journal::append);
    }
    assertThat(delivery.close(LONG).events()).isEqualTo(3);
    assertThat(complete).isEmpty();
  }

  @Test
  void closingDoesNotWaitForAPlaceThatHangs() {
    CountDownLatch release = new CountDownLatch(1);
    Place place =
        new Place(
            spec -> {},
            () -> {
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Delivery delivery = Delivery.to(place);
    RunSpec run = run("run");
    try (Journal journal = Journal.open(run.directory())) {
      delivery.track(journal, run);
      metrics(1500).forEach(journal::append);
      journal.sync();
      assertThat(delivery.close(Duration.ofMillis(20)).events()).isEqualTo(1500);
      // Training goes on undisturbed.
      journal.append(metric("loss", 1, 9999));
      journal.sync();
    } finally {
      release.countDown();
    }
  }

  @Test
  void closingWaitsForALargeFileThatIsOnItsWay() {
    AtomicLong ticks = new AtomicLong();
    Place place =
        new Place(
            spec -> {},
            () -> {
              for (int tick = 0; tick < 30; tick++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                ticks.incrementAndGet();
              }
            });
    place.progress = ticks::get;
    Delivery delivery = Delivery.to(place);
    RunSpec run = run("run");
    try (Journal journal = Journal.open(run.directory())) {
      delivery.track(journal, run);
      journal.append(metric("loss", 1, 1));
    }
    assertThat(delivery.close(Duration.ofSeconds(1)).events()).isZero();
  }

  @Test
  void aJournalThatIsMissingIsReported() {
    Delivery delivery = Delivery.to(new Place());
    delivery.redeliver(run("nowhere"));
    assertThat(delivery.close(LONG).problem())
        .hasValueSatisfying(problem -> assertThat(problem).contains("nowhere"));
  }

  @Test
  void aResumedRunGoesOnInTheSameMlflowRun() {
    RunSpec run = run("run");
    Database database = new Database(results.resolve("mlflow.db"));
    long checkpoint = 0;
    for (int resume = 0; resume < 3; resume++) {
      try (Delivery delivery = Delivery.open("sqlite", results, List.of());
          Journal journal = Journal.open(run.directory())) {
        delivery.track(journal, run);
        journal.resumeAt(checkpoint);
        journal.append(new RunEvent.Started(TIME + resume));
        for (long step = 10L * resume; step < 10 * resume + 15; step++) {
          // A repeated point comes at another time of day.
          journal.append(new RunEvent.Metric("loss", step, step, TIME + 100L * resume + step));
          if (step == 10 * resume + 9) {
            checkpoint = journal.sync();
          }
        }
        journal.append(new RunEvent.Finished(RunEvent.Status.KILLED, TIME + resume));
      }
    }
    assertThat(database.rows("SELECT status, end_time FROM runs"))
        .containsExactly(List.of("KILLED", TIME + 2));
    assertThat(database.value("SELECT count(*) FROM metrics")).isEqualTo(35);
    assertThat(database.value("SELECT count(DISTINCT step) FROM metrics")).isEqualTo(35);
    assertThat(database.value("SELECT step FROM latest_metrics")).isEqualTo(34);
  }

  /** Three runs fail once each; then none is tried before the pause is over, and then only one. */
  @Test
  void aPlaceThatIsAwayIsNotAskedForEveryRun() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch three = new CountDownLatch(3);
    Place place =
        new Place(
            spec -> {
              calls.incrementAndGet();
              three.countDown();
              throw TrackingException.temporary("away", null);
            },
            () -> {});
    Retry.Pauses forever = new Retry.Pauses(Duration.ofDays(1), Duration.ofDays(1));
    Delivery delivery = Delivery.to(place, (spec, length) -> {}, forever);
    List<Journal> journals = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RunSpec run = run("run" + i);
      Journal journal = Journal.open(run.directory());
      journals.add(journal);
      journal.append(metric("loss", i, 0));
      delivery.track(journal, run);
    }
    assertThat(three.await(1, TimeUnit.MINUTES)).isTrue();
    journals.forEach(Journal::close);
    Delivery.Undelivered left = delivery.close(Duration.ofMillis(300));
    assertThat(left).isEqualTo(new Delivery.Undelivered(20, Optional.of("away")));
    assertThat(calls.get()).as("three, and one more when closing").isEqualTo(4);
  }

  @Test
  void aPlaceThatAsksForAPauseGetsIt() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Place place =
        new Place(
            spec -> {
              if (calls.incrementAndGet() == 1) {
                throw new BusyException(Duration.ofMillis(700));
              }
            },
            () -> {});
    Delivery delivery = Delivery.to(place, (spec, length) -> {}, QUICK);
    List<Long> asked = new ArrayList<>();
    RunSpec run = run("run");
    long start = System.nanoTime();
    try (Journal journal = Journal.open(run.directory())) {
      delivery.track(journal, run);
      journal.append(metric("loss", 1, 0));
      journal.sync();
      while (place.runs.isEmpty()) {
        LockSupport.parkNanos(1_000_000);
      }
      asked.add(System.nanoTime() - start);
    }
    assertThat(delivery.close(LONG).events()).isZero();
    assertThat(Duration.ofNanos(asked.get(0))).isGreaterThan(Duration.ofMillis(700));
    assertThat(calls.get()).isEqualTo(2);
  }

  private static final class BusyException extends TrackingException {
    private static final long serialVersionUID = 1L;

    BusyException(Duration retryAfter) {
      super("busy", null, true, retryAfter);
    }
  }

  @Test
  void whatEarlierProcessesLeftIsDeliveredAlong() throws IOException {
    RunSpec left = run("left");
    RunSpec elsewhere = run("elsewhere");
    RunSpec live = run("live");
    for (RunSpec run : List.of(left, elsewhere, live)) {
      try (Journal journal = Journal.open(run.directory())) {
        metrics(3).forEach(journal::append);
      }
      RunManifest.write(run, run.equals(elsewhere) ? "none" : "sqlite", 0);
    }
    try (Journal written = Journal.open(live.directory())) {
      assertThat(Delivery.open("sqlite", results, List.of()).close(LONG).events()).isZero();
      written.sync();
    }
    Database database = new Database(results.resolve("mlflow.db"));
    assertThat(database.rows("SELECT run_uuid FROM runs")).containsExactly(List.of(left.uid()));
    assertThat(database.value("SELECT count(*) FROM metrics")).isEqualTo(3);
    assertThat(Receipts.isComplete(left.directory(), "sqlite")).isTrue();

    assertThat(Delivery.open("sqlite", results, List.of()).close(LONG).events()).isZero();
    assertThat(database.value("SELECT count(*) FROM runs")).isEqualTo(2);
  }

  @Test
  void longMetricsAreThinnedAsTheRunSays() throws IOException {
    RunSpec run = run("run");
    List<RunEvent> events = metrics(5000);
    try (Journal journal = Journal.open(run.directory())) {
      events.forEach(journal::append);
      journal.append(new RunEvent.Finished(RunEvent.Status.FINISHED, TIME));
    }
    RunManifest.write(run, "place", 200);
    Place place = new Place();
    Delivery delivery = Delivery.to(place);
    delivery.redeliver(run);
    assertThat(delivery.close(LONG).events()).isZero();
    List<RunEvent> sent = place.runs.get(run.uid());
    assertThat(sent).hasSizeBetween(100, 201).contains(events.get(0), events.get(4999));
    assertThat(Events.read(run.directory())).hasSize(5001);
  }

  @Test
  void refusesPlacesThatCannotBeBeforeAnythingRuns() {
    assertThatThrownBy(() -> Delivery.open("http://localhost:port", results, List.of()))
        .isInstanceOf(TrackingException.class)
        .hasMessageContaining("tracking.uri must be");
  }

  @Test
  void anUnknownDatabaseStopsNoRun() {
    new Database(results.resolve("mlflow.db")).execute("CREATE TABLE songs (name TEXT)");
    RunSpec run = run("run");
    Delivery delivery = Delivery.open("sqlite", results, List.of());
    try (Journal journal = Journal.open(run.directory())) {
      delivery.track(journal, run);
      metrics(5).forEach(journal::append);
      Delivery.Undelivered left = delivery.close(LONG);
      assertThat(left.events()).isEqualTo(5);
      assertThat(left.problem())
          .hasValueSatisfying(p -> assertThat(p).contains("not one of MLflow's"));
    }
    assertThat(Events.read(run.directory())).isEqualTo(metrics(5));
  }
}
