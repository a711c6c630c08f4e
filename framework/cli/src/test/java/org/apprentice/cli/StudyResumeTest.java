package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apprentice.core.trial.TrialStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Studies that are run again: only what is missing is trained. */
class StudyResumeTest {
  private static final String EXPERIMENT =
      """
      environment { plugin = cartpole, copies = 4, max-episode-steps = 50 }
      network { plugin = mlp, hidden = [8], activation = tanh }
      algorithm { plugin = ppo, rollout-length = 32, minibatch-size = 64, epochs = 4 }
      training { steps = 512 }
      evaluation { episodes = 3 }
      """;

  @TempDir Path folder;
  private Workplace workplace;

  @BeforeEach
  void makeResults() {
    workplace = new Workplace(folder.resolve("results"));
  }

  private Path write(String name, String more) throws IOException {
    return Workplace.write(folder.resolve(name), EXPERIMENT + more);
  }

  private String here(String command, Path experiment, String... more) {
    return here(0, command, experiment, more);
  }

  private String here(int exitCode, String command, Path experiment, String... more) {
    String[] arguments = new String[more.length + 4];
    arguments[0] = command;
    arguments[1] = experiment.toString();
    System.arraycopy(more, 0, arguments, 2, more.length);
    arguments[more.length + 2] = "--workers";
    arguments[more.length + 3] = "0";
    Workplace.Outcome outcome = workplace.run(arguments);
    assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(exitCode);
    return outcome.text();
  }

  private List<String> ledger(String study, String entry) throws IOException {
    return Files.readAllLines(workplace.results().resolve("studies/" + study + "/ledger.jsonl"))
        .stream()
        .filter(line -> line.startsWith("{\"entry\":\"" + entry + "\""))
        .toList();
  }

  @Test
  void aFurtherVariantAndFurtherSeedsAreAllThatIsTrained() throws IOException {
    Path file = write("growing.conf", "ablation { variants { a { algorithm.clip = 0.1 } } }\n");
    here("ablate", file, "--seeds", "1,2");
    assertThat(ledger("growing", "ended")).hasSize(4);
    write(
        "growing.conf",
        "ablation { variants { a { algorithm.clip = 0.1 }, b { algorithm.clip = 0.3 } } }\n");
    String text = here("ablate", file, "--seeds", "1-3");
    assertThat(ledger("growing", "planned")).hasSize(4 + 9);
    assertThat(workplace.run("status", "growing").text()).contains("9 of 9 trials finished");
    assertThat(ledger("growing", "ended")).hasSize(9);
    assertThat(ledger("growing", "reused")).hasSize(4);
    assertThat(text)
        .contains("growing a seed 2", "trained before: return", "3 variants, 9 runs")
        .doesNotContain("trained before for", "any more");

    assertThat(here("ablate", file, "--seeds", "1"))
        .contains(
            "the study growing was begun before, and 6 of its 9 trials do not belong to it any more;"
                + " their runs are kept",
            "3 variants, 3 runs");
    assertThat(workplace.run("status", "growing").text()).contains("3 of 3 trials finished");
  }

  @Test
  void cellsOfOtherStudiesAreReusedAndSaySo() throws IOException {
    here("sweep", write("one.conf", "sweep.space { algorithm.clip = [0.1, 0.2] }\n"));
    String text = here("sweep", write("two.conf", "sweep.space { algorithm.clip = [0.2, 0.3] }\n"));
    assertThat(text)
        .containsPattern("two algorithm.clip=0.2 seed 1 \\(\\w+\\) trained before for one: return");
    assertThat(ledger("two", "reused")).hasSize(1).first().asString().contains("\"one\"");
    assertThat(ledger("two", "ended")).hasSize(1);
  }

  @Test
  void aTrialThatFailsIsTriedAgainAndTheOthersGoOn() throws IOException {
    String variants =
        "ablation { variants { wild { algorithm.learning-rate = 1e30 }, mild { algorithm.clip = 0.1 } } }\n";
    Path file = write("failing.conf", variants);
    String text = here(1, "ablate", file);
    assertThat(text)
        .contains("failing wild seed 1 failed: training diverged", "1 trials failed", "2 variants");
    String status = workplace.run("status", "failing").text();
    assertThat(status)
        .contains("failing: 2 of 3 trials finished, 1 failed")
        .containsPattern("failing wild seed 1 +failed +training diverged");
    here(1, "ablate", file);
    assertThat(ledger("failing", "ended")).hasSize(4);
    assertThat(ledger("failing", "reused")).hasSize(2);
  }

  @Test
  void aStudyMayEndAtItsFirstFailure() throws IOException {
    Path file =
        write(
            "failing.conf",
            "launcher.on-failure = stop\n"
                + "ablation { variants { wild { algorithm.learning-rate = 1e30 }, mild { algorithm.clip = 0.1 } } }\n");
    here(1, "ablate", file);
    assertThat(workplace.run("status", "failing").text())
        .contains("failing: 1 of 3 trials finished, 1 failed, 1 missing");
    assertThat(workplace.run("status").text()).contains("failing: 1 of 3 trials finished");
  }

  @Test
  void anUnknownStudyIsSaidToBe() {
    Workplace.Outcome outcome = workplace.run("status", "none");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.text()).contains("no study 'none' in ", "apprentice status lists those");
    assertThat(workplace.run("status").text()).contains("no studies in ");
  }

  @Test
  void sweepAndAblateWantSomethingToDo() throws IOException {
    Path file = write("plain.conf", "");
    assertThat(here(2, "sweep", file)).contains("plain.conf sweeps over nothing");
    assertThat(here(2, "ablate", file)).contains("plain.conf has no variants");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends signals with kill")
  void anInterruptedStudyGoesOnAsItWasBegun() throws Exception {
    String sweep = "sweep.space { algorithm.clip = [0.1, 0.2, 0.3] }\nablation.seeds = [1, 2]\n";
    String slow = "training.steps = 65536\nalgorithm.epochs = 20\ncheckpoint.every = 1024\n";
    Path file = write("stopped.conf", slow + sweep);
    String first = Workplace.trial(file).key();
    Process study =
        workplace.startUntil(
            workplace.folder(first).resolve("checkpoints/1024"),
            "sweep",
            file.toString(),
            "--workers",
            "2");
    Process kill = new ProcessBuilder("kill", "-TERM", String.valueOf(study.pid())).start();
    assertThat(kill.waitFor()).isZero();
    assertThat(study.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(study.exitValue()).as(workplace::outputText).isEqualTo(143);
    assertThat(workplace.outputText())
        .contains("interrupted; go on with: apprentice resume \"stopped\"");
    assertThat(workplace.status(first).state()).isEqualTo(TrialStatus.State.KILLED);
    assertThat(workplace.run("status", "stopped").text())
        .contains("stopped: 0 of 6 trials finished, 2 interrupted, 4 missing", "at ");

    Files.writeString(file, "nothing = of the kind\n");
    Workplace.Outcome outcome = workplace.run("resume", "stopped", "--workers", "2");
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(outcome.text()).contains("resumed at ", "[6/6] stopped ");
    assertThat(workplace.status(first).result().progress()).isEqualTo(65536);
    assertThat(workplace.query("SELECT DISTINCT status FROM runs"))
        .containsExactly(List.of("FINISHED"));
  }
}
