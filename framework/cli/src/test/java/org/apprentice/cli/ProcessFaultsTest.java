package org.apprentice.cli;

import static org.apprentice.cli.Experiments.PPO;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Faults that only whole processes have. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "uses sh and ulimit")
class ProcessFaultsTest {
  @TempDir Path folder;
  private Path results;

  @BeforeEach
  void writeExperiment() throws IOException {
    results = folder.resolve("results");
    Files.writeString(folder.resolve("it.conf"), PPO.replace("256", "512"));
  }

  private Invocation runHere(Path where) {
    return Invocation.of(folder, "run", "--results", where.toString(), folder + "/it.conf");
  }

  @Test
  void aFullDiskLosesNothing() throws Exception {
    // In units of 512 or 1024 bytes: in either, room for some checkpoints and not for the journal.
    Process process =
        Invocation.start(
            folder, "ulimit -f 24;", "run", "--results", results.toString(), "it.conf");
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isEqualTo(1);
    Path run = Experiments.onlyRun(results);
    assertThat(Invocation.shortened(Files.readString(folder.resolve("errors.txt")), folder))
        .contains(
            "apprentice: cannot write the journal results/runs/" + run.getFileName(),
            "Make room or mend the disk, then resume run " + run.getFileName())
        .doesNotContain("\tat ", "internal error");

    Invocation resumed =
        Invocation.of(
            folder, "resume", "--results", results.toString(), run.getFileName().toString());
    assertThat(resumed.error()).isEmpty();
    assertThat(resumed.exitCode()).isZero();
    assertThat(resumed.output()).contains("resumed at ");

    Path undisturbed = folder.resolve("undisturbed");
    assertThat(runHere(undisturbed).exitCode()).isZero();
    String parameters = "checkpoints/512/algorithm/ppo.bin";
    assertThat(run.resolve(parameters))
        .hasSameBinaryContentAs(Experiments.onlyRun(undisturbed).resolve(parameters));
    assertThat(Stored.metrics(results.resolve("mlflow.db")))
        .isEqualTo(metrics(run))
        .isEqualTo(Stored.metrics(undisturbed.resolve("mlflow.db")));
  }

  private static long metrics(Path run) {
    AtomicLong count = new AtomicLong();
    Journal.read(run, event -> count.addAndGet(event instanceof RunEvent.Metric ? 1 : 0));
    return count.get();
  }

  @Test
  void aSecondProcessLeavesTheRunAlone() throws Exception {
    Experiments.replace(folder.resolve("it.conf"), "512", "1000000000");
    Process process =
        Invocation.start(folder, "", "run", "--results", results.toString(), "it.conf");
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.readLine()).startsWith("it seed 1 (");
      Invocation second = runHere(results);
      String key = Experiments.onlyRun(results).getFileName().toString();
      assertThat(second.error())
          .isEqualTo(
              "apprentice: run %s is in use: process %d is writing results/runs/%s. Wait until it ends, or end it\n"
                  .formatted(key, process.pid(), key));
      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
