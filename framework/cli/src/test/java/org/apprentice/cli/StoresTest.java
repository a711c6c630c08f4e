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
    empty = new Workplace(folder.resolve("empty"));
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
