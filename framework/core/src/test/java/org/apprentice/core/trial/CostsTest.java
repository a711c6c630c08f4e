package org.apprentice.core.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apprentice.core.config.Trial;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a run keeps for comparisons: its costs, and the studies that it belongs to. */
class CostsTest {
  @TempDir Path folder;
  private Climbing climbing;

  @BeforeEach
  void makeResults() {
    climbing = new Climbing(folder.resolve("results"));
  }

  @Test
  void countsWhatThreadsSpentBetweenStartAndStopOnly() {
    Costs costs = new Costs();
    costs.start();
    spend(0.2);
    costs.stop();
    double spent = costs.total(Optional.empty()).cpuSeconds();
    spend(0.1);
    assertThat(costs.total(Optional.empty()).cpuSeconds()).isEqualTo(spent);
    assertThat(spent).isGreaterThan(0.15);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void memoryIsAtLeastWhatWasTouched() {
    Costs costs = new Costs();
    byte[] touched = new byte[64 << 20];
    Arrays.fill(touched, (byte) 1);
    assertThat(costs.total(Optional.empty()).peakMemory()).isGreaterThan(touched.length);
  }

  @Test
  void goOnCountingAfterAResume() throws IOException {
    Path checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
    Costs first = new Costs();
    first.start();
    spend(0.1);
    first.stop();
    first.save(checkpoint);
    double before = first.total(Optional.empty()).cpuSeconds();

    Costs second = new Costs();
    second.restore(checkpoint);
    assertThat(second.total(Optional.empty()).cpuSeconds()).isEqualTo(before);
    second.start();
    spend(0.1);
    second.stop();
    assertThat(second.total(Optional.empty()).cpuSeconds()).isGreaterThan(before + 0.05);
  }

  @Test
  void areUnknownAfterACheckpointWithoutThem() throws IOException {
    Trial trial = Climbing.trial(folder);
    AtomicInteger asked = new AtomicInteger(5);
    climbing.run(trial, false, new TrialListener() {}, () -> asked.getAndDecrement() <= 0);
    for (String checkpoint : climbing.checkpoints(trial.key())) {
      Files.delete(
          climbing.folder(trial.key()).resolve("checkpoints").resolve(checkpoint + "/costs.bin"));
    }
    TrialStatus status = climbing.run(trial);
    assertThat(status.state()).isEqualTo(TrialStatus.State.FINISHED);
    assertThat(status.result().cost().cpuSeconds()).isNull();
    assertThat(status.result().budget()).isEqualTo(40);
  }

  @Test
  void aRunKnowsAllStudiesThatUseIt() throws IOException {
    Trial trial = Climbing.trial(folder);
    climbing.run(trial);
    Trial other = Climbing.trial(folder, "name=other");
    climbing.run(other);
    climbing.run(trial);
    assertThat(other.key()).isEqualTo(trial.key());
    assertThat(new RunFolder(climbing.folder(trial.key())).memberships())
        .containsExactly(
            new Membership("climb", Trial.BASELINE, Map.of(), false),
            new Membership("other", Trial.BASELINE, Map.of(), false));
  }

  @Test
  void aDamagedListOfStudiesSaysWhatToDo() throws IOException {
    Trial trial = Climbing.trial(folder);
    climbing.run(trial);
    Files.writeString(climbing.folder(trial.key()).resolve("studies.json"), "[{\"study\": ");
    assertThatThrownBy(() -> climbing.run(trial))
        .isInstanceOf(TrialException.class)
        .hasMessageContaining("studies.json is damaged; delete it");
  }

  /**
   * @param seconds of the processor's time, of which a busy machine gives less than the clock's
   */
  private static void spend(double seconds) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long end = threads.getCurrentThreadCpuTime() + (long) (seconds * 1e9);
    double sum = 0;
    while (threads.getCurrentThreadCpuTime() < end) {
      sum += Math.sqrt(Math.abs((double) System.nanoTime()));
    }
    assertThat(sum).isNotNegative();
  }
}
