package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Distributions, conditions, rules and samplers of the node {@code sweep}. */
class SweepTest {
  private static final String BASE =
      """
      environment = line
      network = mlp
      algorithm { plugin = ppo }
      training.steps = 1000
      """;

  @TempDir Path temporary;
  private ExperimentFolder folder;

  @BeforeEach
  void openFolder() {
    folder = new ExperimentFolder(temporary);
  }

  private Study study(String text, String... overrides) {
    return folder.file("it.conf", BASE + text).study("it.conf", overrides);
  }

  private List<String> problems(String text) {
    return folder.file("it.conf", BASE + text).problems("it.conf");
  }

  @Test
  void aRandomSweepDrawsItsPointsFromTheDistributions() {
    String text =
        """
        sweep {
          sampler { plugin = random, points = 7 }
          space.algorithm {
            clip { distribution = log-uniform, low = 0.01, high = 0.1 }
            epochs { distribution = int, low = 2, high = 9 }
            entropy { distribution = quantised, low = 0, high = 0.02, step = 0.01 }
          }
        }
        """;
    Study study = study(text);
    assertThat(study.trials()).hasSize(7);
    for (Trial trial : study.trials()) {
      assertThat(Double.parseDouble(trial.parameters().get("algorithm.clip"))).isBetween(0.01, 0.1);
      assertThat(Integer.parseInt(trial.parameters().get("algorithm.epochs"))).isBetween(2, 9);
      assertThat(trial.parameters().get("algorithm.entropy")).isIn("0.0", "0.01", "0.02");
    }
    assertThat(study(text).trials())
        .extracting(Trial::key)
        .isEqualTo(study.trials().stream().map(Trial::key).toList());
    assertThat(study(text, "sweep.seed=2").trials())
        .extracting(Trial::key)
        .doesNotContainAnyElementsOf(study.trials().stream().map(Trial::key).toList());
    List.copyOf(study.cells()).forEach(cell -> study.tell(cell, 1));
    assertThat(study.ask()).isEmpty();
  }

  @Test
  void everyPointOfARandomSweepIsTriedWithEverySeed() {
    String text =
        """
        sweep { sampler { plugin = random, points = 3 } }
        sweep.space.algorithm.clip { distribution = uniform, low = 0.1, high = 0.3 }
        """;
    List<Trial> trials = study(text, "training.seed=1,2").trials();
    assertThat(trials).hasSize(6);
    assertThat(trials.get(0).point()).isEqualTo(trials.get(1).point()).hasSize(1);
    assertThat(trials)
        .extracting(trial -> trial.experiment().training().seed())
        .containsExactly(1L, 2L, 1L, 2L, 1L, 2L);
  }

  @Test
  void zipPairsTheValues() {
    assertThat(
            study(
                    "sweep { sampler = zip, space { network = [mlp, gru], algorithm.clip = [0.1, 0.2] } }")
                .trials())
        .extracting(Trial::point)
        .containsExactly(
            Map.of("network", "mlp", "algorithm.clip", "0.1"),
            Map.of("network", "gru", "algorithm.clip", "0.2"));
  }

  @Test
  void listsOfDifferentLengthCannotBePaired() {
    assertThat(
            problems(
                "sweep { sampler = zip, space { network = [mlp, gru], algorithm.clip = [1, 2, 3] } }"))
        .containsExactly(
            "it.conf:5: zip pairs values and needs lists of the same length, found network with 2,"
                + " algorithm.clip with 3");
  }

  @Test
  void aGridCannotHaveAContinuum() {
    assertThat(
            problems(
                "sweep.space.algorithm.clip { distribution = uniform, low = 0.1, high = 0.3 }"))
        .containsExactly(
            "it.conf:5: algorithm.clip is a continuum, of which a grid cannot have every value; give"
                + " a list, a distribution with a step, or choose the sampler random or tpe");
  }

  @Test
  void aChoiceBringsAxesAlong() {
    String text =
        """
        sweep.space {
          network {
            distribution = choice
            values = [mlp, gru]
            cases {
              mlp { hidden = [[8], [9]] }
              gru { steps { distribution = int, low = 2, high = 4 } }
            }
          }
          algorithm.clip = [0.1, 0.2]
        }
        """;
    assertThat(study(text).trials())
        .extracting(trial -> trial.point().values().toString())
        .containsExactly(
            "[mlp, [8], 0.1]",
            "[mlp, [8], 0.2]",
            "[mlp, [9], 0.1]",
            "[mlp, [9], 0.2]",
            "[gru, 2, 0.1]",
            "[gru, 2, 0.2]",
            "[gru, 3, 0.1]",
            "[gru, 3, 0.2]",
            "[gru, 4, 0.1]",
            "[gru, 4, 0.2]");
    assertThat(study(text, "network=mlp,gru").trials()).hasSize(4);
  }

  @Test
  void rulesDropPoints() {
    String text =
        """
        sweep {
          space { network = [mlp, gru], algorithm { clip = [0.10, 0.2, 0.3], epochs = [1, 2] } }
          exclude = [
            { network = gru, algorithm.clip = [0.100, 0.3] }
            { algorithm { clip { above = 0.25 }, epochs = 2 } }
          ]
        }
        """;
    Study study = study(text);
    assertThat(study.excluded()).isEqualTo(5);
    assertThat(study.trials())
        .extracting(trial -> trial.point().values().toString())
        .containsExactly(
            "[mlp, 0.1, 1]",
            "[mlp, 0.1, 2]",
            "[mlp, 0.2, 1]",
            "[mlp, 0.2, 2]",
            "[mlp, 0.3, 1]",
            "[gru, 0.2, 1]",
            "[gru, 0.2, 2]");
  }

  @Test
  void rulesThatLeaveNothingAreRefused() {
    assertThat(
            problems(
                """
                sweep.space.algorithm.clip = [0.1, 0.2]
                sweep.exclude = [{ algorithm.clip { below = 1 } }]
                """))
        .containsExactly("it.conf:6: sweep.exclude drops all 2 points of the sweep");
  }

  @Test
  void whatIsWrongWithADimensionIsNamedWithItsLine() {
    String text =
        """
        sweep.space.algorithm {
          clip { distribution = unifrm, low = 0, high = 1 }
          entropy { distribution = uniform, low = 2, high = 1 }
          gamma { distribution = log-uniform, low = 0, high = 1 }
          epochs { distribution = int, low = 1.5, high = 3 }
          delta { distribution = uniform, low = 0, hgh = 1 }
          size { distribution = quantised, low = 0, high = 1, step = 0 }
        }
        sweep.space.network {
          distribution = choice
          values = [mlp, gru]
          cases { lstm { hidden = [[1]] } }
        }
        sweep.exclude = [{ network.hiden = 3 }, 5]
        """;
    assertThat(problems(text))
        .containsExactly(
            "it.conf:6: unknown distribution 'unifrm' of sweep.space.algorithm.clip; available:"
                + " choice, int, log-uniform, quantised, uniform; did you mean uniform?",
            "it.conf:7: sweep.space.algorithm.entropy.low must be at most high = 1, found 2",
            "it.conf:8: sweep.space.algorithm.gamma.low must be above 0, for the logarithm is drawn,"
                + " found 0",
            "it.conf:9: sweep.space.algorithm.epochs.low must be a whole number, found 1.5",
            "it.conf:10: unknown key sweep.space.algorithm.delta.hgh; did you mean high?",
            "it.conf:10: missing key sweep.space.algorithm.delta.high",
            "it.conf:11: sweep.space.algorithm.size.step must be above 0, found 0.0",
            "it.conf:16: sweep.space.network.cases has axes for lstm, which is none of the values"
                + " [mlp, gru]",
            "it.conf:18: sweep.exclude names network.hiden, which is no axis of the sweep; axes:"
                + " network; did you mean network?",
            "it.conf:18: a rule of sweep.exclude must be an object of values by key, found 5");
  }
}
