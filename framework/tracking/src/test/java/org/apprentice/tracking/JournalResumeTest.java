package org.apprentice.tracking;

import static org.apprentice.tracking.Events.metric;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apprentice.spi.RunEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalResumeTest {
  @TempDir Path run;
  private long checkpoint;

  /** A run that died at step 3 after a checkpoint at step 1. */
  @BeforeEach
  void interruptedRun() {
    try (Journal journal = Journal.open(run)) {
      journal.append(metric("loss", 1.5, 1));
      checkpoint = journal.sync();
      journal.append(metric("loss", 2.5, 2));
      journal.append(metric("time/update", 20, 2));
      journal.append(metric("loss", Double.NaN, 3));
      journal.append(new RunEvent.Finished(RunEvent.Status.KILLED, 99));
    }
  }

  @Test
  void repeatedMetricsAreNotRecordedTwice() {
    List<RunEvent> before = Events.read(run);
    try (Journal journal = Journal.open(run)) {
      journal.resumeAt(checkpoint);
      journal.append(new RunEvent.Metric("loss", 2.5, 2, 7777));
      journal.append(metric("time/update", 21, 2));
      journal.append(metric("loss", Double.NaN, 3));
      journal.append(metric("time/update", 22, 3));
      journal.append(metric("loss", 4.5, 4));
    }
    assertThat(Events.read(run)).startsWith(before.toArray(RunEvent[]::new));
    assertThat(Events.read(run).subList(before.size(), before.size() + 2))
        .containsExactly(metric("time/update", 22, 3), metric("loss", 4.5, 4));
  }

  @Test
  void namesTheMetricThatCameOutOtherwise() {
    try (Journal journal = Journal.open(run)) {
      journal.resumeAt(checkpoint);
      assertThatThrownBy(() -> journal.append(metric("loss", 2.25, 2)))
          .isInstanceOf(JournalMismatchException.class)
          .hasMessageContaining("run " + run.getFileName())
          .hasMessageContaining("metric loss at step 2 was 2.5 and is now 2.25")
          .hasMessageContaining("--fresh");
    }
  }

  @Test
  void tellsZeroesOfDifferentSignApart() {
    try (Journal journal = Journal.open(run)) {
      journal.append(metric("gradient", 0.0, 9));
      journal.resumeAt(checkpoint);
      assertThatThrownBy(() -> journal.append(metric("gradient", -0.0, 9)))
          .isInstanceOf(JournalMismatchException.class);
    }
  }

  @Test
  void aPauseNeedNotComeAgainButIsComparedIfItDoes() {
    try (Journal journal = Journal.open(run)) {
      journal.resumeAt(checkpoint);
      journal.append(metric("loss", 2.5, 2));
      journal.append(metric("loss", Double.NaN, 3));
      journal.append(metric("rung/return-mean", 5, 3));
      journal.append(metric("loss", 4.5, 4));
    }
    try (Journal journal = Journal.open(run)) {
      journal.resumeAt(checkpoint);
      journal.append(metric("loss", 2.5, 2));
      journal.append(metric("loss", Double.NaN, 3));
      journal.append(metric("loss", 4.5, 4));
      journal.append(new RunEvent.Finished(RunEvent.Status.FINISHED, 100));
      journal.resumeAt(checkpoint);
      assertThatThrownBy(() -> journal.append(metric("rung/return-mean", 6, 3)))
          .isInstanceOf(JournalMismatchException.class);
    }
    assertThat(Events.read(run).stream().filter(metric("rung/return-mean", 5, 3)::equals))
        .hasSize(1);
  }

  @Test
  void namesTheMetricThatDidNotComeAgain() {
    try (Journal journal = Journal.open(run)) {
      journal.resumeAt(checkpoint);
      assertThatThrownBy(() -> journal.append(metric("loss", 4.5, 4)))
          .isInstanceOf(JournalMismatchException.class)
          .hasMessageMatching(
              "(?s).*metric loss at step [23] was (2.5|NaN) and now does not come.*");
    }
  }

  @Test
  void namesTheMetricThatDidNotComeBeforeTheEnd() {
    try (Journal journal = Journal.open(run)) {
      journal.resumeAt(checkpoint);
      journal.append(metric("loss", 2.5, 2));
      assertThatThrownBy(() -> journal.append(new RunEvent.Finished(RunEvent.Status.FINISHED, 100)))
          .isInstanceOf(JournalMismatchException.class)
          .hasMessageContaining("metric loss at step 3 was NaN and now does not come");
    }
  }

  @Test
  void aRunMayBeInterruptedAgainWhileItRepeatsItsPast() {
    for (int resume = 0; resume < 3; resume++) {
      try (Journal journal = Journal.open(run)) {
        journal.resumeAt(checkpoint);
        journal.append(metric("loss", 2.5, 2));
        journal.append(new RunEvent.Finished(RunEvent.Status.KILLED, 100 + resume));
      }
    }
    assertThat(Events.read(run)).filteredOn(RunEvent.Metric.class::isInstance).hasSize(4);
  }

  @Test
  void withoutACheckpointTheWholeRunIsRepeated() {
    try (Journal journal = Journal.open(run)) {
      journal.resumeAt(0);
      journal.append(metric("loss", 1.5, 1));
      assertThatThrownBy(() -> journal.append(metric("loss", 0, 2)))
          .isInstanceOf(JournalMismatchException.class);
    }
  }

  @Test
  void refusesACheckpointOfAnotherJournal() {
    try (Journal journal = Journal.open(run)) {
      for (long position : new long[] {checkpoint - 1, 1_000_000}) {
        assertThatThrownBy(() -> journal.resumeAt(position))
            .isInstanceOf(JournalException.class)
            .hasMessageContaining("byte " + position)
            .hasMessageContaining("--fresh");
      }
      journal.resumeAt(checkpoint);
      journal.append(metric("loss", 2.5, 2));
    }
  }
}
