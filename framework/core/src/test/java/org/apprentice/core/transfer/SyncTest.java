package org.apprentice.core.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.spi.TrackingException;
import org.apprentice.tracking.Journal;
import org.apprentice.tracking.MlflowServerStub;
import org.apprentice.tracking.RunManifest;
import org.apprentice.tracking.StubRun;
import org.apprentice.tracking.Trackers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study of three trials, whose journals are in the results. */
class SyncTest {
  private static final int TRIALS = 3;
  private static final int POINTS = 1200;

  @TempDir Path folder;
  private Path results;
  private Path database;
  private String study;

  @BeforeEach
  void writeJournals() throws IOException {
    results = folder.resolve("results");
    database = folder.resolve("target.db");
    study = write("studies/sweep", "sweep", Optional.empty(), "sqlite:///" + database);
    for (int trial = 1; trial <= TRIALS; trial++) {
      write(
          "runs/abcdef" + trial,
          "sweep seed " + trial,
          Optional.of(study),
          "sqlite:///" + database);
    }
  }

  private String write(String path, String name, Optional<String> parent, String uri)
      throws IOException {
    Path run = Files.createDirectories(results.resolve(path));
    RunSpec spec = new RunSpec(RunSpec.newUid(), "cartpole", name, 1_790_000_000_000L, run);
    RunManifest.write(spec, uri, 0);
    Files.writeString(run.resolve("note.txt"), "of " + name);
    try (Journal journal = Journal.open(run)) {
      journal.append(new RunEvent.Started(spec.startMillis()));
      journal.append(new RunEvent.Param("network", "mlp"));
      journal.append(new RunEvent.Tag("study", "sweep"));
      if (parent.isPresent()) {
        journal.append(new RunEvent.Tag("mlflow.parentRunId", parent.get()));
        journal.append(new RunEvent.Tag("trial-key", run.getFileName().toString()));
        Files.writeString(run.resolve("parent-run"), parent.get());
      } else {
        journal.append(new RunEvent.Tag("seeds", "1"));
      }
      journal.append(
          new RunEvent.Dataset("episodes", "d1", "local", "{}", null, null, "demonstrations"));
      for (int step = 0; step < POINTS; step++) {
        journal.append(new RunEvent.Metric("loss", 1.0 / (step + 1), step, 1_790_000_000_000L));
      }
      journal.append(new RunEvent.Artifact("note.txt", "notes/note.txt"));
      journal.append(new RunEvent.Finished(RunEvent.Status.FINISHED, spec.startMillis() + 1000));
    }
    return spec.uid();
  }

  /** Ends the process, as far as a test can, before or after something arrives. */
  private static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Delivers to another place until a number of deliveries are done. */
  private static final class Mortal implements TrackerPlugin {
    private final String place;
    private int deliveriesLeft;

    Mortal(String place, int deliveries) {
      this.place = place;
      deliveriesLeft = deliveries;
    }

    @Override
    public boolean accepts(String uri) {
      return uri.equals("mortal");
    }

    @Override
    public String uriForms() {
      return "mortal";
    }

    @Override
    public Tracker open(String uri, Path results) {
      Tracker tracker = Trackers.open(place, results, List.of());
      return new Tracker() {
        @Override
        public void check() {
          tracker.check();
        }

        @Override
        public String howToView() {
          return tracker.howToView();
        }

        @Override
        public Run start(RunSpec spec) {
          Run run = tracker.start(spec);
          step();
          return new Run() {
            @Override
            public String id() {
              return run.id();
            }

            @Override
            public void deliver(List<RunEvent> events) {
              step();
              run.deliver(events);
              step();
            }
          };
        }

        private void step() {
          if (deliveriesLeft-- <= 0) {
            throw new Death();
          }
        }

        @Override
        public void close() {
          tracker.close();
        }
      };
    }
  }

  /** Keeps what it hears. */
  private static class Heard implements Sync.Listener {
    final List<String> delivered = new ArrayList<>();
    final List<String> notes = new ArrayList<>();

    @Override
    public void begun(String place, int runs) {}

    @Override
    public void progressed(String run, double share) {
      assertThat(share).isBetween(0.0, 1.0);
    }

    @Override
    public void delivered(String run) {
      delivered.add(run);
    }

    @Override
    public void noted(String line) {
      notes.add(line);
    }
  }

  private Sync.Outcome sync(Optional<String> to, List<TrackerPlugin> trackers, Heard heard)
      throws IOException {
    return Sync.run(
        new Sync.Order(results, to, Optional.empty(), List.of(), Optional.empty()),
        trackers,
        heard);
  }

  private static List<String> rows(Path database, String sql) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        all.add(rows.getString(1));
      }
      return all;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static List<List<String>> content(Path database) {
    return List.of(
        rows(database, "SELECT run_uuid||name||status||start_time||end_time FROM runs ORDER BY 1"),
        rows(database, "SELECT run_uuid||key||value FROM params ORDER BY 1"),
        rows(database, "SELECT run_uuid||key||value FROM tags ORDER BY 1"),
        rows(database, "SELECT run_uuid||key||value||step||timestamp FROM metrics ORDER BY 1"),
        rows(database, "SELECT run_uuid||key||value||step FROM latest_metrics ORDER BY 1"),
        rows(database, "SELECT destination_id FROM inputs ORDER BY 1"));
  }

  @Test
  void whatIsUndeliveredComesToItsOwnPlaceStudiesFirst() throws IOException {
    Heard heard = new Heard();
    Sync.Outcome outcome = sync(Optional.empty(), List.of(), heard);
    assertThat(outcome.delivered()).isEqualTo(1 + TRIALS);
    assertThat(outcome.there()).isZero();
    assertThat(outcome.left()).isEmpty();
    assertThat(heard.delivered.get(0)).isEqualTo("sweep");
    assertThat(rows(database, "SELECT status FROM runs"))
        .hasSize(1 + TRIALS)
        .containsOnly("FINISHED");
    assertThat(rows(database, "SELECT count(*) FROM metrics"))
        .containsExactly(String.valueOf((1 + TRIALS) * POINTS));
    assertThat(rows(database, "SELECT value FROM tags WHERE key = 'mlflow.parentRunId'"))
        .hasSize(TRIALS)
        .containsOnly(study);
    Sync.Outcome again = sync(Optional.empty(), List.of(), heard);
    assertThat(again.delivered()).isZero();
    assertThat(again.there()).isEqualTo(1 + TRIALS);
  }

  @Test
  void diedAnywhereAndRepeatedItEndsAsIfItHadNotDied() throws IOException {
    sync(Optional.empty(), List.of(), new Heard());
    List<List<String>> expected = content(database);
    Random random = new Random(5);
    for (int time = 0; time < 5; time++) {
      Path target = folder.resolve("died-" + time + ".db");
      int deaths = 0;
      boolean done = false;
      while (!done) {
        try {
          Mortal mortal = new Mortal("sqlite:///" + target, random.nextInt(20));
          done = sync(Optional.of("mortal"), List.of(mortal), new Heard()).left().isEmpty();
        } catch (Death death) {
          deaths++;
        }
      }
      assertThat(deaths).isPositive();
      assertThat(content(target)).as("after %d deaths", deaths).isEqualTo(expected);
      for (Path run : List.of(results.resolve("studies/sweep"), results.resolve("runs/abcdef1"))) {
        Files.delete(run.resolve("delivered"));
      }
      for (int trial = 2; trial <= TRIALS; trial++) {
        Files.delete(results.resolve("runs/abcdef" + trial).resolve("delivered"));
      }
    }
  }

  @Test
  void aServerHasEachRunOnceHoweverOftenSyncDies() throws IOException {
    Random random = new Random(7);
    try (MlflowServerStub server = MlflowServerStub.start()) {
      int deaths = 0;
      boolean done = false;
      while (!done) {
        try {
          Mortal mortal = new Mortal(server.uri(), random.nextInt(8));
          done = sync(Optional.of("mortal"), List.of(mortal), new Heard()).left().isEmpty();
        } catch (Death death) {
          deaths++;
        }
      }
      assertThat(deaths).isPositive();
      assertThat(server.store().runs()).hasSize(1 + TRIALS);
      String parent = server.store().runs(study).get(0).id();
      for (StubRun run : server.store().runs()) {
        assertThat(run.status()).isEqualTo("FINISHED");
        assertThat(run.points()).hasSize(POINTS);
        assertThat(run.inputs()).hasSize(1);
        assertThat(server.store().files(run)).containsKey("notes/note.txt");
        boolean isStudy = run.id().equals(parent);
        assertThat(run.tags().get("mlflow.parentRunId")).isEqualTo(isStudy ? null : parent);
      }
    }
  }

  @Test
  void runsOfADatabaseSurviveDeathsToo() throws IOException {
    sync(Optional.empty(), List.of(), new Heard());
    Folders.delete(results.resolve("runs"));
    Folders.delete(results.resolve("studies"));
    Path target = folder.resolve("copy.db");
    Random random = new Random(6);
    Sync.Order order =
        new Sync.Order(
            results,
            Optional.of("mortal"),
            Optional.empty(),
            List.of(),
            Optional.of("sqlite:///" + database));
    int deaths = 0;
    boolean done = false;
    while (!done) {
      try {
        Mortal mortal = new Mortal("sqlite:///" + target, random.nextInt(20));
        done = Sync.run(order, List.of(mortal), new Heard()).left().isEmpty();
      } catch (Death death) {
        deaths++;
      }
    }
    assertThat(deaths).isPositive();
    assertThat(content(target)).isEqualTo(content(database));
    Path note = results.resolve("artifacts/1").resolve(study).resolve("artifacts/notes/note.txt");
    assertThat(note).hasContent("of sweep");
  }

  @Test
  void oneRunThatIsRefusedDoesNotKeepTheOthers() throws IOException {
    Set<String> names = new TreeSet<>(List.of("sweep seed 2"));
    Heard heard = new Heard();
    Sync.Outcome outcome = sync(Optional.of("picky"), List.of(new Picky(names)), heard);
    assertThat(outcome.delivered()).isEqualTo(TRIALS);
    assertThat(outcome.left())
        .containsExactly("sweep seed 2 is not at picky: sweep seed 2 is not wanted");
    names.clear();
    assertThat(sync(Optional.of("picky"), List.of(new Picky(names)), heard))
        .extracting(Sync.Outcome::delivered, Sync.Outcome::there)
        .containsExactly(1, TRIALS);
  }

  @Test
  void trialsBelowAStudyThatIsRefusedAreLeftToo() throws IOException {
    Sync.Outcome outcome =
        sync(Optional.of("picky"), List.of(new Picky(Set.of("sweep"))), new Heard());
    assertThat(outcome.delivered()).isZero();
    assertThat(outcome.left())
        .hasSize(1 + TRIALS)
        .contains("sweep seed 1 is not at picky: the run above it is missing there");
  }

  /** Takes all runs but some. */
  private record Picky(Set<String> refused) implements TrackerPlugin {
    @Override
    public boolean accepts(String uri) {
      return uri.equals("picky");
    }

    @Override
    public String uriForms() {
      return "picky";
    }

    @Override
    public Tracker open(String uri, Path results) {
      return new Tracker() {
        @Override
        public void check() {}

        @Override
        public String howToView() {
          return "look";
        }

        @Override
        public Run start(RunSpec spec) {
          if (refused.contains(spec.name())) {
            throw new TrackingException(spec.name() + " is not wanted");
          }
          return new Run() {
            @Override
            public String id() {
              return spec.uid();
            }

            @Override
            public void deliver(List<RunEvent> events) {}
          };
        }

        @Override
        public void close() {}
      };
    }
  }

  @Test
  void aRunThatIsBeingWrittenIsDeliveredAsFarAsItIs() throws IOException {
    Path run = results.resolve("runs/abcdef1");
    try (Journal journal = Journal.open(run)) {
      journal.append(new RunEvent.Started(1_790_000_002_000L));
      journal.sync();
      Heard heard = new Heard();
      Sync.Outcome own = sync(Optional.empty(), List.of(), heard);
      assertThat(own.delivered()).isEqualTo(TRIALS);
      assertThat(own.left()).isEmpty();
      assertThat(heard.notes)
          .containsExactly("sweep seed 1 is being written by a process that delivers it itself");
      heard.notes.clear();
      Path target = folder.resolve("other.db");
      sync(Optional.of("sqlite:///" + target), List.of(), heard);
      assertThat(heard.notes)
          .containsExactly("sweep seed 1 has not ended: it was delivered as far as it is");
      assertThat(rows(target, "SELECT name FROM runs WHERE status = 'RUNNING'"))
          .containsExactly("sweep seed 1");
    }
  }

  @Test
  void aJournalThatIsTornIsDeliveredUpToThereAndSaysSo() throws IOException {
    Path run = results.resolve("runs/abcdef1");
    Files.writeString(run.resolve("journal.jsonl"), "{\"metric\":\"lo", StandardOpenOption.APPEND);
    Heard heard = new Heard();
    assertThat(sync(Optional.empty(), List.of(), heard).left()).isEmpty();
    assertThat(heard.notes)
        .containsExactly(
            "left behind: the last 13 bytes of the journal in "
                + run
                + ", which are torn or damaged");
    assertThat(rows(database, "SELECT status FROM runs")).containsOnly("FINISHED");
  }

  @Test
  void twoAtOnceOnTheSameResultsAreRefused() throws IOException {
    Heard heard =
        new Heard() {
          @Override
          public void delivered(String run) {
            super.delivered(run);
            assertThatThrownBy(() -> sync(Optional.empty(), List.of(), new Heard()))
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("another process is delivering the runs of " + results);
          }
        };
    sync(Optional.empty(), List.of(), heard);
    assertThat(heard.delivered).hasSize(1 + TRIALS);
  }
}
