package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apprentice.core.trial.TrialResult;
import org.apprentice.core.trial.TrialStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that are killed, as by {@code kill -9}, again and again, end with the bits of a run that is
 * left alone.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "asks for the exit code of a killed process")
class ResumeTest {
  private static final int KILLED = 128 + 9;

  private static final String EXPERT =
      """
      environment { plugin = cartpole, copies = 4, max-episode-steps = 100 }
      network { plugin = mlp, hidden = [16], activation = tanh }
      algorithm {
        plugin = ppo, rollout-length = 64, minibatch-size = 64, epochs = 4, learning-rate = 1e-3
        learning-rate-schedule = linear, normalize-observations = true, normalize-rewards = true
      }
      training { steps = 12288 }
      evaluation { episodes = 6, copies = 4, every = 2048, solved { mean = 50 } }
      checkpoint { every = 2048, keep = 2 }
      """;

  @TempDir Path folder;
  private Workplace alone;
  private Workplace killed;
  private Path expert;

  @BeforeEach
  void writeExpert() throws IOException {
    alone = new Workplace(folder.resolve("alone"));
    killed = new Workplace(folder.resolve("killed"));
    expert = Workplace.write(folder.resolve("expert.conf"), EXPERT);
  }

  @Test
  void policyOptimizationGoesOnWithTheSameBits() throws Exception {
    String key = Workplace.trial(expert).key();
    kill(key, "status.json", "run", expert.toString());
    kill(key, "checkpoints/2048", "run", expert.toString());
    kill(key, "checkpoints/8192.unfinished", "resume", key);
    kill(key, "evaluation.csv", "resume", key);
    assertThat(killed.run("resume", key).text()).contains("resumed at 12288");

    alone.run("run", expert.toString());
    assertEqual(key);
  }

  @Test
  void adversarialImitationGoesOnWithTheSameBits() throws Exception {
    Path gail =
        Workplace.write(
            folder.resolve("gail.conf"),
            """
            environment { plugin = cartpole, copies = 4, max-episode-steps = 100 }
            network { plugin = mlp, hidden = [16], activation = tanh }
            algorithm {
              plugin = gail
              generator {
                plugin = ppo, rollout-length = 64, minibatch-size = 64, epochs = 4
                normalize-observations = true, normalize-rewards = true
              }
              discriminator { network { hidden = [16] }, batch-size = 128 }
              demonstrations { expert = "expert.conf", episodes = 4 }
            }
            training { steps = 8192 }
            evaluation { episodes = 6, every = 2048 }
            checkpoint { every = 2048, keep = 2 }
            """);
    String expertKey = Workplace.trial(expert).key();
    String key = Workplace.trial(gail).key();
    kill(expertKey, "checkpoints/2048", "run", gail.toString());
    kill(key, "checkpoints/4096.unfinished", "run", gail.toString());
    assertThat(killed.run("run", gail.toString()).text()).contains("trained before", "resumed at");

    alone.run("run", gail.toString());
    assertEqual(expertKey);
    assertEqual(key);
  }

  @Test
  void cloningGoesOnWithTheSameBits() throws Exception {
    Path bc =
        Workplace.write(
            folder.resolve("bc.conf"),
            """
            environment { plugin = cartpole, copies = 1, max-episode-steps = 100 }
            network { plugin = mlp, hidden = [16], activation = tanh }
            algorithm {
              plugin = bc, epochs = 200, patience = null, normalize-observations = true
              demonstrations { expert = "expert.conf", episodes = 10 }
            }
            evaluation { episodes = 6, every = 10 }
            checkpoint { every = 10, keep = 1 }
            """);
    alone.run("run", bc.toString());
    String expertKey = Workplace.trial(expert).key();
    copy(alone.folder(expertKey), killed.folder(expertKey));
    String key = Workplace.trial(bc).key();
    kill(key, "checkpoints/50.unfinished", "run", bc.toString());
    assertThat(killed.run("resume", key).text()).contains("resumed at");
    assertEqual(key);
  }

  /** Kills a command at the moment when a file or folder of the run appears. */
  private void kill(String key, String moment, String... command) throws Exception {
    Process process = killed.startUntil(killed.folder(key).resolve(moment), command);
    process.destroyForcibly().waitFor();
    assertThat(process.exitValue())
        .as(() -> "killed at " + moment + ":\n" + killed.outputText())
        .isEqualTo(KILLED);
    assertThat(killed.status(key).state()).isEqualTo(TrialStatus.State.RUNNING);
  }

  private void assertEqual(String key) throws IOException {
    assertThat(killed.metrics(key)).isEqualTo(alone.metrics(key)).isNotEmpty();
    List<Path> expected = alone.checkpoints(key);
    List<Path> found = killed.checkpoints(key);
    assertThat(found.stream().map(Path::getFileName).toList())
        .isEqualTo(expected.stream().map(Path::getFileName).toList());
    for (int i = 0; i < expected.size(); i++) {
      assertEqualFiles(expected.get(i).resolve("algorithm"), found.get(i).resolve("algorithm"));
    }
    assertThat(killed.folder(key).resolve("evaluation.csv"))
        .hasSameBinaryContentAs(alone.folder(key).resolve("evaluation.csv"));
    assertThat(timeless(killed.status(key))).isEqualTo(timeless(alone.status(key)));
    assertThat(tracked(killed, key)).isEqualTo(tracked(alone, key)).isNotEmpty();
  }

  private static TrialResult timeless(TrialStatus status) {
    assertThat(status.state()).isEqualTo(TrialStatus.State.FINISHED);
    TrialResult result = status.result();
    return new TrialResult(
        result.progress(),
        result.unit(),
        result.environmentSteps(),
        0,
        result.episodes(),
        result.meanReturn(),
        result.standardDeviation(),
        result.minimumReturn(),
        result.maximumReturn(),
        result.threshold(),
        result.solved(),
        result.solvedAt(),
        result.expertReturn(),
        result.budget(),
        new TrialResult.Cost(null, result.cost().parameters(), null),
        result.warnings());
  }

  private static List<List<Object>> tracked(Workplace workplace, String key) throws IOException {
    return workplace.query(
        "SELECT key, step, value, is_nan FROM metrics WHERE run_uuid = '"
            + workplace.status(key).uid()
            + "' AND key NOT LIKE 'time/%' AND key NOT LIKE 'system/%' ORDER BY key, step");
  }

  private static void assertEqualFiles(Path expected, Path found) throws IOException {
    try (Stream<Path> files = Files.list(expected)) {
      for (Path file : files.toList()) {
        assertThat(found.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }
}
