package org.apprentice.core.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.tracking.StoredRun;
import org.junit.jupiter.api.Test;

class StoredTrialTest {
  private static final TrialResult RESULT =
      new TrialResult(
          256,
          ProgressUnit.ENVIRONMENT_STEPS,
          256,
          1.0 / 3,
          2,
          9.5,
          0.5,
          9,
          10,
          5.0,
          true,
          64L,
          null,
          256L,
          new TrialResult.Cost(0.25, 82L, null),
          List.of("something odd"));

  private static StoredRun run(
      RunEvent.Status ended, Map<String, String> tags, Map<String, RunEvent.Metric> metrics) {
    return new StoredRun(
        "7",
        RunSpec.newUid(),
        "cartpole",
        "toy seed 1",
        Optional.ofNullable(ended),
        1000,
        OptionalLong.of(5000),
        Map.of("training.steps", "256", "evaluation.episodes", "2", "evaluation.solved.mean", "5"),
        tags,
        metrics,
        "");
  }

  private static Map<String, String> tags(String... pairs) {
    Map<String, String> tags = new LinkedHashMap<>(Map.of("trial-key", "abc"));
    for (int i = 0; i < pairs.length; i += 2) {
      tags.put(pairs[i], pairs[i + 1]);
    }
    return tags;
  }

  @Test
  void tagsTellAllThatTheFilesTell() {
    List<Membership> memberships =
        List.of(
            new Membership("toy", "wide", Map.of("algorithm.clip", "0.1"), false),
            new Membership("second", "baseline", Map.of(), true));
    StoredTrial trial =
        StoredTrial.of(
            run(
                RunEvent.Status.FINISHED,
                tags(
                    RunTags.RESULT,
                    RunTags.text(RESULT).orElseThrow(),
                    RunTags.MEMBERSHIPS,
                    RunTags.text(memberships).orElseThrow()),
                Map.of()));
    assertThat(trial.status().result()).isEqualTo(RESULT);
    assertThat(trial.status().key()).isEqualTo("abc");
    assertThat(trial.status().state()).isEqualTo(TrialStatus.State.FINISHED);
    assertThat(trial.memberships()).isEqualTo(memberships);
  }

  @Test
  void theResultOfAnEarlierVersionComesFromItsMetrics() {
    Map<String, RunEvent.Metric> metrics =
        Map.of(
            "evaluation/return-mean", new RunEvent.Metric("", 9.5, 250, 0),
            "evaluation/return-std", new RunEvent.Metric("", 0.5, 250, 0),
            "evaluation/solved-at", new RunEvent.Metric("", 64, 64, 0));
    StoredTrial trial =
        StoredTrial.of(
            run(RunEvent.Status.FINISHED, tags("study", "toy", "variant", "wide"), metrics));
    TrialResult result = trial.status().result();
    assertThat(result.progress()).isEqualTo(250);
    assertThat(result.budget()).isEqualTo(256);
    assertThat(result.unit()).isEqualTo(ProgressUnit.ENVIRONMENT_STEPS);
    assertThat(result.trainingSeconds()).isEqualTo(4);
    assertThat(result.meanReturn()).isEqualTo(9.5);
    assertThat(result.standardDeviation()).isEqualTo(0.5);
    assertThat(result.minimumReturn()).as("unknown").isNaN();
    assertThat(result.threshold()).isEqualTo(5);
    assertThat(result.solved()).isTrue();
    assertThat(result.solvedAt()).isEqualTo(64);
    assertThat(result.cost()).isNull();
    assertThat(trial.memberships()).containsExactly(new Membership("toy", "wide", Map.of(), false));
  }

  @Test
  void aRunThatHasNotFinishedNeedsNoResult() {
    assertThat(StoredTrial.of(run(null, tags(), Map.of())).status().state())
        .isEqualTo(TrialStatus.State.RUNNING);
    TrialStatus failed =
        StoredTrial.of(
                run(
                    RunEvent.Status.FAILED,
                    tags("mlflow.note.content", "Failed: out of luck"),
                    Map.of()))
            .status();
    assertThat(failed.message()).isEqualTo("out of luck");
  }

  @Test
  void whatIsNoTrialOrTellsNoResultIsNamed() {
    assertThatThrownBy(() -> StoredTrial.of(run(null, Map.of("seed", "1"), Map.of())))
        .isInstanceOf(TrialException.class)
        .hasMessage("run toy seed 1 (7) is no trial of Apprentice: it has no tag trial-key");
    assertThatThrownBy(
            () ->
                StoredTrial.of(
                    run(RunEvent.Status.FINISHED, tags(RunTags.RESULT, "{\"odd\":1}"), Map.of())))
        .isInstanceOf(TrialException.class)
        .hasMessage(
            "run toy seed 1 (7) tells no result: it has neither a tag apprentice.result nor a"
                + " metric evaluation/return-mean");
  }

  @Test
  void tagsAreNeverLongerThanMlflowKeepsThem() {
    TrialResult wordy =
        new TrialResult(
            1,
            ProgressUnit.EPOCHS,
            0,
            1,
            1,
            1,
            0,
            1,
            1,
            null,
            null,
            null,
            null,
            1L,
            null,
            List.of("word ".repeat(2000)));
    assertThat(RunTags.result(Map.of(RunTags.RESULT, RunTags.text(wordy).orElseThrow())))
        .contains(wordy.withoutWarnings());
    Membership large = new Membership("a", "b", Map.of("key", "x".repeat(2000)), false);
    String text = RunTags.text(List.of(large, large, large)).orElseThrow();
    assertThat(text).hasSizeLessThan(RunTags.LONGEST);
    assertThat(RunTags.memberships(Map.of(RunTags.MEMBERSHIPS, text)))
        .containsExactly(large, large);
    Membership huge = new Membership("a", "b", Map.of("key", "x".repeat(9000)), false);
    assertThat(RunTags.text(List.of(huge))).isEmpty();
    assertThat(RunTags.text(List.of())).isEmpty();
  }

  @Test
  void theRunOfAStudyIsNoTrial() {
    StoredRun study = run(null, Map.of("study", "toy", "seeds", "1, 2"), Map.of());
    assertThat(StoredTrial.isStudy(study)).isTrue();
    assertThat(StoredTrial.isTrial(study)).isFalse();
    StoredRun foreign = run(null, Map.of("study", "toy"), Map.of());
    assertThat(StoredTrial.isStudy(foreign)).isFalse();
  }
}
