package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A study asks for cells and is told what became of them. */
class StudyTest {
  private static final String BASE =
      """
      environment = line
      network = mlp
      algorithm { plugin = ppo }
      training.steps = 1000
      """;

  private static final String TPE =
      """
      sweep {
        sampler { plugin = tpe, points = 11, startup = 4, batch = 3 }
        space.algorithm.clip { distribution = uniform, low = 0.1, high = 0.9 }
      }
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

  private static double clip(Cell cell) {
    return Double.parseDouble(cell.point().get("algorithm.clip"));
  }

  /** Tells a batch in one order or the other. */
  private static List<Integer> batchSizes(Study study, boolean backwards) {
    List<Integer> sizes = new ArrayList<>();
    List<Cell> batch = List.copyOf(study.cells());
    while (!batch.isEmpty()) {
      sizes.add(batch.size());
      List<Cell> told = new ArrayList<>(batch);
      if (backwards) {
        Collections.reverse(told);
      }
      told.forEach(cell -> study.tell(cell, -Math.abs(clip(cell) - 0.3)));
      batch = study.ask();
    }
    return sizes;
  }

  @ParameterizedTest
  @CsvSource({"grid", "random"})
  void aListOfSeedsBelongsToTheCells(String sampler) {
    Study study =
        study(
            "sweep { sampler = %s, space { training.seed = [3, 1], algorithm.clip = [0.1, 0.2] } }"
                .formatted(sampler));
    assertThat(study.cells()).hasSize(2);
    assertThat(study.cells().get(0).point().keySet()).containsExactly("algorithm.clip");
    assertThat(study.cells())
        .allMatch(
            cell ->
                cell.trials().stream()
                    .map(trial -> trial.experiment().training().seed())
                    .toList()
                    .equals(List.of(3L, 1L)));
    assertThat(study.trials())
        .containsExactly(
            study.cells().get(0).trials().get(0),
            study.cells().get(0).trials().get(1),
            study.cells().get(1).trials().get(0),
            study.cells().get(1).trials().get(1));
  }

  @Test
  void zipPairsSeedsOfTheFileAndTriesThoseOfTheCommandLineWithEachPair() {
    String paired = "sweep { sampler = zip, space { algorithm.clip = [0.1, 0.2]%s } }";
    Study ofFile = study(paired.formatted(", training.seed = [8, 9]"));
    assertThat(ofFile.trials())
        .extracting(trial -> clipAndSeed(trial))
        .containsExactly("0.1 8", "0.2 9");
    assertThat(ofFile.cells())
        .extracting(Cell::point)
        .containsExactly(Map.of("algorithm.clip", "0.1"), Map.of("algorithm.clip", "0.2"));
    assertThat(study(paired.formatted(""), "training.seed=5,6,7").cells())
        .hasSize(2)
        .allMatch(cell -> cell.trials().size() == 3);
  }

  private static String clipAndSeed(Trial trial) {
    return trial.parameters().get("algorithm.clip") + " " + trial.experiment().training().seed();
  }

  @Test
  void aRuleCannotNameSeedsThatAreNoAxis() {
    folder.file(
        "it.conf",
        BASE
            + "sweep { space { training.seed = [1, 2], network = [mlp, gru] }\n"
            + "exclude = [{ network = gru, training.seed = 2 }] }");
    assertThat(folder.problems("it.conf"))
        .containsExactly(
            "it.conf:6: sweep.exclude names training.seed, which is no axis of the sweep; axes:"
                + " network");
  }

  @Test
  void batchesDoNotDependOnTheOrderInWhichTheyWereTold() {
    Study forwards = study(TPE);
    Study backwards = study(TPE);
    assertThat(batchSizes(forwards, false)).containsExactly(4, 3, 3, 1);
    assertThat(batchSizes(backwards, true)).containsExactly(4, 3, 3, 1);
    assertThat(backwards.cells())
        .extracting(Cell::point)
        .isEqualTo(forwards.cells().stream().map(Cell::point).toList());
  }

  @Test
  void aBatchWaitsForTheOneBefore() {
    Study study = study(TPE);
    study.tell(study.cells().get(0), 1);
    assertThatThrownBy(study::ask)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("3 cells were asked for and not told");
    assertThatThrownBy(() -> study.tell(study.cells().get(0), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void oneMoreCellDoesNotWait() {
    Study study = study(TPE);
    int count = 4;
    for (Optional<Cell> cell = study.askNow(); cell.isPresent(); cell = study.askNow()) {
      count++;
      if (count % 2 == 0) {
        study.tell(cell.get(), -clip(cell.get()));
      }
    }
    assertThat(count).isEqualTo(11);
    assertThat(study.cells().stream().map(Cell::point).distinct()).hasSize(11);
  }

  @Test
  void oneMoreCellIsOfTheVariantWithTheFewest() {
    Study study = study(TPE + "ablation.variants.gru.network = gru");
    assertThat(study.cells()).hasSize(8);
    List<String> variants = new ArrayList<>();
    for (Optional<Cell> cell = study.askNow(); cell.isPresent(); cell = study.askNow()) {
      variants.add(cell.get().variant());
    }
    assertThat(variants).hasSize(14).startsWith("baseline", "gru", "baseline", "gru");
    assertThat(variants.stream().filter("gru"::equals)).hasSize(7);
  }

  @Test
  void aPointOfALaterBatchThatDoesNotComposeIsLeftOutAndToldAsFailed() {
    String text =
        """
        sweep {
          sampler { plugin = tpe, points = 40, startup = 2, batch = 5 }
          seed = %d
          space.algorithm.clip { distribution = uniform, low = 0.1, high = 1.3 }
        }
        """;
    Study study = null;
    for (int seed = 1; study == null; seed++) {
      try {
        study = study(text.formatted(seed));
      } catch (ConfigurationException e) {
        assertThat(e).as("an error in the first batch").hasMessageContaining("clip must be in");
      }
    }
    assertThat(study.rejected()).isEmpty();
    batchSizes(study, false);
    assertThat(study.rejected()).isNotEmpty();
    assertThat(study.cells().size() + study.rejected().size()).isEqualTo(40);
    assertThat(study.cells()).allMatch(cell -> clip(cell) < 1);
    for (Study.Rejected rejected : study.rejected()) {
      assertThat(Double.parseDouble(rejected.point().get("algorithm.clip"))).isGreaterThan(1);
      assertThat(rejected.problem())
          .startsWith(temporary.resolve("it.conf") + ":8: algorithm.clip must be in (0, 1)")
          .hasLineCount(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"mean, 4", "median, 2", "iqm, 3"})
  void seedsAreAggregatedAsTheObjectiveSays(String objective, double expected) {
    Study study = study("sweep.objective = " + objective);
    assertThat(study.objective(1, 2, 3, 10, objective.equals("median") ? 2 : 4))
        .isEqualTo(expected);
    assertThat(study.objective(1, Double.NaN, 3)).isNaN();
    assertThat(study.objective(1, Double.POSITIVE_INFINITY)).isNaN();
  }
}
