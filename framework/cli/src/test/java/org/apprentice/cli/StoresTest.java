package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apprentice.tracking.MlflowServerStub;
import org.apprentice.tracking.StubRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a small ablation, in MLflow's database and wherever they are taken from there. */
class StoresTest {
  @TempDir static Path folder;
  private static Workplace workplace;
  private static Workplace empty;

  @BeforeAll
  static void train() throws IOException {
    workplace = new Workplace(folder.resolve("results"));
    empty = new Workplace(Files.createDirectories(folder.resolve("empty")));
    Path experiment =
        Workplace.write(
            folder.resolve("toy.conf"),
            Experiments.PPO
                + """
                evaluation { every = 64, solved { mean = 5 } }
                ablation {
                  variants { wide { network.hidden = [16] }, no-entropy { algorithm.entropy = 0.5 } }
                  seeds = [1, 2]
                }
                """);
    Workplace.Outcome trained = workplace.run("run", experiment.toString());
    assertThat(trained.exitCode()).as(trained.text()).isZero();
  }

  private static String database() {
    return "sqlite:///" + workplace.results().resolve("mlflow.db");
  }

  private static String text(Workplace place, String... arguments) {
    Workplace.Outcome outcome = place.run(arguments);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return outcome.text();
  }

  private static void assertMessage(int exitCode, String message, String... arguments) {
    Workplace.Outcome outcome = empty.run(arguments);
    assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(exitCode);
    assertThat(outcome.text()).startsWith("apprentice: ").contains(message);
    assertThat(outcome.text().lines()).hasSize(1);
  }

  @Test
  void aDatabaseTellsAllThatComparingTakes() {
    String local = text(workplace, "compare", "--study", "toy");
    assertThat(text(empty, "compare", "--study", "toy", "--from", database())).isEqualTo(local);
    assertThat(text(empty, "compare", "toy", "--from", database())).isEqualTo(local);
    assertThat(text(workplace, "compare", "toy", "--from", "sqlite")).isEqualTo(local);
    String filter = "params.network = 'mlp' AND tags.variant IN ('baseline', 'wide')";
    assertThat(
            text(empty, "compare", "--filter", filter, "--from", database(), "--baseline", "wide"))
        .isEqualTo(text(workplace, "compare", "--filter", filter, "--baseline", "wide"));
    String[] keys =
        Experiments.list(workplace.results().resolve("runs")).stream()
            .map(it -> it.getFileName().toString())
            .toArray(String[]::new);
    assertThat(text(empty, "compare", keys[0], keys[1].substring(0, 12), "--from", database()))
        .contains("2 runs on cartpole");
  }

  @Test
  void whatCannotBeComparedIsOneMessage() throws IOException {
    assertMessage(
        1, "no runs of a study 'toys' at", "compare", "--study", "toys", "--from", database());
    assertMessage(1, "there are [toy]", "compare", "--study", "toys", "--from", database());
    assertMessage(1, "no run 'zz' at " + database(), "compare", "zz", "--from", database());
    assertMessage(
        1,
        "none of the runs at " + database() + " matches the filter tags.seed = '9'",
        "compare",
        "--filter",
        "tags.seed = '9'",
        "--from",
        database());
    assertMessage(
        2, "expected sqlite, sqlite:///PATH or http", "compare", "x", "--from", "ftp://x");
    assertMessage(2, "there is no MLflow database", "compare", "x", "--from", "sqlite:///no/such");
    Path text = Files.writeString(folder.resolve("text.db"), "no database ".repeat(100));
    assertMessage(2, "is no SQLite database", "compare", "x", "--from", "sqlite:///" + text);
  }

  @Test
  void runsOfOtherProgramsAndWithoutAResultAreNamed() throws Exception {
    Path copy = folder.resolve("copy.db");
    Files.copy(workplace.results().resolve("mlflow.db"), copy);
    execute(
        copy,
        "INSERT INTO runs (run_uuid, name, status, start_time, lifecycle_stage, experiment_id)"
            + " SELECT 'abc', 'theirs', 'FINISHED', 1, 'active', experiment_id FROM runs LIMIT 1",
        "DELETE FROM tags WHERE key IN ('apprentice.result', 'apprentice.memberships')",
        "DELETE FROM latest_metrics WHERE key = 'evaluation/return-mean' AND run_uuid ="
            + " (SELECT run_uuid FROM runs WHERE name = 'toy wide seed 2')",
        "UPDATE runs SET status = 'KILLED' WHERE name = 'toy wide seed 1'");
    String compared =
        text(
            empty,
            "compare",
            "--filter",
            "attributes.run_name LIKE 't%'",
            "--from",
            "sqlite:///" + copy);
    assertThat(compared)
        .contains("2 variants, 4 runs on cartpole")
        .contains("1 of other programs, which have no tag trial-key: theirs")
        .contains("run toy wide seed 2 (")
        .contains("tells no result: it has neither a tag apprentice.result nor a metric")
        .contains("toy wide seed 1")
        .contains("was interrupted")
        .doesNotContain("apprentice resume");
  }

  private static String compared(Workplace place, String... more) {
    String[] arguments =
        Stream.concat(Stream.of("compare", "--study", "toy"), Stream.of(more))
            .toArray(String[]::new);
    return text(place, arguments);
  }

  @Test
  void allRunsGoToAnotherPlaceOnce() {
    Path target = folder.resolve("target.db");
    String to = "sqlite:///" + target;
    String synced = text(workplace, "sync", "--to", to);
    assertThat(synced)
        .startsWith("7 to " + to + "\n  toy\n  toy")
        .contains("7 delivered, 0 there already\nview with: mlflow ui --backend-store-uri " + to);
    assertThat(compared(empty, "--from", to)).isEqualTo(compared(workplace));
    assertThat(content(target)).isEqualTo(content(workplace.results().resolve("mlflow.db")));
    assertThat(text(workplace, "sync", "--to", to)).isEqualTo("0 delivered, 7 there already\n");
    assertThat(text(workplace, "sync")).isEqualTo("0 delivered, 7 there already\n");
  }

  @Test
  void whatAPlaceHasLostIsDeliveredAgain() throws Exception {
    Path target = folder.resolve("losing.db");
    String to = "sqlite:///" + target;
    assertThat(text(workplace, "sync", "--to", to)).contains("7 delivered, 0 there already");
    Files.delete(target);
    assertThat(text(workplace, "sync", "--to", to)).contains("7 delivered, 0 there already");
    assertThat(compared(empty, "--from", to)).isEqualTo(compared(workplace));
  }

  @Test
  void aRunOrAStudyGoesWithItsParent() {
    String to = "sqlite:///" + folder.resolve("some.db");
    String key =
        (String)
            workplace
                .query(
                    "SELECT value FROM tags JOIN runs USING (run_uuid) WHERE key = 'trial-key' AND name = 'toy seed 1'")
                .get(0)
                .get(0);
    assertThat(text(workplace, "sync", key.substring(0, 10), "--to", to))
        .startsWith("2 to " + to + "\n  toy\n  toy seed 1\n")
        .contains("2 delivered, 0 there already");
    assertThat(text(workplace, "sync", "toy wide seed 2", "--to", to))
        .contains("\n  toy wide seed 2\n");
    assertThat(text(workplace, "sync", "--study", "toy", "--to", to))
        .contains("4 delivered, 3 there already");
    assertThat(text(workplace, "sync", "--to", to)).contains("0 delivered, 7 there already");
  }

  @Test
  void runsWithoutAJournalComeFromTheDatabase() throws Exception {
    Workplace lost = new Workplace(folder.resolve("lost"));
    Files.createDirectories(lost.results());
    Files.copy(workplace.results().resolve("mlflow.db"), lost.results().resolve("mlflow.db"));
    Path target = folder.resolve("recovered.db");
    String to = "sqlite:///" + target;
    assertThat(text(lost, "sync", "--study", "toy", "--to", to))
        .contains("7 delivered, 0 there already");
    assertThat(content(target)).isEqualTo(content(workplace.results().resolve("mlflow.db")));
    assertThat(text(lost, "sync", "--to", to)).isEqualTo("0 delivered, 7 there already\n");
    try (Stream<Path> kept = Files.walk(lost.results().resolve("transfer"))) {
      assertThat(kept.filter(Files::isRegularFile).map(it -> it.getFileName().toString()))
          .as("journals are not kept")
          .containsOnly("arrived", "sync.lock");
    }
    String third = "sqlite:///" + folder.resolve("third.db");
    assertThat(text(empty, "sync", "toy wide seed 2", "--from", to, "--to", third))
        .contains("2 delivered, 0 there already");
  }

  /** All that a database holds of runs, apart from where files are. */
  private static List<List<List<Object>>> content(Path database) {
    return Stream.of(
            "SELECT run_uuid, runs.name, status, start_time, end_time, experiments.name FROM runs"
                + " JOIN experiments USING (experiment_id) ORDER BY run_uuid",
            "SELECT key, value, run_uuid FROM params ORDER BY run_uuid, key",
            "SELECT key, value, run_uuid FROM tags ORDER BY run_uuid, key",
            "SELECT key, value, timestamp, step, is_nan, run_uuid FROM metrics"
                + " ORDER BY run_uuid, key, step, timestamp, value",
            "SELECT key, value, timestamp, step, is_nan, run_uuid FROM latest_metrics"
                + " ORDER BY run_uuid, key",
            "SELECT destination_id, name, digest FROM inputs JOIN datasets"
                + " ON source_id = dataset_uuid ORDER BY destination_id, name")
        .map(sql -> Stored.rows(database, sql))
        .toList();
  }

  @Test
  void importedRunsAreComparedAndNothingElse() throws Exception {
    Workplace other = new Workplace(folder.resolve("other"));
    assertThat(text(other, "import", "--from", database()))
        .contains("  toy wide seed 2\n")
        .endsWith("6 fetched, 0 unchanged, 0 trained here; from " + database() + "\n");
    assertThat(compared(other)).isEqualTo(compared(workplace));
    assertThat(text(other, "import", "--from", database(), "--study", "toy"))
        .isEqualTo("0 fetched, 6 unchanged, 0 trained here; from " + database() + "\n");
    Path imported = Experiments.list(other.results().resolve("imported")).get(1);
    assertThat(imported.resolve("artifacts/resolved.conf")).exists();
    assertThat(text(other, "compare", imported.getFileName().toString(), "toy wide seed 2"))
        .contains(" on cartpole");
    assertThat(text(other, "sync")).isEqualTo("0 delivered, 0 there already\n");
    assertThat(text(other, "sync", "--to", "sqlite:///" + folder.resolve("none.db")))
        .isEqualTo("0 delivered, 0 there already\n");
    assertThat(other.results().resolve("runs"))
        .as("where run and sweep look for what is trained")
        .doesNotExist();
  }

  @Test
  void runsThatAreHereAreNotFetched() {
    assertThat(text(workplace, "import", "--from", database()))
        .isEqualTo("0 fetched, 0 unchanged, 6 trained here; from " + database() + "\n");
  }

  @Test
  void aFilterChoosesWhatIsFetchedAndChangesAreFetchedAgain() throws Exception {
    Path copy = folder.resolve("changing.db");
    Files.copy(workplace.results().resolve("mlflow.db"), copy);
    String from = "sqlite:///" + copy;
    Workplace other = new Workplace(folder.resolve("filtered"));
    assertThat(text(other, "import", "--from", from, "--filter", "tags.variant = 'wide'"))
        .contains("2 fetched, 0 unchanged");
    execute(
        copy,
        "INSERT INTO runs (run_uuid, name, status, start_time, lifecycle_stage, experiment_id)"
            + " SELECT 'abc', 'theirs', 'FINISHED', 1, 'active', experiment_id FROM runs LIMIT 1",
        "UPDATE tags SET value = 'renamed' WHERE key = 'mlflow.user' AND run_uuid ="
            + " (SELECT run_uuid FROM runs WHERE name = 'toy wide seed 2')");
    assertThat(text(other, "import", "--from", from))
        .contains("5 fetched, 1 unchanged")
        .contains("1 of other programs cannot be compared: theirs");
  }

  @Test
  void whatCannotBeTransferredIsOneMessage() {
    assertMessage(2, "sync --from URI needs --to URI", "sync", "--from", database());
    assertMessage(2, "name the same place", "sync", "--from", "sqlite", "--to", "sqlite");
    assertMessage(2, "unknown tracking.uri 'ftp://x'", "sync", "--to", "ftp://x");
    assertMessage(1, "--to none is no place", "sync", "--to", "none");
    assertThat(new Workplace(folder.resolve("missing")).run("sync"))
        .isEqualTo(
            new Workplace.Outcome(
                1,
                "apprentice: there are no runs in %s: there is no such folder; name the one of the results with --results%n"
                    .formatted(folder.resolve("missing"))));
    assertMessage(1, "no runs of a study 'toys' in", "sync", "--study", "toys");
    assertMessage(1, "no runs called 'zz' in", "sync", "zz");
    assertMessage(
        1,
        "no run 'zz' at " + database(),
        "sync",
        "zz",
        "--from",
        database(),
        "--to",
        "sqlite:///" + folder.resolve("never.db"));
    assertMessage(
        1,
        "no runs of a study 'toys' at " + database() + "; there are [toy]",
        "import",
        "--study",
        "toys",
        "--from",
        database());
    assertMessage(2, "Missing required option: '--from=URI'", "import");
    assertMessage(2, "runs cannot be read from 'x'", "import", "--from", "x");
    assertMessage(2, "there is no MLflow database", "import", "--from", "sqlite:///no/such");
    assertMessage(2, "filter x: ", "import", "--from", database(), "--filter", "x");
  }

  @Test
  void aPlaceThatTakesNothingLeavesEverythingAndSaysSo() throws Exception {
    Path foreign = folder.resolve("foreign.db");
    execute(foreign, "CREATE TABLE songs (title TEXT)");
    Workplace.Outcome outcome = workplace.run("sync", "--to", "sqlite:///" + foreign);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.text())
        .contains("0 delivered, 0 there already")
        .contains("apprentice: 7 runs are not at sqlite:///" + foreign + ": ")
        .contains("not one of MLflow's");
  }

  @Test
  void aServerGetsEverythingAndGivesItBack() throws IOException {
    try (MlflowServerStub server = MlflowServerStub.start()) {
      String uri = server.uri();
      assertThat(text(workplace, "sync", "--to", uri))
          .startsWith("7 to " + uri + "\n  toy\n")
          .contains("7 delivered, 0 there already\nview with: " + uri);
      assertThat(text(workplace, "sync", "--to", uri)).isEqualTo("0 delivered, 7 there already\n");
      assertThat(server.store().runs()).hasSize(7);
      String parent =
          server.store().runs().stream()
              .filter(run -> run.name().equals("toy"))
              .map(StubRun::id)
              .findFirst()
              .orElseThrow();
      assertThat(server.store().runs().stream().filter(run -> !run.name().equals("toy")))
          .allMatch(run -> parent.equals(run.tags().get("mlflow.parentRunId")));

      String local = compared(workplace);
      assertThat(compared(empty, "--from", uri)).isEqualTo(local);
      String filter =
          "params.network = 'mlp' AND tags.variant LIKE 'wi%' AND metrics.evaluation/return-mean > 0";
      assertThat(text(empty, "compare", "--filter", filter, "--from", uri))
          .isEqualTo(text(workplace, "compare", "--filter", filter));

      Workplace other = new Workplace(folder.resolve("fetched"));
      assertThat(text(other, "import", "--from", uri))
          .endsWith("6 fetched, 0 unchanged, 0 trained here; from " + uri + "\n");
      assertThat(compared(other)).isEqualTo(local);
      assertThat(text(other, "import", "--from", uri)).startsWith("0 fetched, 6 unchanged");

      Path back = folder.resolve("back.db");
      assertThat(text(other, "sync", "--from", uri, "--to", "sqlite:///" + back))
          .contains("7 delivered");
      assertThat(content(back)).isEqualTo(content(workplace.results().resolve("mlflow.db")));
    }
  }

  @Test
  void killedAnywhereAndRepeatedNothingIsMissingOrThereTwice() throws Exception {
    try (MlflowServerStub server = MlflowServerStub.start()) {
      String uri = server.uri();
      for (int kill = 1; kill <= 3; kill++) {
        long until = server.requests() + 15L * kill;
        Process process = workplace.start("sync", "--to", uri);
        while (process.isAlive() && server.requests() < until) {
          LockSupport.parkNanos(100_000);
        }
        process.destroyForcibly().waitFor();
      }
      assertThat(server.store().runs()).isNotEmpty();
      text(workplace, "sync", "--to", uri);
      assertThat(server.store().runs()).hasSize(7).allMatch(run -> run.status().equals("FINISHED"));
      assertThat(compared(empty, "--from", uri)).isEqualTo(compared(workplace));
      assertThat(text(workplace, "sync", "--to", uri)).isEqualTo("0 delivered, 7 there already\n");
    }
  }

  @Test
  void aServerThatIsAwayIsOneMessage() throws IOException {
    String uri;
    try (MlflowServerStub server = MlflowServerStub.start()) {
      uri = server.uri();
    }
    Workplace.Outcome synced = workplace.run("sync", "--to", uri);
    assertThat(synced.exitCode()).isEqualTo(1);
    assertThat(synced.text())
        .contains("0 delivered, 0 there already")
        .contains("apprentice: 7 runs are not at " + uri + ": ");
    assertMessage(2, uri.replace("http://", ""), "import", "--from", uri);
    assertMessage(2, uri.replace("http://", ""), "compare", "toy", "--from", uri);
  }

  static void execute(Path database, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.executeUpdate(sql);
      }
    }
  }

  @Test
  void everyTrialTellsItsResultAndItsStudies() {
    assertThat(
            workplace.query(
                "SELECT count(*) FROM tags WHERE key = 'apprentice.result' AND value LIKE"
                    + " '{%\"meanReturn\":%}'"))
        .containsExactly(List.of(6));
    assertThat(
            workplace.query(
                "SELECT count(*) FROM tags WHERE key = 'apprentice.memberships' AND value LIKE"
                    + " '[{\"study\":\"toy\",\"variant\":%'"))
        .containsExactly(List.of(6));
  }
}
