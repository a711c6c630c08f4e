package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A plugin that is no part of this build, with an environment, a network and an algorithm of its
 * own: built from its sources, put into a folder, and used like the bundled ones.
 */
class ForeignPluginTest {
  private static final String EXPERIMENT =
      """
      environment { plugin = corridor, copies = 4, length = 4 }
      network { plugin = graph, width = 8 }
      algorithm = hill-climbing
      training { steps = 2560 }
      evaluation { episodes = 4, copies = 4, every = 1280, solved { mean = -4 } }
      """;

  @TempDir static Path built;
  @TempDir Path folder;
  private Path plugins;

  @BeforeAll
  static void build() throws IOException {
    ForeignJar.build("corridor-plugin", built.resolve("corridor-1.0.jar"));
  }

  @BeforeEach
  void install() throws IOException {
    plugins = Files.createDirectory(folder.resolve("plugins"));
    Files.copy(built.resolve("corridor-1.0.jar"), plugins.resolve("corridor-1.0.jar"));
    Files.writeString(folder.resolve("it.conf"), EXPERIMENT);
  }

  private Invocation apprentice(String command, String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(command, "--plugins", plugins.toString(), "--results", folder + "/results"));
    all.addAll(List.of(arguments));
    return Invocation.of(folder, all.toArray(new String[0]));
  }

  private Invocation run(String... overrides) {
    List<String> arguments = new ArrayList<>(List.of(folder + "/it.conf"));
    arguments.addAll(List.of(overrides));
    return apprentice("run", arguments.toArray(new String[0]));
  }

  @Test
  void itsComponentsAreListedAndDescribed() {
    assertThat(apprentice("plugins").output())
        .contains("corridor", "walk to the other end", "a hidden layer of DL4J", "hill-climbing");
    assertThat(apprentice("describe", "hill-climbing").output())
        .contains("# Steps that a change is tried for.\ntrial-steps = 32");
  }

  @Test
  void anExperimentOfItsComponentsRunsToTheEnd() throws IOException {
    Invocation invocation = run();
    assertThat(invocation.error()).isEmpty();
    assertThat(invocation.exitCode()).isZero();
    assertThat(invocation.output()).contains("return -4.0 +- 0.0 over 4 episodes");

    Path run = Experiments.onlyRun(folder.resolve("results"));
    assertThat(Files.readString(run.resolve("status.json")))
        .contains("\"state\" : \"FINISHED\"", "\"solved\" : true");
    assertThat(Files.readString(run.resolve("resolved.conf")))
        .contains("length = 4", "width = 8", "trial-steps = 32");
    assertThat(Files.readString(run.resolve("journal.jsonl")))
        .contains("\"climbing/score\"", "\"evaluation/return-mean\"");
    assertThat(run.resolve("checkpoints/2560/algorithm/climber.bin")).isRegularFile();
    assertThat(run.resolve("learning-curve.png")).isNotEmptyFile();
    ComputationGraph graph =
        ModelSerializer.restoreComputationGraph(run.resolve("model.zip").toFile());
    assertThat(graph.getLayer("policy").numParams()).isEqualTo(8 * 2 + 2);
    assertThat(
            Stored.count(
                folder.resolve("results/mlflow.db"),
                "SELECT count(*) FROM metrics WHERE key = 'climbing/score'"))
        .isEqualTo(20);
  }

  @Test
  void workerProcessesTrainItsTrialsToo() throws IOException {
    Invocation invocation = run("--seeds", "1-2", "--workers", "1");
    assertThat(invocation.exitCode()).as(invocation.error()).isZero();
    assertThat(invocation.output()).contains("[2/2] it seed 2", "return -4.0 +- 0.0");
    assertThat(Files.readString(folder.resolve("results/studies/it/study.json")))
        .contains("corridor-1.0.jar");
    assertThat(
            Stored.count(
                folder.resolve("results/mlflow.db"),
                "SELECT count(*) FROM metrics WHERE key = 'climbing/score'"))
        .isEqualTo(2 * 20);
  }

  @Test
  void itsRunsAreEvaluatedRecordedAndResumed() throws IOException {
    assertThat(run().exitCode()).isZero();
    Path run = Experiments.onlyRun(folder.resolve("results"));
    assertThat(apprentice("evaluate", run.toString(), "--episodes", "3").output())
        .contains("return -4.00 +- 0.00");
    assertThat(apprentice("record", run.toString(), "-o", folder + "/episodes.npz").output())
        .contains("episodes      10, 40 transitions");

    Path newest = run.resolve("checkpoints/2560/algorithm/climber.bin");
    byte[] uninterrupted = Files.readAllBytes(newest);
    Experiments.interrupt(run);
    Experiments.delete(run.resolve("checkpoints/2560"));
    Invocation resumed = apprentice("resume", run.toString());
    assertThat(resumed.error()).isEmpty();
    assertThat(newest).hasBinaryContent(uninterrupted);
  }

  @Test
  void withoutItsFolderItsRunsNameWhatIsMissing() {
    assertThat(run("training.steps=128").exitCode()).isZero();
    Path run = Experiments.onlyRun(folder.resolve("results"));
    Invocation invocation = Invocation.of(folder, "evaluate", run.toString());
    assertThat(invocation.error())
        .contains(
            "resolved.conf:3: unknown environment 'corridor'; available: ",
            ": unknown network 'graph'; available: ",
            ": unknown algorithm 'hill-climbing'; available: ");
    assertThat(invocation.exitCode()).isEqualTo(2);
  }

  @Test
  void itsOwnChecksAreReportedLikeAllOthers() {
    Invocation invocation = run("environment.length=0");
    assertThat(invocation.error())
        .isEqualTo("apprentice: command line: environment.length must be at least 1, found 0\n");
    assertThat(invocation.exitCode()).isEqualTo(2);
  }

  @Test
  void aBrokenJarBesideItIsSkippedByName() throws IOException {
    Files.writeString(plugins.resolve("broken.jar"), "this is no jar");
    Invocation invocation = run("training.steps=128");
    assertThat(invocation.error())
        .startsWith("apprentice: skipped plugin plugins/broken.jar: not a jar (");
    assertThat(invocation.exitCode()).isZero();
  }

  @Test
  void twoJarsOfTheSameComponentAreRefusedNamingBoth() throws IOException {
    Files.copy(built.resolve("corridor-1.0.jar"), plugins.resolve("corridor-1.1.jar"));
    Invocation invocation = run();
    assertThat(invocation.error())
        .isEqualTo(
            "apprentice: both plugins/corridor-1.0.jar and plugins/corridor-1.1.jar offer"
                + " environment 'corridor'; remove one of them\n");
    assertThat(invocation.exitCode()).isEqualTo(2);
    assertThat(folder.resolve("results")).doesNotExist();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        arguments(
            "throw new IllegalStateException(\"the corridor is closed\");",
            "the corridor is closed\n"),
        arguments(
            "throw new OutOfMemoryError(\"Java heap space\");",
            "out of memory (Java heap space); set APPRENTICE_JAVA_OPTS=-Xmx4g or make the"
                + " experiment smaller\n"),
        arguments(
            "throw new NoSuchMethodError(\"'int Space.size()'\");",
            "a plugin does not fit this version of Apprentice (java.lang.NoSuchMethodError: 'int"
                + " Space.size()'); build it again, or take it out of the folder of plugins\n"),
        arguments(
            "throw new AssertionError();",
            "internal error: java.lang.AssertionError; --debug shows where; please report it\n"),
        arguments(
            "throw new IndexOutOfBoundsException(7);",
            "internal error: java.lang.IndexOutOfBoundsException: Index out of range: 7; --debug"
                + " shows where; please report it\n"));
  }

  /** Whatever a plugin does: one message, no stack trace, a run that says that it failed. */
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void faults(String statement, String message) throws IOException {
    Path sources = folder.resolve("sources");
    Experiments.copy(Path.of("src/test/resources/corridor-plugin"), sources);
    Experiments.replace(
        sources.resolve("Corridor.java"),
        "int[] actions = ",
        "if (steps[0] == 3) { " + statement + " }\n      int[] actions = ");
    ForeignJar.build(sources, plugins.resolve("corridor-1.0.jar"));

    Invocation invocation = run();
    assertThat(invocation.error()).isEqualTo("apprentice: " + message);
    assertThat(invocation.exitCode()).isEqualTo(1);
    assertThat(Experiments.onlyRun(folder.resolve("results")).resolve("status.json"))
        .content()
        .contains("\"state\" : \"FAILED\"");
    assertThat(run("--debug").error()).contains("corridor.Corridor$Copies.step(Corridor.java:");
  }
}
