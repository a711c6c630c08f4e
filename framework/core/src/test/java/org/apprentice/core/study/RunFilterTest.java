package org.apprentice.core.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apprentice.core.trial.TrialStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunFilterTest {
  private static final RecordedRun RUN =
      new RecordedRun(
          "0123",
          new TrialStatus(
              "0123", "u1", "cartpole-ppo seed 3", TrialStatus.State.KILLED, 0, null, null, null),
          List.of(),
          Map.of("network.plugin", "lstm", "algorithm.clip", "0.2", "training.seed", "3"),
          Map.of("variant", "Big one", "odd key", "it's"),
          Map.of("evaluation/return-mean", 481.25, "losses/value", 0.5),
          Map.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "params.network.plugin = 'lstm'",
        "params.network = 'lstm'",
        "params.network = \"lstm\"",
        "parameters.`algorithm.clip`='0.2'",
        "params.network != 'gru'",
        "params.network LIKE 'ls%'",
        "params.network like '_stm'",
        "params.network IN ('gru', 'lstm')",
        "tags.variant ILIKE 'big%'",
        "tag.\"odd key\" = \"it's\"",
        "metrics.evaluation/return-mean > 481",
        "metrics.\"evaluation/return-mean\" >= 481.25",
        "metrics.losses/value < 5e-1 AND params.network = 'x'",
        "metric.losses/value <= .5 and metric.losses/value != 1 AND metric.losses/value = +0.5",
        "attributes.status = 'KILLED'",
        "run.run_name LIKE '%seed 3'",
        "  params.network='lstm'  ",
      })
  void letsThrough(String filter) {
    boolean contradicted = filter.contains("AND params.network = 'x'");
    assertThat(RunFilter.parse(filter).matches(RUN)).isEqualTo(!contradicted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "params.network = 'LSTM'",
        "params.network LIKE 'LSTM'",
        "params.network LIKE 'stm'",
        "params.network LIKE 'l.tm'",
        "params.network IN ('gru')",
        "params.none != 'x'",
        "tags.variant LIKE 'big%'",
        "metrics.losses/value < 0.5",
        "metrics.none != 1",
        "attributes.status != 'KILLED'",
      })
  void holdsBack(String filter) {
    assertThat(RunFilter.parse(filter).matches(RUN)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "network = 'lstm' | expected params.KEY, metrics.KEY, tags.KEY or attributes.KEY at character 1",
        "~~ | expected params.KEY, metrics.KEY, tags.KEY or attributes.KEY at character 1",
        "params.network 'lstm' | expected a comparator such as = or LIKE at character 16",
        "params.network = lstm | expected text in quotes, for example 'lstm' at character 18 (lstm)",
        "params.clip < '1' | params.clip cannot be compared with <; available: != = ILIKE IN LIKE at character 13",
        "metrics.loss LIKE '1' | metrics.loss cannot be compared with LIKE",
        "metrics.loss > '1' | expected a number at character 16",
        "params.a = 'b' OR params.c = 'd' | expected AND at character 16",
        "params.a = 'b' AND | expected params.KEY",
        "params.a IN ('b', 'c' | expected ) at character 22",
        "params. = 'b' | expected a key behind params.",
        "params.a = 'b | cannot be read at character 12 ('b)",
        "attributes.size = 'b' | unknown attribute 'size'; available: run_id, run_name, status",
      })
  void saysWhatIsWrongAndWhere(String filter, String message) {
    assertThatThrownBy(() -> RunFilter.parse(filter))
        .isInstanceOf(ComparisonException.class)
        .hasMessageStartingWith("filter " + filter + ": " + message)
        .hasMessageContaining("one that works: params.network = 'lstm'");
  }

  @Test
  void theExampleInItsMessagesWorks() {
    assertThatThrownBy(() -> RunFilter.parse("x"))
        .satisfies(
            e -> {
              String working = e.getMessage().substring(e.getMessage().indexOf("params.network"));
              assertThat(RunFilter.parse(working).matches(RUN)).isTrue();
            });
  }

  @Test
  void whatMlflowIsSureToUnderstandIsPassedOn() {
    assertThat(
            RunFilter.parse(
                    "params.network = 'lstm' AND tags.variant != 'a' AND tags.\"odd key\" LIKE 'x%'"
                        + " AND metrics.losses/value <= -0.5 AND attributes.status = 'FINISHED'")
                .forStore())
        .contains(
            "tags.`variant` != 'a' AND tags.`odd key` LIKE 'x%' AND metrics.`losses/value` <= -0.5");
    assertThat(RunFilter.parse("params.network = 'lstm'").forStore())
        .as("may mean params.network.plugin")
        .isEmpty();
    assertThat(RunFilter.parse("tags.variant IN ('a', 'b')").forStore()).isEmpty();
    assertThat(RunFilter.parse("tags.variant = \"it's\"").forStore()).isEmpty();
    assertThat(RunFilter.parse("metrics.loss != 0").forStore())
        .as("which MLflow says of NaN too")
        .isEmpty();
  }
}
