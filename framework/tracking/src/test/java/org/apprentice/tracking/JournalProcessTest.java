package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apprentice.spi.RunEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "uses sh, kill -9 and ulimit")
class JournalProcessTest {
  @TempDir Path run;

  @Test
  void refusesARunThatAnotherProcessWrites() throws Exception {
    Process process = JournalProgram.start("", "hold", run);
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.readLine()).isEqualTo("open");
      assertThatThrownBy(() -> Journal.open(run))
          .isInstanceOf(RunInUseException.class)
          .hasMessageContaining(
              "run " + run.getFileName() + " is in use: process " + process.pid());
    } finally {
      process.destroyForcibly().waitFor();
    }
    Journal.open(run).close();
  }

  @Test
  void aKilledRunRepeatsItsPastAndGoesOn() throws Exception {
    long reached = 0;
    for (int kill = 0; kill < 2; kill++) {
      Process process = JournalProgram.start("", "run", run);
      try (BufferedReader output = process.inputReader()) {
        while (reached >= Long.parseLong(output.readLine()) - 5_000) {
          // Goes on until the run is well beyond where the last one died.
        }
      } finally {
        process.destroyForcibly().waitFor();
      }
      List<RunEvent> events = Events.read(run);
      assertThat(events.size()).isGreaterThan((int) reached + 5_000);
      for (int step = 0; step < events.size(); step++) {
        assertThat(events.get(step)).isEqualTo(Events.loss(step));
      }
      reached = events.size();
    }
  }

  @Test
  void aFullDiskIsReportedAndHarmsNothing() throws Exception {
    // In units of 512 bytes, and not at the end of a line.
    Process process = JournalProgram.start("ulimit -f 301;", "fill", run);
    List<String> messages;
    try (BufferedReader output = process.inputReader()) {
      messages = output.lines().toList();
    }
    assertThat(process.waitFor()).isZero();
    assertThat(messages).hasSize(2);
    assertThat(messages.get(0))
        .contains("cannot write the journal " + run.toRealPath().resolve(Journal.FILE))
        .contains("Make room")
        .contains("resume run " + run.getFileName());
    assertThat(messages.get(1)).isEqualTo(messages.get(0));
    assertThat(Files.size(run.resolve(Journal.FILE)))
        .as("whole lines that reached the file stay: somebody may have read them")
        .isBetween(301 * 512L - 200, 301 * 512L);
    assertWholeAfterwards();
  }

  private void assertWholeAfterwards() throws IOException {
    try (Journal journal = Journal.open(run)) {
      assertThat(journal.droppedBytes()).isZero();
    }
    List<RunEvent> events = Events.read(run);
    assertThat(events).isNotEmpty();
    for (int step = 0; step < events.size(); step++) {
      assertThat(events.get(step)).isEqualTo(Events.loss(step));
    }
  }
}
