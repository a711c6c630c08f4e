package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.MlflowServerStub;
import org.apprentice.tracking.StubRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairTest {
  private static final String EXPERIMENT =
      """
      environment { plugin = cartpole, copies = 4, max-episode-steps = 100 }
      network { plugin = mlp, hidden = [4] }
      algorithm { plugin = ppo, rollout-length = 32, minibatch-size = 64, epochs = 1 }
      training { steps = %d }
      evaluation { episodes = 2 }
      checkpoint { every = 1024 }
      """;

  @TempDir Path folder;

  @Test
  void runsOfDeadProcessesAreNotLeftRunning() throws Exception {
    Workplace workplace = new Workplace(folder.resolve("results"));
    Path experiment = Workplace.write(folder.resolve("long.conf"), EXPERIMENT.formatted(1 << 28));
    String key = Workplace.trial(experiment).key();
    Process run = workplace.start("run", experiment.toString());
    try {
      awaitCheckpoint(workplace.results().resolve("runs").resolve(key));
      Workplace.Outcome meanwhile = workplace.run("repair");
      assertThat(meanwhile.exitCode()).as(meanwhile.text()).isZero();
      assertThat(meanwhile.text())
          .contains("long seed 1: a process is writing it, so it stays as it is (" + key + ")");
    } finally {
      run.destroyForcibly().waitFor();
    }
    assertThat(workplace.status(key).state()).isEqualTo(TrialStatus.State.RUNNING);

    Workplace.Outcome repaired = workplace.run("repair");
    assertThat(repaired.exitCode()).as(repaired.text()).isZero();
    assertThat(repaired.text())
        .contains("long seed 1: its process had died, it is KILLED now (" + key + ")");
    assertThat(workplace.status(key).state()).isEqualTo(TrialStatus.State.KILLED);
    assertThat(workplace.query("SELECT DISTINCT status FROM runs"))
        .containsExactly(List.of("KILLED"));
    assertThat(workplace.run("repair").text()).doesNotContain("had died");
  }

  @Test
  void aServerHearsOfADeadRunToo() throws Exception {
    Workplace workplace = new Workplace(folder.resolve("results"));
    try (MlflowServerStub server = MlflowServerStub.start()) {
      Path experiment =
          Workplace.write(
              folder.resolve("long.conf"),
              EXPERIMENT.formatted(1 << 28) + "tracking.uri = \"" + server.uri() + "\"\n");
      String key = Workplace.trial(experiment).key();
      Process run = workplace.start("run", experiment.toString());
      try {
        awaitCheckpoint(workplace.results().resolve("runs").resolve(key));
      } finally {
        run.destroyForcibly().waitFor();
      }
      Workplace.Outcome repaired = workplace.run("repair");
      assertThat(repaired.exitCode()).as(repaired.text()).isZero();
      List<StubRun> found = server.store().runs(workplace.status(key).uid());
      assertThat(found).extracting(StubRun::status).containsExactly("KILLED");
      assertThat(found.get(0).points())
          .containsExactlyInAnyOrderElementsOf(
              workplace.journal(key).stream()
                  .filter(RunEvent.Metric.class::isInstance)
                  .map(RunEvent.Metric.class::cast)
                  .toList());
    }
  }

  @Test
  void aDamagedDatabaseIsMadeAnewFromTheJournals() throws Exception {
    Workplace workplace = new Workplace(folder.resolve("results"));
    Path experiment = Workplace.write(folder.resolve("short.conf"), EXPERIMENT.formatted(512));
    assertThat(workplace.run("run", experiment.toString(), "--seeds", "1-2").exitCode()).isZero();
    String everything =
        "SELECT key, value, step, timestamp, run_uuid FROM metrics ORDER BY 5, 1, 3, 2";
    List<List<Object>> before = workplace.query(everything);
    assertThat(before).isNotEmpty();
    Path database = workplace.results().resolve("mlflow.db");
    damage(database);

    Workplace.Outcome repaired = workplace.run("repair");
    assertThat(repaired.exitCode()).as(repaired.text()).isZero();
    assertThat(repaired.text())
        .contains("a database was made anew; the old one is " + database + ".damaged-1");
    assertThat(workplace.query(everything)).isEqualTo(before);

    Files.delete(database);
    assertThat(workplace.run("repair").text()).contains("3 runs delivered");
    assertThat(workplace.query(everything)).isEqualTo(before);

    assertThat(workplace.run("repair", "--anew").text()).contains(".damaged-2");
    assertThat(workplace.query(everything)).isEqualTo(before);
    try (Stream<Path> files = Files.list(workplace.results())) {
      assertThat(files.map(it -> it.getFileName().toString()))
          .contains("mlflow.db.damaged-1", "mlflow.db.damaged-2");
    }
  }

  private static void damage(Path database) throws IOException {
    try (FileChannel file = FileChannel.open(database, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[1000]), 0);
    }
  }

  private static void awaitCheckpoint(Path run) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!Files.exists(run.resolve("checkpoints")) && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    assertThat(run.resolve("checkpoints")).exists();
  }
}
