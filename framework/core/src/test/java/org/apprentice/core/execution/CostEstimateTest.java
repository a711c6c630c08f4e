package org.apprentice.core.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Study;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.core.trial.ClimbingPlugin;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trials of 40 steps each, and folders of runs written by hand. */
class CostEstimateTest {
  private static final String KIND = "environment.plugin = hill\nalgorithm.plugin = climb\n";

  @TempDir Path folder;
  private Path results;
  private int runs;

  @BeforeEach
  void makeResults() {
    results = folder.resolve("results");
  }

  private Study study(String... overrides) throws IOException {
    Path file = folder.resolve("climb.conf");
    Files.writeString(
        file,
        """
        environment { plugin = hill, copies = 4 }
        algorithm = climb
        training { steps = 40 }
        evaluation { episodes = 6, copies = 4, every = 8 }
        tracking { uri = none }
        """);
    Components components = Components.of(new ClimbingPlugin(), new BuiltInSamplers());
    return new Composer(components).compose(file, Arrays.asList(overrides));
  }

  private CostEstimate estimate(String... overrides) throws IOException {
    return CostEstimate.of(study(overrides), results);
  }

  private Path write(String key, String state, String resolved, RunEvent... events)
      throws IOException {
    Path run = Files.createDirectories(results.resolve("runs").resolve(key));
    Files.writeString(run.resolve("resolved.conf"), resolved);
    String result =
        state.equals("FINISHED")
            ? """
              , "result" : { "progress" : 40, "unit" : "ENVIRONMENT_STEPS", "environmentSteps" : 40,
                "trainingSeconds" : 2.0, "episodes" : 3, "meanReturn" : 9.5,
                "standardDeviation" : 0.0, "minimumReturn" : 9.5, "maximumReturn" : 9.5 }
              """
            : "";
    Files.writeString(
        run.resolve("status.json"),
        """
        { "key" : "%s", "uid" : "u", "name" : "it", "state" : "%s", "startMillis" : 1 %s }
        """
            .formatted(key, state, result));
    try (Journal journal = Journal.open(run)) {
      for (RunEvent event : events) {
        journal.append(event);
      }
      journal.sync();
    }
    return run;
  }

  /** A finished run of another trial. */
  private void measured(String resolved, long progress, long millis) throws IOException {
    write(
        "other" + runs++,
        "FINISHED",
        resolved,
        new RunEvent.Started(1000),
        new RunEvent.Metric("losses/value", 1, progress, 1000 + millis / 2),
        new RunEvent.Finished(RunEvent.Status.FINISHED, 1000 + millis));
  }

  @Test
  void whatIsFinishedCostsNothingAndWhatWasInterruptedGoesOnFromItsCheckpoint() throws IOException {
    Study study = study("training.seed=1,2,3,4");
    write(study.trials().get(0).key(), "FINISHED", KIND);
    Path interrupted = write(study.trials().get(1).key(), "KILLED", KIND);
    Files.createDirectories(interrupted.resolve("checkpoints/8"));
    Files.createDirectories(interrupted.resolve("checkpoints/12"));
    CostEstimate costs = CostEstimate.of(study, results);
    assertThat(costs.trials()).isEqualTo(4);
    assertThat(costs.finished()).isEqualTo(1);
    assertThat(costs.interrupted()).isEqualTo(1);
    assertThat(costs.missing()).isEqualTo(2);
    assertThat(costs.left()).isEqualTo(Map.of(ProgressUnit.ENVIRONMENT_STEPS, 28L + 40 + 40));
    assertThat(costs.upperBound()).isFalse();
  }

  @Test
  void trialsThatAreTheSameCountOnce() throws IOException {
    CostEstimate costs = estimate("ablation.variants={ same {}, other { training.seed = 2 } }");
    assertThat(costs.trials()).isEqualTo(2);
    assertThat(costs.left()).isEqualTo(Map.of(ProgressUnit.ENVIRONMENT_STEPS, 80L));
  }

  @Test
  void theTimeIsThatOfTheMedianRunOfTheSameComponents() throws IOException {
    measured(KIND, 100, 1000);
    measured(KIND, 100, 2000);
    measured(KIND, 100, 4000);
    measured(KIND + "network.plugin = mlp", 1000, 1000);
    measured("environment.plugin = valley\nalgorithm.plugin = climb", 1000, 1000);
    CostEstimate costs = estimate("training.seed=1,2,3");
    assertThat(costs.bases())
        .containsExactly(
            new CostEstimate.Basis("3 runs of climb on hill", 50, ProgressUnit.ENVIRONMENT_STEPS));
    assertThat(costs.unmeasured()).isEmpty();
    assertThat(costs.seconds(1).getAsDouble()).isCloseTo(120 / 50.0, within(1e-9));
    assertThat(costs.seconds(2).getAsDouble()).isCloseTo(60 / 50.0, within(1e-9));
    assertThat(costs.seconds(9).getAsDouble())
        .as("no shorter than a trial")
        .isCloseTo(40 / 50.0, within(1e-9));
  }

  @Test
  void withoutSuchRunsItIsThatOfTheSameAlgorithmAndEnvironment() throws IOException {
    measured(KIND + "network.plugin = mlp", 80, 1000);
    assertThat(estimate().bases())
        .containsExactly(
            new CostEstimate.Basis("1 run of climb on hill", 80, ProgressUnit.ENVIRONMENT_STEPS));
  }

  @Test
  void aTrialsOwnBeginningTellsMost() throws IOException {
    measured(KIND, 100, 1000);
    Study study = study();
    Path run =
        write(
            study.trials().get(0).key(),
            "RUNNING",
            KIND,
            new RunEvent.Started(5000),
            new RunEvent.Metric("losses/value", 1, 10, 6000),
            new RunEvent.Started(90_000),
            new RunEvent.Metric("losses/value", 1, 20, 91_000));
    Files.createDirectories(run.resolve("checkpoints/20"));
    CostEstimate costs = CostEstimate.of(study, results);
    assertThat(costs.bases())
        .as("the hours between a kill and the next start do not count")
        .extracting(CostEstimate.Basis::perSecond)
        .containsExactly(10.0);
    assertThat(costs.seconds(1).getAsDouble()).isCloseTo(2, within(1e-9));
  }

  @Test
  void whatNothingWasMeasuredOfIsNamed() throws IOException {
    Files.createDirectories(results.resolve("runs/damaged"));
    write("odd", "FINISHED", "environment {");
    CostEstimate costs = estimate();
    assertThat(costs.seconds(1)).isEmpty();
    assertThat(costs.unmeasured()).containsExactly("climb on hill");
  }

  @Test
  void measuringTrainsAndLeavesNothingBehind() throws IOException {
    CostEstimate costs = CostEstimate.measuring(study("training.seed=1,2"), results, 0.2);
    assertThat(costs.unmeasured()).isEmpty();
    assertThat(costs.seconds(1)).isPresent();
    assertThat(costs.missing()).isEqualTo(2);
    assertThat(results).doesNotExist();
  }

  @Test
  void pointsThatASamplerStillProposesCostLikeThoseItHasProposed() throws IOException {
    measured(KIND, 100, 1000);
    CostEstimate costs =
        estimate(
            "sweep={ sampler { plugin = tpe, points = 10, startup = 4 }, space.environment.copies {"
                + " distribution = int, low = 1, high = 50 } }",
            "ablation.seeds=[1, 2]");
    assertThat(costs.trials()).isEqualTo(4 * 2);
    assertThat(costs.later()).isEqualTo(6 * 2);
    assertThat(costs.upperBound()).isTrue();
    assertThat(costs.left()).isEqualTo(Map.of(ProgressUnit.ENVIRONMENT_STEPS, 20L * 40));
    assertThat(costs.seconds(1).getAsDouble()).isCloseTo(20 * 40 / 100.0, within(1e-9));
  }

  @Test
  void stoppingWhenSolvedMakesItABound() throws IOException {
    assertThat(
            estimate("evaluation.solved.mean=1", "evaluation.stop-when-solved=true").upperBound())
        .isTrue();
    assertThat(estimate().upperBound()).isFalse();
  }
}
