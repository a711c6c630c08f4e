package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.RunEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that are asked to end, and runs that fail. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends signals with kill")
class InterruptTest {
  /** So many epochs that no signal comes after the end: seconds of training. */
  private static final String EXPERIMENT =
      """
      environment { plugin = cartpole, copies = 4, max-episode-steps = 100 }
      network { plugin = mlp, hidden = [16], activation = tanh }
      algorithm { plugin = ppo, rollout-length = 32, minibatch-size = 64, epochs = 40 }
      training { steps = %d }
      evaluation { episodes = 5 }
      checkpoint { every = 4096 }
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"INT, 130, resume", "TERM, 143, run"})
  void aSignalEndsTheRunWithACheckpoint(String signal, int exitCode, String command)
      throws Exception {
    assumeThat(signal.equals("INT") && isInterruptIgnored())
        .as("tests in the background of a shell, whose children ignore SIGINT")
        .isFalse();
    Workplace workplace = new Workplace(folder.resolve("results"));
    Path experiment = Workplace.write(folder.resolve("poles.conf"), EXPERIMENT.formatted(65536));
    String key = Workplace.trial(experiment).key();
    Process process =
        workplace.startUntil(
            workplace.folder(key).resolve("checkpoints/4096"), "run", experiment.toString());
    Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start();
    try {
      assertThat(kill.waitFor()).isZero();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(process.exitValue()).as(workplace::outputText).isEqualTo(exitCode);
    assertThat(workplace.outputText())
        .contains("interrupted; go on with: apprentice resume " + key);
    assertKilled(workplace, key);

    Workplace.Outcome outcome =
        workplace.run(command, command.equals("run") ? experiment.toString() : key);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(outcome.text()).contains(", resumed at ", "65536 steps in ");
    assertThat(workplace.status(key).state()).isEqualTo(TrialStatus.State.FINISHED);
    assertThat(workplace.query("SELECT status FROM runs")).containsExactly(List.of("FINISHED"));
  }

  /** What a shell without job control does to commands behind which there is an ampersand. */
  private static boolean isInterruptIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }
  }

  private static void assertKilled(Workplace workplace, String key) throws IOException {
    assertThat(workplace.status(key).state()).isEqualTo(TrialStatus.State.KILLED);
    List<RunEvent> events = workplace.journal(key);
    assertThat(((RunEvent.Finished) events.get(events.size() - 1)).status())
        .isEqualTo(RunEvent.Status.KILLED);
    List<RunEvent.Metric> metrics =
        events.stream()
            .filter(RunEvent.Metric.class::isInstance)
            .map(RunEvent.Metric.class::cast)
            .toList();
    List<Path> checkpoints = workplace.checkpoints(key);
    assertThat(checkpoints.get(checkpoints.size() - 1).getFileName())
        .hasToString(String.valueOf(metrics.get(metrics.size() - 1).step()));
    assertThat(workplace.query("SELECT status FROM runs WHERE end_time IS NOT NULL"))
        .containsExactly(List.of("KILLED"));
    assertThat(workplace.query("SELECT count(*) FROM metrics"))
        .containsExactly(List.of(metrics.size()));
  }

  @Test
  void aFailureIsSaidEverywhere() throws Exception {
    Workplace workplace = new Workplace(folder.resolve("results"));
    Path experiment =
        Workplace.write(
            folder.resolve("wild.conf"),
            EXPERIMENT.formatted(4096) + "algorithm.learning-rate = 1e30\n");
    String key = Workplace.trial(experiment).key();
    Workplace.Outcome outcome = workplace.run("run", experiment.toString());
    assertThat(outcome.exitCode()).isEqualTo(1);
    String message = workplace.status(key).message();
    assertThat(message).contains("training diverged", "smaller learning-rate");
    assertThat(outcome.text()).contains("apprentice: " + message);
    assertThat(workplace.status(key).state()).isEqualTo(TrialStatus.State.FAILED);
    assertThat(workplace.query("SELECT status FROM runs")).containsExactly(List.of("FAILED"));
    assertThat(workplace.query("SELECT value FROM tags WHERE key = 'mlflow.note.content'"))
        .containsExactly(List.of("Failed: " + message));
  }
}
