package org.apprentice.core.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apprentice.core.sweep.Aggregate;
import org.apprentice.core.trial.TrialStatus;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Map<String, String> NONE = Map.of();
  private static final Map<String, String> CLIP = Map.of("algorithm.clip", "0.1");
  private static final Map<String, String> BIG =
      Map.of("algorithm.clip", "0.2", "network.hidden", "[256]");

  private static Variant variant(Comparison comparison, String name) {
    return comparison.variants().stream()
        .filter(it -> it.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static double value(Variant variant, Aggregate aggregate) {
    return variant.aggregates().get(aggregate).value();
  }

  /** All figures by hand. */
  @Test
  void everyFigureOfASmallStudy() {
    Comparison comparison =
        new Runs()
            .variant("baseline", NONE, 1, 2, 3, 4)
            .variant("clip", CLIP, 2, 4, 6, 8)
            .compare();
    Variant clip = variant(comparison, "clip");
    assertThat(comparison.baseline().name()).isEqualTo("baseline");
    assertThat(comparison.baseline().contrast()).isEmpty();
    assertThat(value(clip, Aggregate.MEAN)).isEqualTo(5);
    assertThat(value(clip, Aggregate.MEDIAN)).isEqualTo(5);
    assertThat(value(clip, Aggregate.IQM)).isEqualTo(5);

    Contrast contrast = clip.contrast().orElseThrow();
    // Of 16 pairs, 2 loses to 3 and 4 and ties with 2, 4 ties with 4; all others win.
    assertThat(contrast.improvement().value()).isEqualTo((1 + 0.5 + 3 + 0.5 + 4 + 4) / 16);
    Contrast.Paired paired = contrast.difference().orElseThrow();
    assertThat(paired.mean().value()).isEqualTo(2.5);
    assertThat(paired.pairs()).isEqualTo(4);
    assertThat(paired.p()).isEqualTo(2 / 16.0);
    assertThat(paired.exact()).isTrue();

    Variant.Efficiency efficiency = clip.efficiency();
    // A curve of height h, level to 25, even from h/4 there to h at 100, level to the budget 200.
    double height = (25 * 0.25 + 75 * 0.625 + 100 * 1) / 200;
    assertThat(efficiency.area().orElseThrow().value()).isCloseTo(5 * height, within(1e-12));
    Variant.ToThreshold threshold = efficiency.threshold().orElseThrow();
    assertThat(threshold.reached()).isEqualTo(1);
    assertThat(threshold.of()).isEqualTo(4);
    assertThat(threshold.median().value()).isInfinite();
    assertThat(clip.cost())
        .isEqualTo(
            new Variant.Cost(
                2,
                Optional.of(3.0),
                Optional.of(50.0),
                Optional.of(1234.0),
                Optional.of((double) (200 << 20))));
    assertThat(clip.differences())
        .containsExactly(new Difference("algorithm.clip", Optional.of("0.2"), Optional.of("0.1")));
  }

  @Test
  void controlsMustStayBelowTheClaim() {
    Comparison comparison =
        new Runs()
            .control("shuffled")
            .control("constant")
            .control("lucky")
            .variant("baseline", NONE, 9, 10, 11)
            .variant("shuffled", CLIP, 2, 3, 4)
            .variant("constant", BIG, 8.5, 9, 9.5)
            .variant("lucky", Map.of("algorithm.epochs", "9"), 8, 8, 5)
            .compare();

    assertThat(comparison.controls())
        .containsExactly(
            "Control shuffled fails as it must: 3 against 10 +- 1.",
            "Control constant does as well as the claim: 9 against 10 +- 1. What the claim learned"
                + " need not come from what the control is denied.",
            "Control lucky does as well as the claim: 7 against 10 +- 1. What the claim learned"
                + " need not come from what the control is denied.");
    assertThat(comparison.notes()).containsAll(comparison.controls());
    Comparison without =
        new Runs().variant("baseline", NONE, 1, 2).variant("clip", CLIP, 3, 4).compare();
    assertThat(without.controls()).isEmpty();
  }

  @Test
  void controlsWithoutAClaimSaySo() {
    assertThat(new Runs().control("baseline").variant("baseline", NONE, 1, 2).compare().controls())
        .containsExactly("Control baseline has no claim beside it that it could be compared with.");
  }

  @Test
  void holmCountsAllVariants() {
    Comparison comparison =
        new Runs()
            .variant("baseline", NONE, 1, 2, 3, 4, 5, 6)
            .variant("clip", CLIP, 2, 4, 6, 8, 10, 12)
            .variant("big", BIG, 1, 2, 3, 4, 5, 6.5)
            .compare();
    assertThat(paired(comparison, "clip").p()).isEqualTo(2 / 64.0);
    assertThat(paired(comparison, "clip").adjusted()).isEqualTo(4 / 64.0);
    assertThat(paired(comparison, "big").adjusted()).isEqualTo(1);
    assertThat(variant(comparison, "big").differences())
        .containsExactly(new Difference("network.hidden", Optional.empty(), Optional.of("[256]")));
  }

  private static Contrast.Paired paired(Comparison comparison, String name) {
    return variant(comparison, name).contrast().flatMap(Contrast::difference).orElseThrow();
  }

  @Test
  void pairsAreOfTheSameSeedWhateverTheOrder() {
    Runs runs = new Runs();
    for (int seed = 1; seed <= 5; seed++) {
      runs.run("baseline", NONE, seed, seed);
    }
    for (int seed = 7; seed >= 3; seed--) {
      runs.run("clip", CLIP, seed, seed + 10);
    }
    Comparison comparison = runs.compare();
    assertThat(paired(comparison, "clip").pairs()).isEqualTo(3);
    assertThat(paired(comparison, "clip").mean().value()).isEqualTo(10);
    assertThat(comparison.notes())
        .anyMatch(it -> it.startsWith("clip was run with the seeds [3, 4, 5, 6, 7], the baseline"));
  }

  @Test
  void withoutCommonSeedsThereIsNoDifference() {
    Comparison comparison =
        new Runs()
            .variant("baseline", NONE, 1, 2)
            .run("clip", CLIP, 8, 5)
            .run("clip", CLIP, 9, 6)
            .compare();
    Contrast contrast = variant(comparison, "clip").contrast().orElseThrow();
    assertThat(contrast.difference()).isEmpty();
    assertThat(contrast.improvement().value()).isEqualTo(1);
  }

  @Test
  void lowerIsBetterTurnsTheProbability() {
    Runs runs = new Runs().variant("baseline", NONE, 1, 2, 3).variant("clip", CLIP, 4, 5, 6);
    Comparison comparison =
        Comparison.of(
            "toy",
            runs.found(),
            new Comparison.Options(
                Comparison.EVALUATION, true, Optional.empty(), Optional.of(1.0), Optional.empty()));
    Variant clip = variant(comparison, "clip");
    assertThat(clip.contrast().orElseThrow().improvement().value()).isZero();
    assertThat(paired(comparison, "clip").mean().value()).isEqualTo(3);
    assertThat(clip.efficiency().threshold().orElseThrow().reached())
        .as("only the curve to 4 begins as low as 1")
        .isEqualTo(1);
  }

  @Test
  void tasksAreStrataOnACommonScale() {
    Runs runs = new Runs();
    Map<String, String> acrobot = Map.of("environment.plugin", "acrobot");
    Map<String, String> both = Map.of("environment.plugin", "acrobot", "algorithm.clip", "0.1");
    runs.variant("baseline", NONE, 0, 100).variant("clip", CLIP, 50, 100);
    runs.variant("baseline", acrobot, -500, -100).variant("clip", both, -300, -100);
    Comparison comparison = runs.compare();
    assertThat(comparison.tasks()).containsExactly("cartpole", "acrobot");
    assertThat(comparison.scales()).containsExactly(new Interval(0, 100), new Interval(-500, -100));
    assertThat(comparison.variants()).hasSize(2);
    Variant clip = variant(comparison, "clip");
    assertThat(value(clip, Aggregate.MEAN)).isEqualTo(0.75);
    assertThat(value(comparison.baseline(), Aggregate.IQM)).isEqualTo(0.5);
    assertThat(clip.ofTasks().stream().map(Estimate::value)).containsExactly(75.0, -200.0);
    assertThat(paired(comparison, "clip").mean().value()).isEqualTo(0.25);
    assertThat(paired(comparison, "clip").pairs()).isEqualTo(4);
    assertThat(clip.differences()).hasSize(1);
  }

  @Test
  void aVariantThatLacksATaskIsLeftOutAndNamed() {
    Runs runs = new Runs();
    Map<String, String> acrobot = Map.of("environment.plugin", "acrobot");
    Map<String, String> both = Map.of("environment.plugin", "acrobot", "algorithm.clip", "0.1");
    runs.variant("baseline", NONE, 0, 100).variant("clip", CLIP, 50, 100);
    runs.variant("baseline", acrobot, -500, -100)
        .unfinished("clip", both, 1, TrialStatus.State.FAILED, "no memory");
    Comparison comparison = runs.compare();
    assertThat(comparison.variants()).hasSize(1);
    assertThat(comparison.notes())
        .contains("Variant clip is left out: it has no finished run on at least one of the tasks.");
    assertThat(comparison.leftOut())
        .extracting(Comparison.LeftOut::reason)
        .contains("failed: no memory", "clip has no finished run on another task");
  }

  @Test
  void environmentsThatAreNotCrossedAreVariantsWithANote() {
    Comparison comparison =
        new Runs()
            .variant("baseline", NONE, 1, 2)
            .variant("short", Map.of("environment.max-episode-steps", "50"), 3, 4)
            .variant("clip", CLIP, 5, 6)
            .compare();
    assertThat(comparison.variants()).hasSize(3);
    assertThat(comparison.tasks()).hasSize(1);
    assertThat(comparison.notes())
        .anyMatch(it -> it.startsWith("Variants differ in the environment"));
  }

  @Test
  void unfinishedRunsAreLeftOutWithTheirReasons() {
    Comparison comparison =
        new Runs()
            .variant("baseline", NONE, 1, 2)
            .unfinished("baseline", NONE, 3, TrialStatus.State.RUNNING, null)
            .unfinished("baseline", NONE, 4, TrialStatus.State.FAILED, "diverged")
            .unfinished("clip", CLIP, 1, TrialStatus.State.KILLED, "interrupted")
            .compare();
    assertThat(comparison.variants()).hasSize(1);
    assertThat(comparison.leftOut())
        .extracting(Comparison.LeftOut::reason)
        .satisfiesExactly(
            it -> assertThat(it).startsWith("is running, or was killed: apprentice resume"),
            it -> assertThat(it).isEqualTo("failed: diverged"),
            it -> assertThat(it).startsWith("was interrupted: apprentice resume"));
    assertThat(comparison.notes()).contains("Variant clip is left out: it has no finished run.");
  }

  @Test
  void aBaselineThatIsMissingIsReplacedWithANote() {
    Comparison comparison =
        new Runs()
            .unfinished("baseline", NONE, 1, TrialStatus.State.FAILED, "diverged")
            .variant("clip", CLIP, 1, 2)
            .variant("big", BIG, 3, 4)
            .compare();
    assertThat(comparison.baseline().name()).isEqualTo("clip");
    assertThat(comparison.notes())
        .contains(
            "Variant baseline is left out: it has no finished run.",
            "clip takes the place of the baseline.");
  }

  @Test
  void withNothingFinishedThereIsOneMessage() {
    Runs runs = new Runs().unfinished("baseline", NONE, 3, TrialStatus.State.FAILED, "no such ROM");
    assertThatThrownBy(runs::compare)
        .isInstanceOf(ComparisonException.class)
        .hasMessage("toy: none of 1 runs can be compared: toy baseline seed 3 failed: no such ROM");
    assertThatThrownBy(() -> new Runs().compare()).hasMessage("toy: there are no runs to compare");
  }

  @Test
  void aMetricThatNoRunHasIsNamedWithThoseThatExist() {
    Runs runs = new Runs().variant("baseline", NONE, 1, 2);
    Comparison.Options options =
        new Comparison.Options(
            "losses/policy", true, Optional.empty(), Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> Comparison.of("toy", runs.found(), options))
        .hasMessageContaining("has no metric losses/policy; it has evaluation/return-mean");
  }

  @Test
  void theBaselineCanBeNamed() {
    Runs runs = new Runs().variant("baseline", NONE, 1, 2).variant("clip", CLIP, 3, 4);
    Comparison.Options options =
        new Comparison.Options(
            Comparison.EVALUATION, false, Optional.of("clip"), Optional.empty(), Optional.empty());
    Comparison comparison = Comparison.of("toy", runs.found(), options);
    assertThat(comparison.baseline().name()).isEqualTo("clip");
    assertThat(paired(comparison, "baseline").mean().value()).isEqualTo(-2);
    assertThatThrownBy(
            () ->
                Comparison.of(
                    "toy",
                    runs.found(),
                    new Comparison.Options(
                        Comparison.EVALUATION,
                        false,
                        Optional.of("clipp"),
                        Optional.empty(),
                        Optional.empty())))
        .hasMessage(
            "no variant 'clipp' with finished runs to be the baseline; available: baseline, clip");
  }

  @Test
  void aRepetitionCountsOnce() {
    Runs runs = new Runs().variant("baseline", NONE, 1, 2, 3).run("baseline", NONE, 2, 2);
    Comparison comparison = runs.compare();
    assertThat(comparison.baseline().runs()).hasSize(3);
    assertThat(comparison.leftOut()).hasSize(1);
    assertThat(comparison.leftOut().get(0).reason()).startsWith("same settings and seed as ");
  }

  @Test
  void fewSeedsAreSaidToBeFew() {
    Comparison comparison =
        new Runs()
            .variant("baseline", NONE, 1, 2, 3, 4, 5)
            .variant("clip", CLIP, 3, 4, 5, 6, 7)
            .compare();
    assertThat(comparison.notes())
        .containsExactly(
            "With 5 pairs of seeds p cannot fall below 0.0625: no difference can be called"
                + " significant at 0.05.");
    assertThat(new Runs().variant("baseline", NONE, 1, 2, 3).compare().notes())
        .containsExactly(
            "Fewer than 5 seeds (baseline): bootstrap intervals of so few runs are too narrow.");
  }

  @Test
  void whatManyVariantsShareIsSaidOnce() {
    Runs some = new Runs().variant("baseline", NONE, 1, 2, 3, 4, 5);
    Runs all = new Runs();
    for (int i = 0; i < 7; i++) {
      Map<String, String> change = Map.of("algorithm.clip", "0.3" + i);
      some.variant("clip" + i, change, 1, 2, 3, 4, 5).warned("too good to be true");
      all.variant("clip" + i, change, 1, 2);
    }
    assertThat(some.compare().notes())
        .contains("clip0, clip1, clip2, clip3, clip4 and 2 more variants: too good to be true")
        .filteredOn(it -> it.contains("too good"))
        .hasSize(1);
    assertThat(all.compare().notes())
        .contains(
            "Fewer than 5 seeds (all 7 variants): bootstrap intervals of so few runs are too narrow.");
  }

  @Test
  void variantsOfSeveralStudiesAreNamedAfterThem() {
    Runs runs = new Runs().ofStudy("small").variant("baseline", NONE, 1, 2);
    runs.ofStudy("large").variant("baseline", BIG, 3, 4).variant("clip", CLIP, 5, 6);
    Comparison comparison =
        Comparison.of(
            "both",
            runs.found(),
            new Comparison.Options(
                Comparison.EVALUATION,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    assertThat(comparison.variants())
        .extracting(Variant::name)
        .containsExactly("small", "large", "large clip");
  }

  @Test
  void theSameNameForOtherSettingsIsToldApart() {
    Runs runs = new Runs().variant("baseline", NONE, 1, 2).variant("baseline", CLIP, 3, 4);
    assertThat(runs.compare().variants())
        .extracting(Variant::name)
        .containsExactly("baseline", "baseline (algorithm.clip=0.1)");
  }

  @Test
  void runsOfNoStudyAreNamedByWhatDiffers() {
    List<RecordedRun> runs =
        new Runs()
            .variant("baseline", NONE, 1, 2).variant("clip", CLIP, 3, 4).all().stream()
                .map(
                    run ->
                        new RecordedRun(
                            run.id(),
                            run.status(),
                            List.of(),
                            run.parameters(),
                            run.tags(),
                            run.metrics(),
                            run.curves()))
                .toList();
    Comparison comparison =
        Comparison.of(
            "loose", new RunSource.Found(runs, List.of()), Comparison.Options.ofStudy("loose"));
    assertThat(comparison.variants())
        .extracting(Variant::name)
        .containsExactly("baseline", "algorithm.clip=0.1");
  }
}
