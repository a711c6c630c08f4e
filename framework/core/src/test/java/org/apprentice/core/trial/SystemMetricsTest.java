package org.apprentice.core.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemMetricsTest {
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path folder;

  /** At which steps there are samples, by the journal. */
  private List<Long> steps(Journal journal) {
    journal.sync();
    List<Long> steps = new ArrayList<>();
    Journal.read(
        folder,
        event -> {
          if (event instanceof RunEvent.Metric metric
              && metric.key().equals("system/heap_usage_megabytes")) {
            steps.add(metric.step());
          }
        });
    return steps;
  }

  @Test
  void samplesComeEveryTenSecondsAndAtLeastOnce() {
    AtomicLong clock = new AtomicLong(-3 * SECOND);
    try (Journal journal = Journal.open(folder)) {
      RunLog log = new RunLog(journal, TrialStatus.begun("key", "it"));
      SystemMetrics metrics = new SystemMetrics(log, false, clock::get);
      for (long step = 1; step <= 25; step++) {
        clock.addAndGet(SECOND);
        metrics.sampleIfDue(step);
      }
      assertThat(steps(journal)).containsExactly(10L, 20L);
      metrics.sampleOnce(25);
      assertThat(steps(journal)).containsExactly(10L, 20L);

      SystemMetrics other = new SystemMetrics(log, false, clock::get);
      other.sampleIfDue(30);
      other.sampleOnce(31);
      other.sampleOnce(32);
      assertThat(steps(journal)).containsExactly(10L, 20L, 31L);
    }
  }
}
