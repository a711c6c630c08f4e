package org.apprentice.cli;

import static org.apprentice.cli.Experiments.PPO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs whose files are damaged, missing or somebody else's, and results that cannot be written. */
class RunFaultsTest {
  @TempDir static Path trained;
  @TempDir Path folder;
  private Path run;
  private String key;

  @BeforeAll
  static void train() throws IOException {
    Path file = Files.writeString(trained.resolve("it.conf"), PPO);
    Invocation invocation =
        Invocation.of(trained, "run", "--results", trained + "/results", file.toString());
    assertThat(invocation.error()).isEmpty();
    assertThat(invocation.exitCode()).isZero();
  }

  /** A finished run with checkpoints at 192 and 256 steps. */
  @BeforeEach
  void copy() throws IOException {
    Files.copy(trained.resolve("it.conf"), folder.resolve("it.conf"));
    Experiments.copy(trained.resolve("results"), folder.resolve("results"));
    run = Experiments.onlyRun(folder.resolve("results"));
    key = run.getFileName().toString();
  }

  private Invocation apprentice(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command, "--results", folder + "/results"));
    all.addAll(List.of(arguments));
    return Invocation.of(folder, all.toArray(new String[0]));
  }

  private Invocation runAgain(String... overrides) {
    List<String> arguments = new ArrayList<>(List.of(folder + "/it.conf"));
    arguments.addAll(List.of(overrides));
    return apprentice("run", arguments.toArray(new String[0]));
  }

  private void assertFails(Invocation invocation, String message) {
    assertThat(invocation.error().replace(key, "KEY")).isEqualTo("apprentice: " + message + "\n");
    assertThat(invocation.exitCode()).isEqualTo(1);
  }

  private static void assertSucceeds(Invocation invocation) {
    assertThat(invocation.error()).isEmpty();
    assertThat(invocation.exitCode()).isZero();
  }

  static Stream<Arguments> unknownRuns() {
    String expected =
        " in results/runs; expected the key of a run there or the beginning of it, or the folder of"
            + " a run or checkpoint; apprentice plan FILE prints the keys of an experiment";
    return Stream.of("resume", "evaluate")
        .map(command -> arguments(command, "no run 'nothing'" + expected));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void unknownRuns(String command, String message) {
    assertFails(apprentice(command, "nothing"), message);
  }

  @Test
  void theBeginningOfAKeyThatFitsTwoRuns() throws IOException {
    Experiments.copy(run, run.resolveSibling(key + "-2"));
    assertFails(
        apprentice("evaluate", key.substring(0, 4)),
        "'%s' fits 2 runs: [KEY, KEY-2]; give more of the key".formatted(key.substring(0, 4)));
  }

  @Test
  void aRunWithoutCheckpoint() throws IOException {
    Experiments.delete(run.resolve("checkpoints"));
    assertFails(
        apprentice("evaluate", key),
        "results/runs/KEY has no checkpoint; train it first: apprentice resume KEY");
  }

  @Test
  void aDamagedCheckpointAndTheOneBeforeIt() throws IOException {
    Experiments.interrupt(run);
    Path checkpoint = run.resolve("checkpoints/256");
    Experiments.damage(checkpoint.resolve("algorithm/ppo.bin"));
    String damage =
        "results/runs/KEY/checkpoints/256/algorithm/ppo.bin is damaged (its checksum does not fit)";
    String message = "cannot use checkpoint results/runs/KEY/checkpoints/256: " + damage;
    for (Invocation invocation :
        List.of(
            apprentice("evaluate", key),
            apprentice("record", key, "-o", folder + "/episodes.npz"))) {
      assertThat(invocation.error().replace(key, "KEY"))
          .startsWith("apprentice: " + message)
          .endsWith("; the run has others: [192]\n");
      assertThat(invocation.exitCode()).isEqualTo(1);
    }

    Invocation resumed = apprentice("resume", key);
    assertThat(resumed.error().replace(key, "KEY"))
        .startsWith("apprentice: " + damage)
        .endsWith("; the run goes on from the checkpoint before, 192\n");
    assertThat(resumed.output()).contains("resumed at 192");
    assertThat(resumed.exitCode()).isZero();
  }

  @Test
  void aCheckpointThatLacksAFile() throws IOException {
    Files.delete(run.resolve("checkpoints/256/algorithm/collector.bin"));
    assertFails(
        apprentice("evaluate", run + "/checkpoints/256"),
        "cannot use checkpoint results/runs/KEY/checkpoints/256:"
            + " results/runs/KEY/checkpoints/256/algorithm/collector.bin is missing from the"
            + " checkpoint; the run has others: [192]");
  }

  @Test
  void aCheckpointOfAnotherNetwork() throws IOException {
    Experiments.interrupt(run);
    Experiments.replace(run.resolve("resolved.conf"), "hidden = [8]", "hidden = [16]");
    assertThat(apprentice("evaluate", key).error())
        .startsWith("apprentice: cannot use checkpoint ")
        .contains("ppo.bin does not fit: ", "dense(8, tanh)", "dense(16, tanh)");
    assertThat(apprentice("resume", key).error())
        .contains(
            " cannot go on: its resolved.conf, or a file that it names, was changed since (key "
                + key);
  }

  @Test
  void aMissingConfiguration() throws IOException {
    Files.delete(run.resolve("resolved.conf"));
    assertFails(
        apprentice("evaluate", key),
        "results/runs/KEY/resolved.conf is missing, so the run cannot be rebuilt; run its"
            + " experiment file again");
  }

  static Stream<Arguments> damagedStatuses() {
    return Stream.of(
        arguments("empty", ""),
        arguments("cut off", "{ \"key\" : \"1"),
        arguments("of something else", "{ \"key\" : \"1\" }"),
        arguments("no object", "[1, 2]"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void damagedStatuses(String fault, String content) throws IOException {
    Path status = run.resolve("status.json");
    Files.writeString(status, content);
    String message =
        "results/runs/KEY/status.json is damaged; delete this file and run the experiment again,"
            + " which then goes on from the newest checkpoint";
    assertFails(apprentice("resume", key), message);
    assertFails(runAgain(), message);
    assertThat(Files.readString(status)).isEqualTo(content);

    Files.delete(status);
    Invocation again = runAgain();
    assertSucceeds(again);
    assertThat(again.output()).contains("resumed at 256");
  }

  @Test
  void aDamagedJournal() throws IOException {
    Experiments.interrupt(run);
    Path journal = run.resolve("journal.jsonl");
    int line = Files.readString(journal).lines().findFirst().orElseThrow().length() + 1;
    byte[] bytes = Files.readAllBytes(journal);
    bytes[line + 3] ^= 0x55;
    Files.write(journal, bytes);
    assertFails(
        apprentice("resume", key),
        ("the journal results/runs/KEY/journal.jsonl is damaged at byte %d, before its end. Put back"
                + " a copy of it, or keep only what comes before: truncate -s %d"
                + " results/runs/KEY/journal.jsonl")
            .formatted(line, line));
    assertThat(Files.readAllBytes(journal)).isEqualTo(bytes);
  }

  @Test
  void aJournalShorterThanItsCheckpointsIsNotContinued() throws IOException {
    Experiments.interrupt(run);
    Path journal = run.resolve("journal.jsonl");
    String first = Files.readString(journal).lines().findFirst().orElseThrow() + "\n";
    Files.writeString(journal, first);
    assertThat(apprentice("resume", key).error())
        .contains("they do not belong together. Start the run anew with --fresh");
    Invocation fresh = runAgain("--fresh");
    assertSucceeds(fresh);
    assertThat(Files.isDirectory(run.resolveSibling(key + "-2"))).isTrue();
  }

  @Test
  void resultsBelowAFile() {
    Path file = folder.resolve("it.conf");
    for (Path results : List.of(file, file.resolve("results"))) {
      assertFails(
          Invocation.of(folder, "run", "--results", results.toString(), file.toString()),
          "cannot write results to %s: it.conf is a file, not a folder; choose another folder with"
                  .formatted(folder.relativize(results))
              + " --results");
    }
  }

  @Test
  void resultsThatMayNotBeWritten() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Assumptions.assumeTrue(closed.toFile().setWritable(false) && !Files.isWritable(closed));
    assertFails(
        Invocation.of(folder, "run", "--results", closed + "/results", folder + "/it.conf"),
        "cannot write results to closed/results: closed may not be written to; choose another"
            + " folder with --results");
  }

  @Test
  void aTrackingStoreThatIsNoneStopsNoRunAndIsFilledOnceItIsMended() throws IOException {
    Path store = folder.resolve("results/mlflow.db");
    Files.writeString(store, "this is no database");
    Invocation invocation = runAgain("training.seed=2");
    assertThat(invocation.exitCode()).isZero();
    assertThat(invocation.error())
        .contains("is not delivered: the MLflow database results/mlflow.db: ")
        .contains("the journals keep them");

    Files.delete(store);
    Invocation mended = runAgain("training.seed=2");
    assertSucceeds(mended);
    assertThat(mended.output()).contains("trained before");
    assertThat(Stored.metrics(store)).isPositive();
  }

  static Stream<Arguments> tooLarge() {
    return Stream.of(
        arguments(
            "environment.copies=100000000",
            "rollout-length x environment.copies must be at most 16777216 steps, found 8 x"
                + " 100000000"),
        arguments(
            "network.hidden=[1000000000]",
            "the network would have 1.30e+10 parameters, at most 134217728 are possible; make its"
                + " layers narrower"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void tooLarge(String override, String message) {
    assertFails(runAgain(override), message);
  }

  @Test
  void aTrainingThatDiverges() {
    assertThat(runAgain("algorithm.learning-rate=1e30").error())
        .startsWith("apprentice: training diverged: losses/")
        .contains("; try a smaller learning-rate");
  }

  @Test
  void episodesThatAreNone() {
    Invocation invocation = apprentice("evaluate", key, "--episodes", "0");
    assertThat(invocation.error())
        .isEqualTo("apprentice: --episodes must be at least 1, found 0\n");
    assertThat(invocation.exitCode()).isEqualTo(2);
  }
}
