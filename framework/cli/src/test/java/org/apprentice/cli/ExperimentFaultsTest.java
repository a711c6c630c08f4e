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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong experiments and arguments: refused before anything is written, with the line to mend. */
class ExperimentFaultsTest {
  @TempDir Path folder;

  private Invocation run(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("run", "--results", folder + "/results", folder.resolve("it.conf").toString()));
    arguments.addAll(List.of(more));
    return Invocation.of(folder, arguments.toArray(new String[0]));
  }

  private void assertRefused(Invocation invocation, String... messages) {
    assertThat(invocation.error().lines())
        .containsExactly(Stream.of(messages).map(it -> "apprentice: " + it).toArray(String[]::new));
    assertThat(invocation.exitCode()).isEqualTo(2);
    assertThat(folder.resolve("results")).doesNotExist();
  }

  static Stream<Arguments> wrongFiles() {
    return Stream.of(
        arguments(
            "an unknown plugin",
            PPO.replace("plugin = mlp", "plugin = mpl"),
            "it.conf:2: unknown network 'mpl'; available: cnn, elman, gru, lstm, mlp, mlpgru, stack; did"
                + " you mean mlp?"),
        arguments(
            "an unknown key",
            PPO.replace("epochs", "epoch"),
            "it.conf:3: unknown key algorithm.epoch for ppo; did you mean epochs?"),
        arguments(
            "an unknown node",
            PPO + "optimiser { name = sgd }",
            "it.conf:7: unknown key optimiser; known: name, environment, network, algorithm,"
                + " training, evaluation, checkpoint, tracking, control, notes"),
        arguments(
            "a fraction for a whole number",
            PPO.replace("epochs = 1", "epochs = 1.5"),
            "it.conf:3: algorithm.epochs must be a whole number, found 1.5"),
        arguments(
            "a text for a number",
            PPO.replace("steps = 256", "steps = \"256\""),
            "it.conf:4: training.steps must be a whole number, found \"256\" (text; remove the"
                + " quotes)"),
        arguments(
            "a number for a list",
            PPO.replace("[8]", "8"),
            "it.conf:2: network.hidden must be a list [ ... ], found 8"),
        arguments(
            "a value out of range",
            PPO.replace("epochs = 1", "epochs = 1, clip = 1.5"),
            "it.conf:3: algorithm.clip must be in (0, 1), found 1.5"),
        arguments(
            "a budget out of range",
            PPO.replace("256", "0"),
            "it.conf:4: training.steps must be at least 1, found 0"),
        arguments(
            "a budget that is missing",
            PPO.replace("training { steps = 256 }", ""),
            "it.conf:3: missing key training.steps: algorithm ppo needs a budget of environment"
                + " steps"),
        arguments(
            "a network that is missing",
            PPO.replace("network { plugin = mlp, hidden = [8] }", ""),
            "it.conf:3: algorithm ppo needs a network, and the experiment names none; for example"
                + " network = mlp"),
        arguments(
            "a threshold without a number",
            PPO + "evaluation.solved {}",
            "it.conf:7: evaluation.solved needs either mean = <return> or each = <return>, found"
                + " neither"),
        arguments(
            "stopping without a threshold",
            PPO + "evaluation.stop-when-solved = true",
            "it.conf:7: evaluation.stop-when-solved needs a threshold, for example solved { mean ="
                + " 195 }"),
        arguments(
            "images into dense layers",
            PPO.replace("cartpole", "identity-image"),
            "it.conf:2: network mlp does not work with environment identity-image: network mlp"
                + " takes vectors, but the observation is a uint8 image[1, 8, 8]; name a network for"
                + " images, or set flatten = true to take its bytes as one vector"),
        arguments(
            "an include that is missing",
            "include \"presets/none.conf\"\n" + PPO,
            "it.conf:1: cannot include \"presets/none.conf\": no such file presets/none.conf;"
                + " includes are relative to the including file"),
        arguments(
            "a file that includes itself",
            PPO + "include \"it.conf\"",
            "it.conf:7: include \"it.conf\" goes in a circle: it.conf -> it.conf"),
        arguments(
            "a node that is not closed",
            PPO.replace("[8] }", "[8]"),
            "it.conf:7: the file ends before what was opened is closed; add the missing } (or ] or"
                + " parenthesis)"),
        arguments(
            "a substitution of nothing",
            PPO.replace("steps = 256", "steps = ${budget}"),
            "it.conf:4: training.steps cannot be resolved: ${budget} stands for nothing"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void wrongFiles(String fault, String content, String message) throws IOException {
    Files.writeString(folder.resolve("it.conf"), content);
    assertRefused(run(), message);
  }

  static Stream<Arguments> wrongOverrides() {
    return Stream.of(
        arguments(
            "algorithm.clipp=0.1",
            "command line: unknown key algorithm.clipp for ppo; did you mean clip?"),
        arguments(
            "algorithm.clip",
            "command line: expected key=value, for example training.seed=2, found"
                + " 'algorithm.clip'"),
        arguments("algorithm.clip=2", "command line: algorithm.clip must be in (0, 1), found 2.0"),
        arguments(
            "algorithm.clip=wide",
            "command line: algorithm.clip must be a number, found \"wide\" (text)"),
        arguments(
            "network=null",
            "it.conf:3: algorithm ppo needs a network, and the experiment names none; for example"
                + " network = mlp"),
        arguments(
            "tracking.uri=http://localhost:port",
            "tracking.uri must be http[s]://HOST[:PORT][/PREFIX], for example http://localhost:5000,"
                + " found 'http://localhost:port', whose port is no number"),
        arguments(
            "tracking.uri=ftp://localhost",
            "unknown tracking.uri 'ftp://localhost'; known: sqlite, sqlite:///PATH,"
                + " http[s]://HOST[:PORT][/PREFIX], none"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void wrongOverrides(String override, String message) throws IOException {
    Files.writeString(folder.resolve("it.conf"), PPO);
    assertRefused(run(override), message);
  }

  static Stream<Arguments> wrongOptions() {
    return Stream.of(
        arguments("--seeds 5-1", "--seeds 5-1: expected seeds such as 1-5 or 1,2,7"),
        arguments("--seeds 1;2", "--seeds 1;2: expected seeds such as 1-5 or 1,2,7"),
        arguments("--nonsense", "Unknown option: '--nonsense'; see apprentice run --help"),
        arguments(
            "--plugins nowhere",
            "--plugins nowhere: no such folder; expected a folder of plugin jars"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void wrongOptions(String options, String message) throws IOException {
    Files.writeString(folder.resolve("it.conf"), PPO);
    assertRefused(run(options.split(" ")), message);
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() throws IOException {
    Files.writeString(
        folder.resolve("it.conf"),
        """
        environment { plugin = cartpole, copys = 2 }
        network { plugin = mlp, hidden = wide }
        algorithm = ppo
        training { steps = many }
        """);
    assertRefused(
        run("evaluation.episodes=0"),
        "it.conf:1: unknown key environment.copys for cartpole; did you mean copies?",
        "it.conf:2: network.hidden must be a list [ ... ], found \"wide\"",
        "it.conf:4: training.steps must be a whole number, found \"many\" (text)",
        "command line: evaluation.episodes must be at least 1, found 0");
  }

  @Test
  void aMissingExperimentFile() {
    assertRefused(
        run(),
        "it.conf: no such experiment file; those of Apprentice are in the folder experiments");
  }

  @Test
  void aFolderInsteadOfAnExperimentFile() throws IOException {
    Files.createDirectory(folder.resolve("it.conf"));
    assertRefused(run(), "it.conf: cannot be read: a folder, expected an experiment file");
  }

  @Test
  void anUnknownCommand() {
    Invocation invocation = Invocation.of(folder, "train");
    assertThat(invocation.error())
        .startsWith("apprentice: unknown command 'train'; available: run, sweep, ablate, plan, ")
        .endsWith("; see apprentice --help\n");
    assertThat(invocation.exitCode()).isEqualTo(2);
  }

  @Test
  void anUnknownComponent() {
    Invocation invocation = Invocation.of(folder, "describe", "poo");
    assertThat(invocation.error())
        .startsWith("apprentice: no plugin offers 'poo'; available: acrobot, ")
        .endsWith("did you mean ppo?\n");
    assertThat(invocation.exitCode()).isEqualTo(2);
  }

  @Test
  void planningWritesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("it.conf"), PPO);
    Invocation invocation =
        Invocation.of(folder, "plan", "--results", folder + "/results", file.toString());
    assertThat(invocation.exitCode()).isZero();
    assertThat(invocation.output()).startsWith("it: 1 trial\n").contains("seed 1  (new)");
    assertThat(Experiments.list(folder)).containsExactly(file);
  }

  @Test
  void stackTracesAreShownOnRequestOnly() {
    assertThat(run().error()).doesNotContain("\tat ");
    assertThat(run("--debug").error())
        .startsWith("apprentice: it.conf: no such experiment file")
        .contains("org.apprentice.cli.UsageException", "\tat ");
  }
}
