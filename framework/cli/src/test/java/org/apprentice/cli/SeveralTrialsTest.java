package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.TrialStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seeds, repetitions, and experts that several trials need. */
class SeveralTrialsTest {
  @TempDir Path folder;
  private Workplace workplace;
  private Path expert;

  @BeforeEach
  void writeExpert() throws IOException {
    workplace = new Workplace(folder.resolve("results"));
    expert =
        Workplace.write(
            folder.resolve("expert.conf"),
            """
            environment { plugin = cartpole, copies = 4, max-episode-steps = 50 }
            network { plugin = mlp, hidden = [8], activation = tanh }
            algorithm { plugin = ppo, rollout-length = 32, minibatch-size = 64, epochs = 4 }
            training { steps = 1024 }
            evaluation { episodes = 5, solved { each = 1 } }
            """);
  }

  @Test
  void everySeedIsARunOfItsOwn() throws IOException {
    Workplace.Outcome outcome = workplace.run("run", expert.toString(), "--seeds", "1-3");
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(outcome.text()).contains("[3/3] expert seed ", "3/3");
    assertThat(workplace.query("SELECT name, status FROM runs ORDER BY name"))
        .containsExactly(
            List.of("expert", "FINISHED"),
            List.of("expert seed 1", "FINISHED"),
            List.of("expert seed 2", "FINISHED"),
            List.of("expert seed 3", "FINISHED"));
    String second = Workplace.trial(expert, "training.seed=2").key();
    assertThat(workplace.metrics(second))
        .isNotEqualTo(workplace.metrics(Workplace.trial(expert).key()));

    Workplace.Outcome more = workplace.run("run", expert.toString(), "--seeds", "2,4");
    assertThat(more.text()).contains("expert seed 2 (" + second + ") trained before");
    assertThat(workplace.query("SELECT count(*) FROM runs")).containsExactly(List.of(5));
  }

  @Test
  void freshRunsRepeatTheBits() throws IOException {
    String key = Workplace.trial(expert).key();
    workplace.run("run", expert.toString());
    for (int repetition = 2; repetition < 4; repetition++) {
      Workplace.Outcome outcome = workplace.run("run", expert.toString(), "--fresh");
      assertThat(outcome.text()).contains(workplace.folder(key + "-" + repetition).toString());
      assertThat(workplace.metrics(key + "-" + repetition)).isEqualTo(workplace.metrics(key));
    }
    assertThat(workplace.query("SELECT count(DISTINCT run_uuid) FROM runs"))
        .containsExactly(List.of(3));
    assertThat(workplace.run("evaluate", key + "-3").exitCode()).isZero();
  }

  @Test
  void processesThatNeedTheSameExpertTrainItOnce() throws Exception {
    Path first = cloning("first", 1);
    Path second = cloning("second", 2);
    Process one = workplace.start("run", first.toString());
    Process two = workplace.start("run", second.toString());
    try {
      assertThat(one.waitFor()).as(workplace::outputText).isZero();
      assertThat(two.waitFor()).as(workplace::outputText).isZero();
    } finally {
      one.destroyForcibly();
      two.destroyForcibly();
    }
    Trial trained = Workplace.trial(expert);
    assertThat(workplace.outputText())
        .containsOnlyOnce("expert seed 1 (" + trained.key() + "), trained before");
    for (Path experiment : List.of(first, second)) {
      assertThat(workplace.status(Workplace.trial(experiment).key()).state())
          .isEqualTo(TrialStatus.State.FINISHED);
    }
    assertThat(workplace.query("SELECT name FROM runs ORDER BY name"))
        .containsExactly(
            List.of("expert seed 1"), List.of("first seed 1"), List.of("second seed 2"));
  }

  @Test
  void generatedVariantsKeepTheirNamesInReports() throws IOException {
    Path study =
        Workplace.write(
            folder.resolve("study.conf"),
            """
            include "expert.conf"
            name = study
            ablation {
              leave-one-out { entropy { algorithm.entropy = 0.1 } }
              swap { network.activation = [tanh, relu], algorithm = [{ epochs = 4 }, sarsa] }
            }
            """);
    Workplace.Outcome outcome = workplace.run("run", study.toString());
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(outcome.text())
        .contains("left out algorithm=sarsa: algorithm sarsa uses no network", "[3/3] study ");
    assertThat(workplace.query("SELECT value FROM tags WHERE key = 'variant' ORDER BY value"))
        .containsExactly(
            List.of("baseline"), List.of("network.activation=relu"), List.of("without entropy"));
    Workplace.Outcome compared =
        workplace.run("compare", "--study", "study", "--baseline", "network.activation=relu");
    assertThat(compared.exitCode()).as(compared.text()).isZero();
    assertThat(compared.text()).contains("network.activation=relu", "without entropy");
    assertThat(workplace.run("plan", study.toString()).text()).contains("left out algorithm=sarsa");
  }

  @Test
  void aPlanTellsWhatIsLeftAndHowLongItTakes() throws IOException {
    Path clones = cloning("clones", 1);
    Workplace.Outcome before = workplace.run("plan", clones.toString(), "--seeds", "1-2");
    assertThat(before.text())
        .contains(
            ", 2 different trials and 1 expert: 0 finished, 0 interrupted, 3 missing",
            "left to do: 1,024 steps and 4 epochs",
            "time unknown for ppo/mlp on cartpole, bc/mlp on cartpole: no run like it in the results");
    Workplace.Outcome measured =
        workplace.run("plan", expert.toString(), "--measure", "--workers", "2");
    assertThat(measured.text())
        .contains("left to do: 1,024 steps", "with 2 workers", "from the beginning of ppo/mlp on");
    assertThat(workplace.run("run", clones.toString()).exitCode()).isZero();
    Workplace.Outcome after = workplace.run("plan", clones.toString(), "--seeds", "1-2");
    assertThat(after.text())
        .contains(
            "2 finished, 0 interrupted, 1 missing",
            "left to do: 2 epochs",
            "from 1 run of bc/mlp on cartpole: ");
    assertThat(workplace.run("plan", clones.toString()).text()).contains("nothing is left to do");
  }

  private Path cloning(String name, int seed) throws IOException {
    return Workplace.write(
        folder.resolve(name + ".conf"),
        """
        environment { plugin = cartpole, copies = 1, max-episode-steps = 50 }
        network { plugin = mlp, hidden = [8], activation = tanh }
        algorithm { plugin = bc, epochs = 2, demonstrations { expert = "expert.conf", episodes = 3 } }
        training { seed = %d }
        evaluation { episodes = 3 }
        """
            .formatted(seed));
  }
}
