package org.apprentice.atari;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Native memory that is not given back would show in the size of the process. */
class EnduranceTest {
  /** A leaked screen per step, or a leaked state per hundred, would soon exceed it. */
  private static final long BOUND = 32;

  @Test
  void playingKeepsTheProcessSmall() throws Exception {
    assertThat(growth(20_000, 8)).as("MiB in 20,000 steps").isLessThan(BOUND);
  }

  @Test
  @Tag("learning")
  void aMillionStepsKeepTheProcessSmall() throws Exception {
    assertThat(growth(1_000_000, 8)).as("MiB in a million steps").isLessThan(BOUND);
  }

  private static long growth(int steps, int emulators) throws IOException, InterruptedException {
    assumeThat(Endurance.STATUS).as("only Linux tells how large a process is").exists();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Endurance.class.getName(),
                String.valueOf(steps),
                String.valueOf(emulators))
            .redirectErrorStream(true)
            .start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as("status of the process, which said: %s", said).isZero();
    return Long.parseLong(said);
  }
}
