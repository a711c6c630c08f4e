package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OverridesTest {
  @TempDir Path temporary;
  private ExperimentFolder folder;

  @BeforeEach
  void writeExperiment() {
    folder = new ExperimentFolder(temporary);
    folder.file(
        "it.conf",
        """
        environment = line
        network = mlp
        algorithm { plugin = ppo, clip = 0.3 }
        training.steps = 1000
        ablation.variants { low { algorithm.clip = 0.1 } }
        """);
  }

  @Test
  void theCommandLineComesLast() {
    List<Trial> trials = folder.study("it.conf", "algorithm.clip=0.5").trials();
    assertThat(trials)
        .extracting(trial -> trial.parameters().get("algorithm.clip"))
        .containsExactly("0.5", "0.5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://localhost:5000        | http://localhost:5000
          https://a.b/c?d=e&f=g        | https://a.b/c?d=e&f=g
          "quoted, with a comma"       | quoted, with a comma
          see issue #5                 | see issue #5
          two words                    | two words
          C:\\data                     | C:\\data
          ${name} of mine              | it of mine
          [not a list                  | [not a list
          "                            | "
          """)
  void textIsHoconOrTakenLiterally(String value, String expected) {
    assertThat(folder.study("it.conf", "tracking.uri=" + value).trials().get(0).experiment())
        .extracting(experiment -> experiment.tracking().uri())
        .isEqualTo(expected);
  }

  @Test
  void valuesAreHocon() {
    String[] overrides = {
      "network.hidden=[8, 4]",
      "environment={ plugin = line, length = 9 }",
      "evaluation.solved={ mean = .5 }",
      "training.seed = 3"
    };
    Trial trial = folder.study("it.conf", overrides).trials().get(0);
    assertThat(trial.parameters())
        .containsEntry("network.hidden", "[8, 4]")
        .containsEntry("environment.length", "9")
        .containsEntry("evaluation.solved.mean", "0.5")
        .containsEntry("training.seed", "3");
  }

  @Test
  void anEmptyValueIsEmptyText() {
    assertThat(folder.study("it.conf", "notes=").trials().get(0).experiment().notes()).contains("");
  }

  @Test
  void commasOutsideBracketsMakeAnAxis() {
    Study study = folder.study("it.conf", "algorithm.clip=0.1,0.2", "network.hidden=[8,4],[2]");
    assertThat(study.trials().stream().filter(trial -> trial.variant().equals(Trial.BASELINE)))
        .extracting(trial -> List.copyOf(trial.point().values()))
        .containsExactly(
            List.of("0.1", "[8,4]"),
            List.of("0.1", "[2]"),
            List.of("0.2", "[8,4]"),
            List.of("0.2", "[2]"));
  }

  @Test
  void anAxisOfComponentsReplacesTheNode() {
    assertThat(folder.study("it.conf", "network=gru,mlp").trials())
        .extracting(trial -> trial.parameters().get("network.hidden"))
        .containsExactly("[128]", "[64, 64]", "[128]", "[64, 64]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "training.seed", "=5", "a..b=5", "--seed"})
  void whatIsNoAssignmentIsRefused(String argument) {
    assertThat(folder.problems("it.conf", argument))
        .containsExactly(
            "command line: expected key=value, for example training.seed=2, found '"
                + argument
                + "'");
  }

  @Test
  void unknownKeysAndWrongTypesAreNamed() {
    assertThat(
            folder.problems(
                "it.conf",
                "training.sed=5",
                "algorithm.clip=high",
                "network=mpl",
                "environment.x=,1"))
        .containsExactly(
            "command line: unknown network 'mpl'; available: gru, keeper, mlp, stack; did you mean mlp?",
            "command line: unknown key environment.x for line; known: length, copies, wrappers",
            "command line: algorithm.clip must be a number, found \"high\" (text)",
            "command line: unknown key training.sed; did you mean seed?");
  }

  @Test
  void pathsStartFromTheWorkingDirectory() {
    String here = Path.of("pom.xml").toAbsolutePath().toString();
    String[] overrides = {
      "algorithm=bc", "algorithm.demonstrations.file=pom.xml", "training.steps=null",
    };
    folder.file("plain.conf", "environment = line\nnetwork = mlp\nalgorithm = ppo");
    assertThat(folder.value("algorithm.demonstrations.file", "plain.conf", overrides))
        .isEqualTo(here);
  }

  @Test
  void choosingANodeTwiceIsAnErrorHereToo() {
    assertThat(folder.problems("it.conf", "network=mlp", "network=gru"))
        .containsExactly(
            "command line: network is chosen twice, here and on the command line; choose it once"
                + " and set its keys in an object");
  }
}
