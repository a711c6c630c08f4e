package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole studies, with worker processes, as the tracking store shows them. */
class StudyTrackingTest {
  private static final String EXPERIMENT =
      """
      environment { plugin = cartpole, copies = 4, max-episode-steps = 50 }
      network { plugin = mlp, hidden = [8], activation = tanh }
      algorithm { plugin = ppo, rollout-length = 32, minibatch-size = 64, epochs = 4 }
      training { steps = 1024 }
      evaluation { episodes = 3, every = 256 }
      """;

  @TempDir Path folder;
  private Workplace workplace;

  @BeforeEach
  void makeResults() {
    workplace = new Workplace(folder.resolve("results"));
  }

  private String run(String command, String name, String more) throws IOException {
    Path file = Workplace.write(folder.resolve(name + ".conf"), EXPERIMENT + more);
    Workplace.Outcome outcome = workplace.run(command, file.toString(), "--workers", "2");
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return outcome.text();
  }

  @Test
  void trialsStandBelowTheStudysOwnRun() throws IOException {
    run(
        "ablate",
        "study",
        "ablation { variants { low { algorithm.clip = 0.1 } }, seeds = [1, 2] }");
    String parent =
        (String) workplace.query("SELECT run_uuid FROM runs WHERE name = 'study'").get(0).get(0);
    assertThat(
            workplace.query(
                "SELECT name FROM runs JOIN tags USING (run_uuid) WHERE key = 'mlflow.parentRunId'"
                    + " AND value = '"
                    + parent
                    + "' ORDER BY name"))
        .containsExactly(
            List.of("study low seed 1"),
            List.of("study low seed 2"),
            List.of("study seed 1"),
            List.of("study seed 2"));
    for (String tag : List.of("study", "variant", "seed", "trial-key")) {
      assertThat(workplace.query("SELECT count(*) FROM tags WHERE key = '" + tag + "'"))
          .as(tag)
          .containsExactly(List.of(tag.equals("study") ? 5 : 4));
    }
    assertThat(
            workplace.query(
                "SELECT key, count(DISTINCT step) FROM metrics WHERE run_uuid = '"
                    + parent
                    + "' AND key IN ('low/return-mean', 'study/trials-finished') GROUP BY key"
                    + " ORDER BY key"))
        .containsExactly(List.of("low/return-mean", 4), List.of("study/trials-finished", 4));
    assertThat(workplace.query("SELECT DISTINCT status FROM runs"))
        .containsExactly(List.of("FINISHED"));
    try (Stream<Path> files = Files.walk(workplace.results().resolve("artifacts"))) {
      assertThat(files.map(Path::toString))
          .anyMatch(it -> it.contains(parent) && it.endsWith("report/report.html"));
    }
  }

  @Test
  void pointsThatDoWorseAreGivenUpAtARung() throws IOException {
    String text =
        run(
            "sweep",
            "halving",
            """
            sweep {
              pruner { plugin = asha, rung = 256, reduction = 2 }
              space { algorithm.learning-rate = [1e-3, 1e-4, 1e-5, 1e-6] }
            }
            ablation.seeds = [1, 2]
            """);
    assertThat(text)
        .contains("[8/8] halving ")
        .containsPattern("pruned at 256: .*, place [34] of 4");
    // Of four points with two seeds each, two stop at 256 steps and one at 512.
    String status = workplace.run("status", "halving").text();
    assertThat(status)
        .contains("halving: 2 of 8 trials finished, 6 pruned")
        .containsPattern("pruned +pruned at 512: ");
    assertThat(status.split("pruned at 256", -1)).hasSize(5);
    assertThat(
            workplace.query(
                "SELECT value FROM latest_metrics JOIN runs USING (run_uuid) WHERE runs.name = 'halving'"
                    + " AND key IN ('study/trials-finished', 'study/trials-pruned') ORDER BY key"))
        .containsExactly(List.of(2.0), List.of(6.0));
  }
}
