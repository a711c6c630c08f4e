package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apprentice.spi.TrainingSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BindingTest {
  private static final String WORKS =
      """
      environment = line
      network = mlp
      algorithm = ppo
      training.steps = 1000
      """;

  @TempDir Path temporary;
  private ExperimentFolder folder;

  @BeforeEach
  void openFolder() {
    folder = new ExperimentFolder(temporary);
  }

  private String problem(String addition) {
    List<String> problems = folder.file("it.conf", WORKS + addition).problems("it.conf");
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0)).startsWith("it.conf:5: ");
    return problems.get(0).substring("it.conf:5: ".length());
  }

  @Test
  void bindsRecordsOfCoreAndOfComponents() {
    folder.file(
        "it.conf",
        """
        name = "an experiment"
        notes = "why"
        environment { plugin = line, copies = 4, length = 7 }
        network { plugin = mlp, hidden = [8, 4], activation = leaky-relu }
        algorithm { plugin = ppo, learning-rate = .001, target-kl = 1e-2, patience = 250ms }
        training { steps = 1e6, seed = 12, threads = 2 }
        evaluation { episodes = 20, every = 1000, solved.mean = 195, stop-when-solved = true }
        checkpoint { every = 500, keep = 1 }
        tracking.experiment = group
        """);

    Experiment experiment = folder.trial("it.conf").experiment();

    assertThat(experiment.name()).isEqualTo("an experiment");
    assertThat(experiment.notes()).contains("why");
    assertThat(experiment.environment().copies()).isEqualTo(4);
    assertThat(experiment.environment().component().config())
        .isEqualTo(new TestPlugin.Line.LineConfig(7));
    assertThat(experiment.network())
        .get()
        .isInstanceOfSatisfying(
            NetworkNode.Single.class,
            single ->
                assertThat(single.component().config())
                    .isEqualTo(
                        new TestPlugin.Mlp.MlpConfig(
                            List.of(8, 4), TestPlugin.Mlp.Activation.LEAKY_RELU)));
    assertThat(experiment.algorithm().config())
        .isEqualTo(
            new TestPlugin.Ppo.PpoConfig(
                0.001, 0.2f, 10, 0.01, Optional.of(0.01), Duration.ofMillis(250)));
    assertThat(experiment.training().settings()).isEqualTo(new TrainingSettings(1_000_000, 12, 2));
    assertThat(experiment.evaluation())
        .isEqualTo(
            new Experiment.Evaluation(
                20,
                1000,
                10,
                true,
                Optional.of(new Experiment.Solved(Optional.of(195.0), Optional.empty())),
                true,
                Experiment.Evaluation.Video.NONE));
    assertThat(experiment.checkpoint()).isEqualTo(new Experiment.Checkpoint(500, 1));
    assertThat(experiment.tracking())
        .isEqualTo(new Experiment.Tracking("sqlite", "group", 10_000, Optional.empty()));
  }

  @Test
  void theFilesNameAndItsOwnNameAreDefaults() {
    Experiment experiment =
        folder.file("some-name.conf", WORKS).trial("some-name.conf").experiment();
    assertThat(experiment.name()).isEqualTo("some-name");
    assertThat(experiment.tracking().experiment()).isEqualTo("some-name");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          training.threads = 1.5      | training.threads must be a whole number, found 1.5
          training.threads = "2"      | training.threads must be a whole number, found "2" (text; remove the quotes)
          training.threads = 3e9      | training.threads must be between -2147483648 and 2147483647, found 3000000000
          algorithm.learning-rate = "0.5" | algorithm.learning-rate must be a number, found "0.5" (text; remove the quotes)
          algorithm.learning-rate = fast  | algorithm.learning-rate must be a number, found "fast" (text)
          algorithm.clip = 1e99       | algorithm.clip must be a number of single precision, found 1.0E99
          algorithm.patience = 10     | algorithm.patience must be a duration such as 10s or 500ms, found 10
          algorithm.patience = soon   | algorithm.patience must be a duration such as 10s or 500ms, found "soon" (text)
          evaluation.deterministic = 1    | evaluation.deterministic must be true or false, found 1
          evaluation.deterministic = "true" | evaluation.deterministic must be true or false, found "true" (text; remove the quotes)
          notes = 5                   | notes must be text, found 5 (put it in quotes)
          network.activation = tahn   | network.activation must be one of tanh, relu, leaky-relu, found tahn; did you mean tanh?
          network.hidden = 64         | network.hidden must be a list [ ... ], found 64
          network.hidden = [64, 1.5]  | network.hidden[1] must be a whole number, found 1.5
          evaluation = 5              | evaluation must be an object { ... }, found 5
          """)
  void valuesBindByTheirType(String line, String problem) {
    assertThat(problem(line)).isEqualTo(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.001", ".001", "1e-3", "1.0E-3"})
  void numbersMayBeWrittenInManyWays(String number) {
    folder.file("it.conf", WORKS + "algorithm.learning-rate = " + number);
    assertThat(folder.value("algorithm.learning-rate", "it.conf")).isEqualTo("0.001");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          algorithm.clip = 1.5         | algorithm.clip must be in (0, 1), found 1.5
          training.threads = 0         | training.threads must be at least 1, found 0
          training.steps = 0           | training.steps must be at least 1, found 0
          environment.copies = 0       | environment.copies must be at least 1, found 0
          environment.length = 1       | environment.length must be at least 2, found 1
          evaluation.stop-when-solved = true | evaluation.stop-when-solved needs a threshold, for example solved { mean = 195 }
          evaluation.solved { mean = 1, each = 1 } | evaluation.solved needs either mean = <return> or each = <return>, found both
          checkpoint.keep = 0          | checkpoint.keep must be at least 1, found 0
          tracking.points = 99         | tracking.points must be 0 for all, or at least 100, found 99
          name = " "                   | name must not be blank
          """)
  void rangesAreCheckedByTheRecords(String line, String problem) {
    assertThat(problem(line)).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          algorithm.learning-rte = 1   | unknown key algorithm.learning-rte for ppo; did you mean learning-rate?
          traning.steps = 5            | unknown key traning; did you mean training?
          evaluation.episode = 5       | unknown key evaluation.episode; did you mean episodes?
          environment.copie = 5        | unknown key environment.copie for line; did you mean copies?
          environment.xyz = 5          | unknown key environment.xyz for line; known: length, copies, wrappers
          network.actr = 5             | unknown key network.actr for mlp; known: hidden, activation
          """)
  void unknownKeysComeWithASuggestion(String line, String problem) {
    assertThat(problem(line)).isEqualTo(problem);
  }

  @Test
  void unknownComponentsComeWithWhatIsAvailable() {
    folder.file(
        "it.conf",
        """
        environment = lines
        network = mpl
        algorithm { plugin = gail, generator = bc, discriminator.network = xyz
          demonstrations.file = "it.conf" }
        training.steps = 1000
        """);
    assertThat(folder.problems("it.conf"))
        .containsExactly(
            "it.conf:1: unknown environment 'lines'; available: line, picture, slope; did you mean"
                + " line?",
            "it.conf:2: unknown network 'mpl'; available: gru, keeper, mlp, stack; did you mean mlp?",
            "it.conf:3: bc cannot be a generator: it is not a policy optimizer; available: ppo,"
                + " trpo",
            "it.conf:3: unknown network 'xyz'; available: gru, keeper, mlp, stack");
  }

  @Test
  void aNodeThatNamesNoComponentSaysWhatThereIs() {
    folder.file("it.conf", "network.hidden = [3]\nalgorithm = ppo\ntraining.steps = 1000");
    assertThat(folder.problems("it.conf"))
        .containsExactly(
            "it.conf: environment names no plugin; available: line, picture, slope",
            "it.conf:1: network names no plugin; available: gru, keeper, mlp, stack");
  }

  @Test
  void actorAndCriticComeTogether() {
    folder.file(
        "it.conf",
        """
        environment = line
        algorithm = ppo
        training.steps = 5
        network { actor = mlp }
        """);
    assertThat(folder.problems("it.conf"))
        .containsExactly("it.conf:4: network names actor but no critic");
    assertThat(folder.problems("it.conf", "network.critic=mlp", "network.hidden=[8]"))
        .containsExactly(
            "command line: unknown key network.hidden beside actor and critic; it belongs into one"
                + " of them");
  }

  @Test
  void missingKeysAreNamedWithTheirNode() {
    folder.file("it.conf", "environment = line\nnetwork = mlp\ntraining.steps = 1\n");
    assertThat(folder.problems("it.conf")).containsExactly("it.conf: missing key algorithm");
    folder.file(
        "it.conf", WORKS.replace("= ppo", "{\n  plugin = bc\n  demonstrations.episodes = null\n}"));
    assertThat(folder.problems("it.conf"))
        .containsExactly("it.conf:5: missing key algorithm.demonstrations.episodes");
  }

  @Test
  void allProblemsAreFoundAtOnceInTheOrderOfTheFile() {
    folder.file(
        "it.conf",
        """
        environment { plugin = line, lenght = 3 }
        network { plugin = mlp, hidden = [a] }
        algorithm {
          plugin = ppo
          clip = 7
          epochs = 1.5
        }
        training { steps = 1000, seed = "1" }
        evaluation.episodes = 0
        trackin.uri = x
        """);
    assertThat(folder.problems("it.conf", "algorithm.entrpy=1"))
        .containsExactly(
            "it.conf:1: unknown key environment.lenght for line; did you mean length?",
            "it.conf:2: network.hidden[0] must be a whole number, found \"a\" (text)",
            "it.conf:6: algorithm.epochs must be a whole number, found 1.5",
            "it.conf:8: training.seed must be a whole number, found \"1\" (text; remove the"
                + " quotes)",
            "it.conf:9: evaluation.episodes must be at least 1, found 0",
            "it.conf:10: unknown key trackin; did you mean tracking?",
            "command line: unknown key algorithm.entrpy for ppo; did you mean entropy?");
  }

  @Test
  void anExceptionCarriesItsProblems() {
    folder.file("it.conf", WORKS + "algorithm.clip = 7");
    Path file = temporary.resolve("it.conf");
    assertThatThrownBy(() -> folder.study("it.conf", "x=1"))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems())
                    .contains(
                        new Problem(
                            "algorithm.clip must be in (0, 1), found 7.0",
                            file.toString(),
                            Optional.of(5))));
  }

  @Test
  void pathsAreRelativeToTheFileThatNamesThem() {
    folder.file("data/episodes.npz", "x");
    folder.file(
        "presets/bc.conf",
        "algorithm { plugin = bc, demonstrations.file = \"../data/episodes.npz\" }");
    folder.file("it.conf", "include \"presets/bc.conf\"\nenvironment = line\nnetwork = mlp");
    assertThat(folder.value("algorithm.demonstrations.file", "it.conf"))
        .isEqualTo(temporary.resolve("data/episodes.npz").toString());
  }

  @Test
  void pathsMustExist() {
    folder.file(
        "it.conf", WORKS.replace("ppo", "bc") + "algorithm.demonstrations.file = \"no.npz\"");
    assertThat(folder.problems("it.conf"))
        .singleElement()
        .asString()
        .startsWith("it.conf:5: algorithm.demonstrations.file names no existing file: ");
  }
}
