package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.RunEvent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Studies whose processes are killed without warning. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "kills with kill")
class StudyCrashTest {
  private static final String EXPERIMENT =
      """
      name = crash
      environment { plugin = cartpole, copies = 4, max-episode-steps = 100 }
      network { plugin = mlp, hidden = [16], activation = tanh }
      algorithm { plugin = ppo, rollout-length = 32, minibatch-size = 64, epochs = %d }
      training { steps = %d }
      evaluation { episodes = 5, every = %d }
      checkpoint { every = 1024 }
      """;

  private static final String GRID =
      "sweep.space { algorithm.clip = [0.1, 0.2, 0.3], algorithm.gamma = [0.9, 0.99] }\n"
          + "ablation.seeds = [1, 2]\n";

  private static final String GRID_OF_60 =
      "sweep.space { algorithm.clip = [0.1, 0.15, 0.2, 0.25, 0.3], algorithm.gamma = [0.9, 0.99] }\n"
          + "ablation.seeds = [1, 2, 3, 4, 5, 6]\n";

  private static final String TPE_OF_60 =
      """
      sweep {
        sampler { plugin = tpe, points = 20, startup = 8, batch = 4 }
        space {
          algorithm.learning-rate { distribution = log-uniform, low = 1e-4, high = 1e-2 }
          algorithm.clip { distribution = uniform, low = 0.1, high = 0.4 }
        }
      }
      ablation.seeds = [1, 2, 3]
      """;

  @TempDir Path folder;

  @Test
  void aKilledWorkerCostsNoTrial() throws Exception {
    Workplace workplace = new Workplace(folder.resolve("results"));
    Path experiment =
        Workplace.write(folder.resolve("crash.conf"), EXPERIMENT.formatted(40, 16384, 4096) + GRID);
    Process study = workplace.start("sweep", experiment.toString(), "--workers", "2");
    try {
      List<ProcessHandle> workers = awaitWorkers(study, 2);
      kill(workers);
      assertThat(study.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } finally {
      study.destroyForcibly();
    }
    assertThat(study.exitValue()).as(workplace::outputText).isZero();
    assertThat(workplace.outputText())
        .contains("its worker process was ended by signal 9; the trial goes on in another one");
    assertThat(results(workplace)).hasSize(12).isEqualTo(undisturbed(experiment));
  }

  @Test
  void aTrialWhoseWorkersKeepDyingFailsWithTheirLastWords() throws Exception {
    Workplace workplace = new Workplace(folder.resolve("results"));
    Path experiment =
        Workplace.write(
            folder.resolve("crash.conf"),
            EXPERIMENT.formatted(40, 1 << 24, 0) + "launcher.retries = 0\n");
    Process study =
        workplace.start("run", experiment.toString(), "--seeds", "1-2", "--workers", "1");
    try {
      for (int trial = 1; trial <= 2; trial++) {
        awaitWords(workplace, study, trial);
        kill(awaitWorkers(study, 1));
      }
      assertThat(study.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      study.descendants().forEach(ProcessHandle::destroyForcibly);
      study.destroyForcibly();
    }
    assertThat(study.exitValue()).isEqualTo(1);
    assertThat(workplace.outputText()).contains("2 trials failed");
    for (int seed = 1; seed <= 2; seed++) {
      TrialStatus status =
          workplace.status(Workplace.trial(experiment, "training.seed=" + seed).key());
      assertThat(status.state()).isEqualTo(TrialStatus.State.FAILED);
      assertThat(status.message())
          .contains("its worker process was ended by signal 9", "incubator modules");
    }
    assertThat(workplace.query("SELECT status FROM runs WHERE name LIKE 'crash seed%'"))
        .containsExactly(List.of("FAILED"), List.of("FAILED"));
  }

  @Test
  void aTrialThatNeedsMoreMemoryThanThereIsFailsAndTheOthersGoOn() throws Exception {
    Workplace workplace = new Workplace(folder.resolve("results"));
    Path experiment =
        Workplace.write(
            folder.resolve("crash.conf"),
            EXPERIMENT.formatted(1, 256, 0)
                + "launcher.retries = 1\n"
                + "ablation.variants.huge { network.hidden = [7500, 7500] }\n");
    Process study =
        workplace.startIn("-Xmx256m", "ablate", experiment.toString(), "--workers", "1");
    assertThat(study.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(study.exitValue()).as(workplace::outputText).isEqualTo(1);
    assertThat(workplace.outputText())
        .contains("crash huge seed 1 failed: its worker process ran out of memory, 2 times")
        .contains("[2/2] crash ", "1 trials failed");
    assertThat(workplace.query("SELECT status FROM runs WHERE name = 'crash seed 1'"))
        .containsExactly(List.of("FINISHED"));
  }

  @ParameterizedTest
  @ValueSource(strings = {GRID})
  void aKilledStudyGoesOnWhereItWas(String plan) throws Exception {
    assertSurvives(plan, 12, 3, 2500);
  }

  @Tag("learning")
  @ParameterizedTest
  @ValueSource(strings = {GRID_OF_60, TPE_OF_60})
  void sixtyTrialsSurviveTenKills(String plan) throws Exception {
    assertSurvives(plan, 60, 10, 6000);
  }

  private void assertSurvives(String plan, int trials, int kills, int mostMillis) throws Exception {
    Path experiment =
        Workplace.write(folder.resolve("crash.conf"), EXPERIMENT.formatted(10, 8192, 2048) + plan);
    Workplace workplace = new Workplace(folder.resolve("results"));
    Random moments = new Random(trials);
    int killed = 0;
    int exitCode = -1;
    while (exitCode < 0) {
      Process study = workplace.start("sweep", experiment.toString(), "--workers", "2");
      long millis = 1500L + moments.nextInt(mostMillis);
      boolean ended =
          killed >= kills
              ? study.waitFor(10, TimeUnit.MINUTES)
              : study.waitFor(millis, TimeUnit.MILLISECONDS);
      if (ended) {
        exitCode = study.exitValue();
      } else {
        // The parent first in one half of the cases, its workers first in the other.
        List<ProcessHandle> processes = new ArrayList<>(study.descendants().toList());
        processes.add(moments.nextBoolean() ? 0 : processes.size(), study.toHandle());
        kill(processes);
        killed++;
      }
    }
    assertThat(exitCode).as(workplace::outputText).isZero();
    assertThat(killed).as("kills before the study's end").isEqualTo(kills);
    assertThat(results(workplace)).hasSize(trials).isEqualTo(undisturbed(experiment));
    assertThat(finishedTwice(workplace)).isEmpty();
    assertThat(workplace.query("SELECT DISTINCT status FROM runs"))
        .containsExactly(List.of("FINISHED"));
  }

  private Map<String, List<String>> undisturbed(Path experiment) throws IOException {
    Workplace workplace = new Workplace(folder.resolve("undisturbed"));
    Workplace.Outcome outcome = workplace.run("sweep", experiment.toString(), "--workers", "0");
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return results(workplace);
  }

  /** Every metric, to the bit, by trial. */
  private static Map<String, List<String>> results(Workplace workplace) throws IOException {
    Map<String, List<String>> results = new HashMap<>();
    try (Stream<Path> runs = Files.list(workplace.results().resolve("runs"))) {
      for (Path run : runs.toList()) {
        String key = run.getFileName().toString();
        assertThat(workplace.status(key).state()).isEqualTo(TrialStatus.State.FINISHED);
        results.put(key, workplace.metrics(key));
      }
    }
    return results;
  }

  /** Trials whose journal tells of more than one end. */
  private static List<String> finishedTwice(Workplace workplace) throws IOException {
    try (Stream<Path> runs = Files.list(workplace.results().resolve("runs"))) {
      return runs.map(run -> run.getFileName().toString())
          .filter(
              key ->
                  workplace.journal(key).stream()
                          .filter(RunEvent.Finished.class::isInstance)
                          .map(event -> ((RunEvent.Finished) event).status())
                          .filter(status -> status == RunEvent.Status.FINISHED)
                          .count()
                      != 1)
          .toList();
    }
  }

  private static void kill(List<ProcessHandle> processes) throws Exception {
    processes.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle process : processes) {
      process.onExit().get(10, TimeUnit.SECONDS);
    }
  }

  /** Waits for workers that have begun to train. */
  private static List<ProcessHandle> awaitWorkers(Process study, int count) {
    List<ProcessHandle> workers = workers(study);
    while (workers.size() < count && study.isAlive()) {
      // Time enough to begin, which needs no certainty: an earlier death must do no harm either.
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
      workers = workers(study);
    }
    return workers;
  }

  /** Waits until so many workers have written the line that the virtual machine begins with. */
  private static void awaitWords(Workplace workplace, Process study, int count) throws IOException {
    Path log = workplace.results().resolve("studies/crash/logs/worker-1.log");
    while (study.isAlive() && occurrences(log) < count) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private static int occurrences(Path log) throws IOException {
    return Files.exists(log) ? Files.readString(log).split("incubator modules", -1).length - 1 : 0;
  }

  /** A study has other children too: it asks git for the commit. */
  private static List<ProcessHandle> workers(Process study) {
    return study.children().filter(child -> child.isAlive() && isJava(child)).toList();
  }

  private static boolean isJava(ProcessHandle process) {
    return process.info().command().map(Path::of).filter(it -> it.endsWith("bin/java")).isPresent();
  }
}
