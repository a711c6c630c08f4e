package org.apprentice.cli;

import static org.apprentice.cli.Experiments.PPO;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code training.initial}. */
class WarmStartTest {
  /** Steps so small that a float does not change by them. */
  private static final String STANDSTILL = "algorithm.learning-rate=1e-30";

  @TempDir Path folder;

  private Invocation run(String... overrides) {
    List<String> arguments =
        new ArrayList<>(List.of("run", "--results", folder + "/results", folder + "/it.conf"));
    arguments.addAll(List.of(overrides));
    return Invocation.of(folder, arguments.toArray(new String[0]));
  }

  private Path train(String experiment) throws IOException {
    Files.writeString(folder.resolve("it.conf"), experiment);
    assertThat(run().error()).isEmpty();
    return Experiments.onlyRun(folder.resolve("results"));
  }

  private Path other(Path first) {
    return Experiments.list(folder.resolve("results/runs")).stream()
        .filter(it -> !it.equals(first))
        .findFirst()
        .orElseThrow();
  }

  private static float[] parameters(Path run) throws IOException {
    return ComputationGraph.load(run.resolve("model.zip").toFile(), false).params().toFloatVector();
  }

  /** Networks whose model lays its parameters out as they do, and otherwise. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "network.shared = false",
        "actor { plugin = gru, width = 4 }, critic { plugin = mlp, hidden = [5] }"
      })
  void trainingBeginsWithTheParametersOfARun(String network) throws IOException {
    Path first =
        train(
            network.startsWith("actor")
                ? PPO.replace("plugin = mlp, hidden = [8]", network)
                : PPO + network + "\n");
    assertThat(run("training.initial=" + first.getFileName(), STANDSTILL).error()).isEmpty();
    assertThat(parameters(other(first))).containsExactly(parameters(first));
  }

  @Test
  void aModelsZipIsAsGoodAsItsRun() throws IOException {
    Path first = train(PPO);
    Path zip = Files.copy(first.resolve("model.zip"), folder.resolve("mine.zip"));
    assertThat(run("training.initial=" + zip, STANDSTILL, "training.seed=2").error()).isEmpty();
    assertThat(parameters(other(first))).containsExactly(parameters(first));
  }

  private void assertRefused(Invocation invocation, String message) {
    assertThat(invocation.exitCode()).isNotZero();
    assertThat(invocation.error()).contains(message).doesNotContain("\tat ");
  }

  @Test
  void whatCannotBeBegunWithIsRefused() throws IOException {
    Path first = train(PPO);
    String initial = "training.initial=" + first.getFileName();
    assertRefused(
        run("training.initial=gone.zip"),
        "gone.zip; expected the zip of a model, or the folder or key of a run");
    assertRefused(run("training.initial=0000"), "no run '0000' in");
    assertRefused(run(initial, "network.hidden=[9]"), "is another network's than");
    assertRefused(
        run(initial, "algorithm.normalize-observations=true"), "this policy normalises what it");
    Path torn = Files.writeString(folder.resolve("torn.zip"), "no zip");
    assertRefused(run("training.initial=" + torn), "torn.zip is no model of DL4J");
    Files.delete(first.resolve("model.zip"));
    assertRefused(run(initial), "has no model.zip yet, which a run leaves at its end");
  }

  @Test
  void theKeyKnowsWhatTrainingBeganWith() throws IOException {
    Path file = Files.writeString(folder.resolve("it.conf"), PPO);
    String plain = Workplace.trial(file).key();
    String warm = Workplace.trial(file, "training.initial=0123abcd").key();
    assertThat(warm).isNotEqualTo(plain);
    Path one = Files.writeString(folder.resolve("one.zip"), "one");
    Path two = Files.writeString(folder.resolve("two.zip"), "one");
    assertThat(Workplace.trial(file, "training.initial=" + one).key())
        .isEqualTo(Workplace.trial(file, "training.initial=" + two).key())
        .isNotEqualTo(warm);
  }
}
