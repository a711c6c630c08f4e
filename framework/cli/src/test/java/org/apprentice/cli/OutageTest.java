package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.MlflowServerStub;
import org.apprentice.tracking.StubRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose MLflow server is away: at the start, in the middle, at the end, or all the time. */
class OutageTest {
  private static final String EXPERIMENT =
      """
      name = outage
      environment { plugin = cartpole, copies = 4, max-episode-steps = 100 }
      network { plugin = mlp, hidden = [4] }
      algorithm { plugin = ppo, rollout-length = 32, minibatch-size = 64, epochs = 1 }
      training { steps = %d }
      evaluation { episodes = 2 }
      tracking { uri = "http://127.0.0.1:%d" }
      """;

  @TempDir Path folder;

  @Test
  void aRunWithoutItsServerIsDeliveredAlongWithALaterOne() throws Exception {
    int port = freePort();
    Workplace workplace = new Workplace(folder.resolve("results"));
    Path experiment =
        Workplace.write(folder.resolve("outage.conf"), EXPERIMENT.formatted(512, port));

    Process away = workplace.start("run", experiment.toString());
    assertThat(away.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(away.exitValue()).as(workplace::outputText).isZero();
    assertThat(workplace.outputText())
        .containsOnlyOnce("Runs are not delivered at present")
        .contains("events of this process are not at http://127.0.0.1:" + port + " yet")
        .contains("apprentice sync")
        .doesNotContain("\tat ");

    try (MlflowServerStub server = MlflowServerStub.start(port)) {
      Workplace.Outcome later = workplace.run("run", experiment.toString(), "training.seed=2");
      assertThat(later.exitCode()).as(later.text()).isZero();
      assertThat(later.text()).doesNotContain("not delivered");
      for (String seed : List.of("1", "2")) {
        assertArrived(workplace, experiment, seed, server);
      }
    }
  }

  @Test
  void aServerThatComesInTheMiddleMissesNothing() throws Exception {
    int port = freePort();
    Workplace workplace = new Workplace(folder.resolve("results"));
    Path experiment =
        Workplace.write(folder.resolve("outage.conf"), EXPERIMENT.formatted(200_000, port));
    Process run = workplace.start("run", experiment.toString());
    try {
      awaitText(workplace, "Runs are not delivered at present");
      try (MlflowServerStub server = MlflowServerStub.start(port)) {
        assertThat(run.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).as(workplace::outputText).isZero();
        assertThat(workplace.outputText())
            .contains("Runs are delivered again")
            .doesNotContain("events of this process are not at");
        assertArrived(workplace, experiment, "1", server);
      }
    } finally {
      run.destroyForcibly();
    }
  }

  private static void awaitText(Workplace workplace, String text) throws IOException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!workplace.outputText().contains(text) && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    assertThat(workplace.outputText()).contains(text);
  }

  private static void assertArrived(
      Workplace workplace, Path experiment, String seed, MlflowServerStub server)
      throws IOException {
    String key = Workplace.trial(experiment, "training.seed=" + seed).key();
    TrialStatus status = workplace.status(key);
    List<StubRun> found = server.store().runs(status.uid());
    assertThat(found).as("runs of seed " + seed).hasSize(1);
    assertThat(found.get(0).status()).isEqualTo("FINISHED");
    Set<RunEvent.Metric> journaled = new HashSet<>();
    for (RunEvent event : workplace.journal(key)) {
      if (event instanceof RunEvent.Metric metric) {
        journaled.add(metric);
      }
    }
    assertThat(found.get(0).points()).isEqualTo(journaled).isNotEmpty();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
