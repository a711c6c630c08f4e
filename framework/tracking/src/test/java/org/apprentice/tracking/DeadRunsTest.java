package org.apprentice.tracking;

import static org.apprentice.tracking.Events.TIME;
import static org.apprentice.tracking.Events.metric;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apprentice.spi.RunEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadRunsTest {
  @TempDir Path run;

  private void journal(RunEvent... events) {
    try (Journal journal = Journal.open(run)) {
      List.of(events).forEach(journal::append);
    }
  }

  @Test
  void aRunThatDoesNotSayHowItEndedWasKilledWhenItLastSpoke() throws IOException {
    journal(new RunEvent.Started(TIME), metric("loss", 1, 5), metric("loss", 1, 3));
    assertThat(DeadRuns.end(run)).isEqualTo(DeadRuns.State.KILLED);
    assertThat(Events.read(run)).endsWith(new RunEvent.Finished(RunEvent.Status.KILLED, TIME + 5));
    assertThat(DeadRuns.end(run)).isEqualTo(DeadRuns.State.ENDED);
    assertThat(Events.read(run)).hasSize(4);
  }

  @Test
  void aRunThatWentOnAfterItsEndHasNotEnded() throws IOException {
    journal(
        new RunEvent.Started(TIME),
        new RunEvent.Finished(RunEvent.Status.KILLED, TIME + 1),
        new RunEvent.Started(TIME + 2));
    assertThat(DeadRuns.end(run)).isEqualTo(DeadRuns.State.KILLED);
    assertThat(Events.read(run)).endsWith(new RunEvent.Finished(RunEvent.Status.KILLED, TIME + 2));
  }

  @Test
  void whoIsWritingIsLeftAlone() throws Exception {
    journal(new RunEvent.Started(TIME));
    try (Journal here = Journal.open(run)) {
      assertThat(DeadRuns.end(run)).isEqualTo(DeadRuns.State.IN_USE);
      here.sync();
    }
    Process process = JournalProgram.start("", "hold", run);
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("open");
      assertThat(DeadRuns.end(run)).isEqualTo(DeadRuns.State.IN_USE);
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(DeadRuns.end(run)).isEqualTo(DeadRuns.State.KILLED);
  }

  @Test
  void whatSaysNothingIsNoRun() throws IOException {
    assertThat(DeadRuns.end(run.resolve("none"))).isEqualTo(DeadRuns.State.ENDED);
    assertThat(Files.exists(run.resolve("none"))).isFalse();
  }
}
