package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apprentice.core.trial.TrialStatus;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The claims of {@code results/benchmarks/learning.md}, for five seeds each; minutes, not seconds.
 */
@Tag("learning")
class LearningTest {
  private static final Path EXPERIMENTS = Path.of("../../experiments");

  @TempDir Path results;

  @ParameterizedTest
  @ValueSource(strings = {"cartpole-gail", "cartpole-v1-gail"})
  void oneDemonstrationIsEnough(String experiment) throws IOException {
    assertThat(solvedAt(experiment, "algorithm.demonstrations.episodes=1"))
        .hasSize(5)
        .doesNotContainNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cartpole-ppo",
        "acrobot-ppo",
        "mountain-car-ppo",
        "cartpole-sarsa",
        "acrobot-sarsa",
        "mountain-car-sarsa",
        "cartpole-gail",
        "cartpole-v1-gail",
        "cartpole-bc"
      })
  void everySeedReachesTheThresholdAndKeepsIt(String experiment) throws IOException {
    assertThat(run(experiment))
        .hasSize(5)
        .allSatisfy(status -> assertThat(status.result().solved()).isTrue())
        .allSatisfy(status -> assertThat(status.result().solvedAt()).isNotNull());
  }

  private List<Long> solvedAt(String experiment, String... overrides) throws IOException {
    List<Long> steps = new ArrayList<>();
    for (TrialStatus status : run(experiment, overrides)) {
      steps.add(status.result().solvedAt());
    }
    return steps;
  }

  /** Trains with seeds 1 to 5; the experts' runs are left out of what it returns. */
  private List<TrialStatus> run(String experiment, String... overrides) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                EXPERIMENTS.resolve(experiment + ".conf").toString(),
                "--seeds",
                "1-5",
                "--results",
                results.toString()));
    arguments.addAll(List.of(overrides));
    assertThat(Main.execute(arguments.toArray(String[]::new))).isZero();
    List<TrialStatus> statuses = new ArrayList<>();
    try (Stream<Path> runs = Files.list(results.resolve("runs"))) {
      for (Path run : runs.sorted().toList()) {
        TrialStatus.read(run)
            .filter(status -> status.name().startsWith(experiment + " "))
            .ifPresent(statuses::add);
      }
    }
    return statuses;
  }
}
