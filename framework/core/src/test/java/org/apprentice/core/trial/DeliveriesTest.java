package org.apprentice.core.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apprentice.core.config.Trial;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.spi.TrackingException;
import org.apprentice.tracking.Delivery;
import org.apprentice.tracking.Receipts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveriesTest {
  @TempDir Path folder;

  /** The worker and the one who follows it are in one process here. */
  @Test
  void aRunThatAWorkerWritesIsFollowedToItsEnd() throws Exception {
    Trial trial = Climbing.trial(folder, "tracking.uri=sqlite");
    Climbing climbing = new Climbing(folder.resolve("results"));
    Deliveries deliveries = new Deliveries(List.of(), climbing.results());
    List<Delivery.Followed> followed = new ArrayList<>();
    TrialListener follower =
        new TrialListener() {
          @Override
          public void started(Trial started, Path runFolder, long resumedAt) {
            try {
              TrialStatus status = TrialStatus.read(runFolder).orElseThrow();
              followed.add(deliveries.follow(started, status.spec(started, runFolder)));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    try (LeftToFollower outlet = new LeftToFollower()) {
      Path source = folder.resolve("climb.conf");
      new TrialRunner(climbing.results(), outlet, follower, () -> false).run(trial, source, false);
    }
    followed.get(0).end();
    assertThat(deliveries.close()).isEmpty();

    Path run = climbing.folder(trial.key());
    assertThat(Receipts.isComplete(run, "sqlite")).isTrue();
    assertThat(followed).hasSize(1);
    assertThat(value(climbing, "SELECT status FROM runs")).isEqualTo("FINISHED");
    assertThat(value(climbing, "SELECT count(*) FROM metrics"))
        .isEqualTo(
            String.valueOf(
                climbing.journal(trial.key()).stream()
                    .filter(RunEvent.Metric.class::isInstance)
                    .count()));
  }

  /** Everything that it holds has come from runs of which it was told. */
  private static final class Place implements TrackerPlugin, Tracker {
    private final List<String> started = new CopyOnWriteArrayList<>();
    private final List<RunEvent> events = new CopyOnWriteArrayList<>();
    private volatile String missing = "";

    @Override
    public boolean accepts(String uri) {
      return uri.equals("place");
    }

    @Override
    public String uriForms() {
      return "place";
    }

    @Override
    public Tracker open(String uri, Path results) {
      return this;
    }

    @Override
    public void check() {}

    @Override
    public String howToView() {
      return "look";
    }

    @Override
    public Tracker.Run start(RunSpec spec) {
      String run = spec.directory().getFileName().toString();
      if (run.equals(missing)) {
        throw TrackingException.temporary("out of order", null);
      }
      started.add(run);
      return new Tracker.Run() {
        @Override
        public String id() {
          return spec.uid();
        }

        @Override
        public void deliver(List<RunEvent> batch) {
          events.addAll(batch);
        }
      };
    }

    @Override
    public void close() {}
  }

  /** As a process that is killed leaves it: nothing is closed. */
  @Test
  void whatHasArrivedIsNotDeliveredAgainByALaterProcess() throws Exception {
    List<Trial> trials = new ArrayList<>();
    for (int seed = 1; seed <= 4; seed++) {
      trials.add(Climbing.trial(folder, "tracking.uri=place", "training.seed=" + seed));
    }
    Climbing climbing = new Climbing(folder.resolve("results"));
    Place first = new Place();
    String late = trials.get(3).key();
    first.missing = late;
    Deliveries killed = new Deliveries(List.of(first), climbing.results());
    for (Trial trial : trials) {
      run(climbing, trial, killed);
    }
    for (Trial trial : trials.subList(0, 3)) {
      awaitReceipt(climbing.folder(trial.key()));
    }
    assertThat(climbing.folder(late).resolve("delivered")).doesNotExist();

    Place second = new Place();
    runAgain(climbing, trials, second);
    assertThat(second.started).containsExactly(late);
    assertThat(second.events).isEqualTo(climbing.journal(late));

    Place third = new Place();
    runAgain(climbing, trials, third);
    assertThat(third.started).isEmpty();

    // Another study reuses one of them, which its journal then tells.
    Trial shared =
        Climbing.trial(folder, "tracking.uri=place", "training.seed=2", "name=another-study");
    assertThat(shared.key()).isEqualTo(trials.get(1).key());
    Place away = new Place();
    away.missing = shared.key();
    Deliveries alsoKilled = new Deliveries(List.of(away), climbing.results());
    run(climbing, shared, alsoKilled);
    Place fourth = new Place();
    runAgain(climbing, trials, fourth);
    assertThat(fourth.started).containsExactly(shared.key());
    assertThat(fourth.events).contains(new RunEvent.Tag("studies", "climb, another-study"));

    first.missing = "";
    away.missing = "";
    assertThat(killed.close()).isEmpty();
    assertThat(alsoKilled.close()).isEmpty();
  }

  private void run(Climbing climbing, Trial trial, Deliveries deliveries) throws IOException {
    TrialStatus status =
        new TrialRunner(climbing.results(), deliveries, new TrialListener() {}, () -> false)
            .run(trial, folder.resolve("climb.conf"), false);
    assertThat(status.state()).isEqualTo(TrialStatus.State.FINISHED);
  }

  private void runAgain(Climbing climbing, List<Trial> trials, Place place) throws IOException {
    Deliveries deliveries = new Deliveries(List.of(place), climbing.results());
    for (Trial trial : trials) {
      run(climbing, trial, deliveries);
    }
    assertThat(deliveries.close()).isEmpty();
  }

  private static void awaitReceipt(Path run) throws IOException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!Receipts.isComplete(run, "place") && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    assertThat(Receipts.isComplete(run, "place")).isTrue();
  }

  private static String value(Climbing climbing, String sql) throws SQLException {
    String database = "jdbc:sqlite:" + climbing.results().resolve("mlflow.db");
    try (Connection connection = DriverManager.getConnection(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.getString(1);
    }
  }
}
