package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which trials an experiment stands for. */
class PlanTest {
  private static final String BASE =
      """
      environment = line
      network = mlp
      algorithm { plugin = gail, demonstrations.file = "it.conf" }
      training.steps = 1000
      """;

  @TempDir Path temporary;
  private ExperimentFolder folder;

  @BeforeEach
  void openFolder() {
    folder = new ExperimentFolder(temporary);
  }

  private List<Trial> trials(String text, String... overrides) {
    return folder.file("it.conf", BASE + text).study("it.conf", overrides).trials();
  }

  @Test
  void aPlainExperimentIsOneTrial() {
    assertThat(trials("")).hasSize(1);
    assertThat(trials("").get(0).variant()).isEqualTo("baseline");
    assertThat(trials("").get(0).point()).isEmpty();
  }

  @Test
  void aGridHasEveryCombinationTheLastAxisFastest() {
    List<Trial> trials =
        trials("sweep { space { network = [mlp, gru], algorithm.generator.clip = [0.1, 0.2] } }");
    assertThat(trials)
        .extracting(Trial::point)
        .containsExactly(
            Map.of("network", "mlp", "algorithm.generator.clip", "0.1"),
            Map.of("network", "mlp", "algorithm.generator.clip", "0.2"),
            Map.of("network", "gru", "algorithm.generator.clip", "0.1"),
            Map.of("network", "gru", "algorithm.generator.clip", "0.2"));
    assertThat(trials)
        .extracting(trial -> trial.parameters().get("network.hidden"))
        .containsExactly("[64, 64]", "[64, 64]", "[128]", "[128]");
    assertThat(trials.stream().map(Trial::key).distinct()).hasSize(4);
  }

  @Test
  void axesKeepTheOrderOfTheFile() {
    String text =
        """
        sweep.space {
          training.seed = [1, 2]
          network.hidden = [[8], [9]]
          training.threads = [1, 2]
          algorithm { generator.clip = [0.1, 0.2], discriminator.updates = [1] }
        }
        """;
    Trial trial = trials(text).get(7);
    assertThat(trial.point().keySet())
        .containsExactly(
            "network.hidden",
            "training.threads",
            "algorithm.generator.clip",
            "algorithm.discriminator.updates");
    assertThat(trial.point().values()).containsExactly("[8]", "2", "0.2", "1");
    assertThat(trial.experiment().training().seed()).isEqualTo(2);
  }

  @Test
  void valuesOfAnAxisMayBeObjectsAndSubstitutions() {
    List<Trial> trials =
        trials(
            "sweep.space.network = [ { plugin = gru, steps = 2 }, { plugin = mlp, hidden ="
                + " [${training.threads}] } ]");
    assertThat(trials.get(0).parameters()).containsEntry("network.steps", "2");
    assertThat(trials.get(1).parameters()).containsEntry("network.hidden", "[1]");
  }

  @Test
  void theBaselineComesFirstAndVariantsInTheOrderOfTheFile() {
    String text =
        """
        ablation {
          variants {
            zero-entropy { algorithm.generator.entropy = 0 }
            lstm { network = gru, network.steps = 2 }
            "v0.5 x" { algorithm.generator.clip = 0.5 }
            a {}
          }
        }
        """;
    List<Trial> trials = trials(text);
    assertThat(trials)
        .extracting(Trial::variant)
        .containsExactly("baseline", "zero-entropy", "lstm", "v0.5 x", "a");
    assertThat(trials.get(0).parameters()).containsEntry("algorithm.generator.entropy", "0.01");
    assertThat(trials.get(1).parameters()).containsEntry("algorithm.generator.entropy", "0.0");
    assertThat(trials.get(2).parameters()).containsEntry("network.steps", "2");
    assertThat(trials.get(4).key()).isEqualTo(trials.get(0).key());
  }

  @Test
  void everyVariantRunsWithEverySeedAndEveryPoint() {
    String text =
        """
        sweep.space.algorithm.generator.clip = [0.1, 0.2]
        ablation { variants.gru.network = gru, seeds = [3, 4, 5] }
        """;
    assertThat(trials(text))
        .hasSize(12)
        .extracting(
            trial ->
                trial.variant() + trial.point().values() + trial.experiment().training().seed())
        .startsWith("baseline[0.1]3", "baseline[0.1]4", "baseline[0.1]5", "baseline[0.2]3")
        .endsWith("gru[0.2]5");
  }

  @Test
  void aVariantLiesBetweenFileAndCommandLine() {
    String text = "ablation.variants { b { algorithm.generator { plugin = trpo, delta = 0.5 } } }";
    assertThat(trials(text, "algorithm.generator.delta=0.25", "algorithm.generator=trpo"))
        .extracting(trial -> trial.parameters().get("algorithm.generator.delta"))
        .containsExactly("0.25", "0.25");
  }

  @Test
  void planAndVariantsMayComeFromAPreset() {
    folder.file(
        "preset.conf",
        "ablation { variants { a.network = gru, b.network = gru }, seeds = [1] }\n"
            + "sweep.space.training.threads = [1]");
    String text =
        """
        include "preset.conf"
        ablation { variants { b.network.steps = 3, c.training.threads = 2 }, seeds = [7] }
        sweep.space.training.threads = [3]
        """;
    List<Trial> trials = trials(text);
    assertThat(trials).extracting(Trial::variant).containsExactly("baseline", "a", "b", "c");
    assertThat(trials.get(2).parameters()).containsEntry("network.steps", "3");
    assertThat(trials).allMatch(trial -> trial.experiment().training().seed() == 7);
    assertThat(trials).allMatch(trial -> trial.experiment().training().threads() == 3);
  }

  @Test
  void anAxisOfTheCommandLineReplacesThatOfTheFile() {
    String text = "sweep.space { training.seed = [1, 2, 3] }";
    assertThat(trials(text, "training.seed=8,9"))
        .extracting(trial -> trial.experiment().training().seed())
        .containsExactly(8L, 9L);
  }

  @Test
  void seedsMayComeFromTheCommandLine() {
    assertThat(trials("ablation.seeds = [1]", "ablation.seeds=[5, 6]"))
        .extracting(trial -> trial.experiment().training().seed())
        .containsExactly(5L, 6L);
  }

  @Test
  void whatIsWrongWithAPlanIsNamedWithItsLine() {
    folder.file(
        "it.conf",
        BASE
            + """
            sweep { sampler = grd, space { algorithm.generator.clip = 0.1, network = [] } }
            sweep.space.algorithm.generator.epochs = [1, x]
            ablation.variants {
              baseline { network = gru }
              entropy = 0
              bad { network = grü, algorithm.generator.clipp = 1 }
            }
            ablation.seeds = [1.5]
            sweep.sample = grid
            """);
    assertThat(folder.problems("it.conf"))
        .containsExactly(
            "it.conf:5: sweep.space.algorithm.generator.clip must be a list of at least one value,"
                + " for example [0.1, 0.2], or a distribution, for example { distribution ="
                + " uniform, low = 0.1, high = 0.2 }, found 0.1",
            "it.conf:5: sweep.space.network must be a list of at least one value,"
                + " for example [0.1, 0.2], or a distribution, for example { distribution ="
                + " uniform, low = 0.1, high = 0.2 }, found []",
            "it.conf:5: unknown sweep sampler 'grd'; available: grid, random, tpe, zip; did you mean grid?",
            "it.conf:8: a variant cannot be called baseline: that is the experiment itself",
            "it.conf:9: ablation.variants.entropy must be an object of what the variant changes",
            "it.conf:10: unknown network 'grü'; available: gru, keeper, mlp, stack; did you mean gru?",
            "it.conf:10: unknown key algorithm.generator.clipp for ppo; did you mean clip?",
            "it.conf:12: ablation.seeds[0] must be a whole number, found 1.5",
            "it.conf:13: unknown key sweep.sample; did you mean sampler?");
  }

  @Test
  void aBadValueOfAnAxisIsNamedWhereTheAxisStands() {
    folder.file("it.conf", BASE + "\nsweep.space.algorithm.generator.epochs = [1, x]");
    assertThat(folder.problems("it.conf"))
        .containsExactly(
            "it.conf:6: algorithm.generator.epochs must be a whole number, found \"x\" (text)");
  }

  @Test
  void twoWaysToSayTheSeedAreRefused() {
    folder.file("it.conf", BASE + "ablation.seeds = [1, 2]");
    String problem =
        "command line: training.seed (or --seeds) contradicts ablation.seeds of it.conf:5; set only"
            + " the latter: ablation.seeds=[%s]";
    assertThat(folder.problems("it.conf", "training.seed=7"))
        .containsExactly(problem.formatted("7"));
    assertThat(folder.problems("it.conf", "training.seed=7,8"))
        .containsExactly(problem.formatted("7,8"));
  }
}
