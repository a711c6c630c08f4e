package org.apprentice.tracking;

import static org.apprentice.tracking.Events.spec;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apprentice.spi.RunSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that write the same database at the same time, while another one reads it. */
class SharedDatabaseTest {
  @TempDir Path results;

  @Test
  void processesThatWriteAtTheSameTimeLoseNothing() throws Exception {
    writeAtOnce(3, 3_000);
  }

  /** Prints points per second. */
  @Tag("learning")
  @Test
  void manyPointsOfManyProcesses() throws Exception {
    for (int processes : List.of(1, 2, 4, 8)) {
      writeAtOnce(processes, 400_000 / processes);
    }
  }

  private void writeAtOnce(int count, int points) throws Exception {
    Path folder = results.resolve(count + " processes");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RunSpec run = spec(Files.createDirectories(folder.resolve("runs").resolve("run" + i)));
      // So that no process takes the runs of the others for left behind.
      RunManifest.write(run, "elsewhere", 0);
      processes.add(DeliveryProgram.start(folder, run.directory(), points, List.of("sqlite")));
    }
    Database database = new Database(folder.resolve("mlflow.db"));
    while (processes.stream().anyMatch(Process::isAlive)) {
      assertReadable(database, count);
    }
    long slowest = 0;
    for (Process process : processes) {
      try (BufferedReader output = process.inputReader()) {
        assertThat(output.readLine()).isEqualTo(DeliveryProgram.BEGUN);
        String[] words = output.readLine().split(" ");
        assertThat(words[0]).as("events that did not arrive").isEqualTo("0");
        slowest = Math.max(slowest, Long.parseLong(words[1]));
      }
      assertThat(process.waitFor()).isZero();
    }
    assertThat(database.rows("SELECT count(*) FROM metrics GROUP BY run_uuid"))
        .hasSize(count)
        .containsOnly(List.of(2 * points));
    assertThat(database.rows("SELECT step FROM latest_metrics"))
        .hasSize(2 * count)
        .containsOnly(List.of(points - 1));
    System.out.printf("%d processes: %d points in %d ms%n", count, 2L * points * count, slowest);
  }

  /** A reader never sees half of a batch: the latest point of a metric is the last one there is. */
  private static void assertReadable(Database database, int count) {
    if (Files.exists(database.path())
        && !database.rows("SELECT 1 FROM sqlite_master WHERE name = 'metrics'").isEmpty()) {
      assertThat(
              database.rows(
                  "SELECT run_uuid, max(step), (SELECT step FROM latest_metrics l WHERE l.run_uuid ="
                      + " m.run_uuid AND l.key = 'loss') FROM metrics m WHERE key = 'loss' GROUP BY"
                      + " run_uuid"))
          .hasSizeLessThanOrEqualTo(count)
          .allSatisfy(row -> assertThat(row.get(1)).isEqualTo(row.get(2)));
    }
  }
}
