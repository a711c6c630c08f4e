package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Variants that the node {@code ablation} generates. */
class AblationTest {
  private static final String BASE =
      """
      environment = line
      network = mlp
      algorithm { plugin = gail, generator { plugin = ppo, clip = 0.3 }, demonstrations.file = "it.conf" }
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

  private List<String> problems(String text, String... overrides) {
    return folder.file("it.conf", BASE + text).problems("it.conf", overrides);
  }

  private static List<String> variants(Study study) {
    return study.cells().stream().map(Cell::variant).toList();
  }

  private static Trial trial(Study study, String variant) {
    return study.trials().stream().filter(it -> it.variant().equals(variant)).findFirst().get();
  }

  @Test
  void leaveOneOutSwitchesOffOneDetailAtATime() {
    Study study =
        study(
            """
            ablation.leave-one-out {
              entropy { algorithm.generator.entropy = 0 }
              depth { network.hidden = [64], algorithm.discriminator.network.hidden = [8] }
            }
            """);
    assertThat(variants(study)).containsExactly("baseline", "without entropy", "without depth");
    assertThat(trial(study, "without entropy").parameters())
        .containsEntry("algorithm.generator.entropy", "0.0")
        .containsEntry("network.hidden", "[64, 64]");
    assertThat(trial(study, "without depth").parameters())
        .containsEntry("algorithm.generator.entropy", "0.01")
        .containsEntry("network.hidden", "[64]")
        .containsEntry("algorithm.discriminator.network.hidden", "[8]");
  }

  @Test
  void aDetailThatIsOffAlreadyCannotBeLeftOut() {
    assertThat(problems("ablation.leave-one-out { mlp { network = mlp }, clip = 3 }"))
        .containsExactly(
            "it.conf:5: ablation.leave-one-out.clip must be an object of what leaves it out");
    assertThat(
            problems("ablation.leave-one-out {\n mlp { network = mlp }, gru { network = gru } }"))
        .containsExactly(
            "it.conf:6: variant 'without mlp' changes nothing: the baseline is the same already");
  }

  @Test
  void aSwapReplacesOneComponentAtATime() {
    Study study =
        study("ablation.swap { network = [mlp, gru], \"algorithm.generator\" = [ppo, trpo] }");
    // Its plain name merges into the file's choice of it, so ppo keeps its clip.
    assertThat(variants(study))
        .containsExactly("baseline", "network=gru", "algorithm.generator=trpo");
    assertThat(trial(study, "network=gru").parameters())
        .containsEntry("network.plugin", "gru")
        .containsEntry("algorithm.generator.clip", "0.3");
    assertThat(trial(study, "algorithm.generator=trpo").parameters())
        .containsEntry("network.plugin", "mlp")
        .containsEntry("algorithm.generator.plugin", "trpo")
        .doesNotContainKey("algorithm.generator.clip");
  }

  @Test
  void valuesOfASwapMayBeObjectsAndPlain() {
    Study study =
        study(
            """
            ablation.swap {
              network = [{ plugin = gru, steps = 2 }, { plugin = mlp, hidden = [3] }, { plugin = mlp, hidden = [64, 64] }, { hidden = [1] }]
              algorithm { discriminator.reward = [log-d, logit], generator.clip = [0.30, 0.1] }
            }
            """);
    assertThat(variants(study))
        .containsExactly(
            "baseline",
            "network=gru",
            "network=mlp(hidden=[3])",
            "network=(hidden=[1])",
            "algorithm.discriminator.reward=logit",
            "algorithm.generator.clip=0.1");
    assertThat(trial(study, "network=gru").parameters()).containsEntry("network.steps", "2");
    assertThat(trial(study, "network=(hidden=[1])").parameters())
        .containsEntry("network.plugin", "mlp")
        .containsEntry("network.hidden", "[1]");
  }

  @Test
  void aFactorialCombinesTheSwapsAndOnlyThose() {
    Study study =
        study(
            """
            ablation {
              variants { wide { network.hidden = [256] } }
              leave-one-out { entropy { algorithm.generator.entropy = 0 } }
              swap { network = [mlp, gru], algorithm.generator = [ppo, trpo] }
              factorial = true
              seeds = [3, 4]
            }
            """);
    assertThat(variants(study))
        .containsExactly(
            "baseline",
            "wide",
            "without entropy",
            "network=mlp algorithm.generator=trpo",
            "network=gru algorithm.generator=ppo",
            "network=gru algorithm.generator=trpo");
    assertThat(study.cells())
        .allSatisfy(
            cell ->
                assertThat(cell.trials())
                    .extracting(trial -> trial.experiment().training().seed())
                    .containsExactly(3L, 4L));
    assertThat(trial(study, "network=gru algorithm.generator=trpo").parameters())
        .containsEntry("network.plugin", "gru")
        .containsEntry("algorithm.generator.plugin", "trpo");
  }

  @Test
  void combinationsThatComeToTheSameAreThereOnce() {
    assertThat(
            variants(
                study(
                    """
                    ablation.swap { network = [mlp, gru], network.hidden = [[64, 64], [128], [8]] }
                    ablation.factorial = true
                    ablation.swap.training.threads = [1, 2]
                    ablation.swap.tracking.uri = [sqlite, none]
                    """)))
        .hasSize(2 * 3 * 2)
        .doesNotHaveDuplicates();
  }

  @Test
  void generatedVariantsThatCannotWorkAreReported() {
    folder.file(
        "it.conf",
        """
        environment = picture
        network = gru
        algorithm = ppo
        training.steps = 1000
        ablation {
          swap { network = [gru, mlp], algorithm = [ppo, trpo, { plugin = ppo, clip = 0.5 }] }
          factorial = true
        }
        """);
    Study study = folder.study("it.conf");
    assertThat(variants(study)).containsExactly("baseline", "network=gru algorithm=ppo(clip=0.5)");
    assertThat(study.incompatible())
        .extracting(Incompatible::toString)
        .containsExactly(
            "network=gru algorithm=trpo: algorithm trpo does not work with environment picture: it"
                + " takes vectors",
            "network=mlp algorithm=ppo: network mlp does not work with environment picture: a dense"
                + " layer takes vectors, found uint8 image[1, 8, 8]",
            "network=mlp algorithm=trpo: network mlp does not work with environment picture: a dense"
                + " layer takes vectors, found uint8 image[1, 8, 8]; algorithm trpo does not work"
                + " with environment picture: it takes vectors",
            "network=mlp algorithm=ppo(clip=0.5): network mlp does not work with environment"
                + " picture: a dense layer takes vectors, found uint8 image[1, 8, 8]");
  }

  @Test
  void aGeneratedVariantMayBeIncompatibleAtSomePointsOnly() {
    Study study =
        study(
            """
            sweep.space.environment = [line, picture]
            ablation.swap.algorithm.generator = [ppo, trpo]
            """,
            "network=gru",
            "algorithm.discriminator.network=gru");
    assertThat(study.cells())
        .extracting(cell -> cell.variant() + " " + cell.point().get("environment"))
        .containsExactly("baseline line", "baseline picture", "algorithm.generator=trpo line");
    assertThat(study.incompatible())
        .singleElement()
        .satisfies(it -> assertThat(it.point()).isEqualTo(Map.of("environment", "picture")));
  }

  @Test
  void whatAPersonWroteDownMustWork() {
    folder.file(
        "it.conf",
        """
        environment = picture
        network = gru
        algorithm = ppo
        training.steps = 1000
        ablation.variants { dense { network = mlp } }
        ablation.leave-one-out { memory { network = mlp } }
        ablation.swap { algorithm = [sarsa, { plugin = ppo, clip = 0.5 }] }
        """);
    assertThat(folder.problems("it.conf"))
        .containsExactly(
            "it.conf:5: network mlp does not work with environment picture: a dense layer takes"
                + " vectors, found uint8 image[1, 8, 8]",
            "it.conf:6: network mlp does not work with environment picture: a dense layer takes"
                + " vectors, found uint8 image[1, 8, 8]");
  }

  @Test
  void swapsThatAllDropOutAreAnError() {
    assertThat(problems("ablation.swap { algorithm.generator = [ppo], network = [mlp, null] }"))
        .containsExactly(
            "it.conf:5: ablation.swap comes to no variant; algorithm.generator=ppo: the same as"
                + " baseline; network=mlp: the same as baseline; network=null: algorithm gail needs a"
                + " network, and the experiment names none; for example network = mlp");
  }

  @Test
  void valuesThatDoNotBindAreErrorsWithTheirLines() {
    assertThat(
            problems(
                """
                ablation.swap {
                  network = [gru, mpl]
                  algorithm.genrator = [ppo]
                  netwrok = [gru]
                  algorithm.generator.clip = [0.1, 1.5]
                }
                """))
        .containsExactly(
            "it.conf:6: unknown network 'mpl'; available: gru, keeper, mlp, stack; did you mean mlp?",
            "it.conf:7: unknown key algorithm.genrator for gail; did you mean generator?",
            "it.conf:8: unknown key netwrok; did you mean network?",
            "it.conf:9: algorithm.generator.clip must be in (0, 1), found 1.5");
  }

  @Test
  void whatIsWrongWithAGeneratorIsNamedWithItsLine() {
    assertThat(
            problems(
                """
                ablation {
                  leave-one-out {}
                  swap {
                    network = []
                    algorithm.generator = trpo
                    algorithm.discriminator.updates = [1, 2, 1]
                    training.seed = [1, 2]
                    sweep.sampler = [grid, random]
                    network.hidden = [[1], [2]]
                  }
                  variants { "network.hidden=[1]" { network.hidden = [3] } }
                  factorial = 1
                }
                sweep.space.network.hidden = [[1], [2]]
                """))
        .containsExactly(
            "it.conf:6: ablation.leave-one-out must be an object of what leaves out each detail, by"
                + " the detail's name, for example { entropy { algorithm.entropy = 0 } }",
            "it.conf:8: ablation.swap.network must be a list of at least one value, for example"
                + " [mlp, gru], found []",
            "it.conf:9: ablation.swap.algorithm.generator must be a list of at least one value, for"
                + " example [mlp, gru], found \"trpo\"",
            "it.conf:10: ablation.swap.algorithm.discriminator.updates lists 1 twice",
            "it.conf:11: ablation.swap cannot swap the seed, which is the same for all variants; set"
                + " ablation.seeds",
            "it.conf:12: ablation.swap cannot change sweep.sampler, which stands above variants",
            "it.conf:13: ablation.swap.network.hidden has no effect: the sweep sets network.hidden"
                + " too, and comes later; remove one of them",
            "it.conf:13: ablation makes a variant 'network.hidden=[1]' here, and there is another of"
                + " this name, it.conf:15; rename that",
            "it.conf:16: ablation.factorial must be true or false, found 1");
    assertThat(problems("ablation.factorial = true"))
        .containsExactly(
            "it.conf:5: ablation.factorial combines the values of ablation.swap, and there are none;"
                + " for example ablation.swap { network = [mlp, gru] }");
    assertThat(problems("ablation.swap = 3"))
        .containsExactly(
            "it.conf:5: ablation.swap must be an object of lists by key, for example { network ="
                + " [mlp, gru] }, found 3");
    assertThat(problems("ablation.swap.network = [mlp, gru]", "network=gru"))
        .containsExactly(
            "it.conf:5: ablation.swap.network has no effect: the command line sets network too, and"
                + " comes later; remove one of them");
  }

  @Test
  void generatorsMayComeFromAPresetAndTheCommandLine() {
    folder.file(
        "preset.conf",
        "ablation { leave-one-out.entropy { algorithm.generator.entropy = 0 }, swap.network = [gru] }");
    String text = "include \"preset.conf\"\nablation.swap.network = [stack]";
    assertThat(variants(study(text)))
        .containsExactly("baseline", "without entropy", "network=stack");
    assertThat(variants(study(text, "ablation.swap.network=[gru, stack]")))
        .containsExactly("baseline", "without entropy", "network=gru", "network=stack");
    assertThat(variants(study(text, "network.hidden=[7]", "ablation.swap.network=[gru]")))
        .containsExactly("baseline", "without entropy", "network=gru");
  }

  @Test
  void aSamplerThatLearnsHearsNothingOfVariantsLeftOut() {
    Study study =
        study(
            """
            sweep {
              sampler { plugin = tpe, points = 4, batch = 2 }
              space.algorithm.generator.entropy { distribution = uniform, low = 0, high = 1 }
            }
            ablation.swap { network = [mlp, gru, null] }
            """);
    List<String> asked = new ArrayList<>(variants(study));
    List<Cell> batch = List.copyOf(study.cells());
    while (!batch.isEmpty()) {
      batch.forEach(cell -> study.tell(cell, 1));
      batch = study.ask();
      batch.forEach(cell -> asked.add(cell.variant()));
    }
    assertThat(asked).hasSize(8).containsOnly("baseline", "network=gru");
    assertThat(study.incompatible()).hasSize(4).allMatch(it -> it.variant().equals("network=null"));
  }
}
