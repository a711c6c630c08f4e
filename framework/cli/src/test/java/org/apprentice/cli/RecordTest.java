package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Episodes of a trained policy in files, and who counts as an expert. */
class RecordTest {
  @TempDir Path folder;
  private Workplace workplace;
  private Path experiment;
  private String key;

  @BeforeEach
  void train() throws IOException {
    workplace = new Workplace(folder.resolve("results"));
    experiment =
        Workplace.write(
            folder.resolve("expert.conf"),
            """
            environment { plugin = cartpole, copies = 1, max-episode-steps = 50 }
            algorithm { plugin = sarsa, iteration-steps = 100 }
            training.steps = 500
            evaluation { episodes = 5, copies = 2, solved.mean = 51 }
            tracking.uri = none
            """);
    assertThat(workplace.run("run", experiment.toString()).exitCode()).isZero();
    key = Workplace.trial(experiment).key();
  }

  private String succeed(String... arguments) {
    Workplace.Outcome outcome = workplace.run(arguments);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return outcome.text();
  }

  @Test
  void onlyExpertsAreSavedUnlessForced() {
    Path file = folder.resolve("it.npz");
    Workplace.Outcome outcome = workplace.run("record", key, "-o", file.toString());
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.text())
        .contains("these 10 episodes are none of an expert: their mean return is ")
        .contains("and evaluation.solved.mean is 51.0; nothing was saved, --force saves them");
    assertThat(file).doesNotExist();
    assertThat(succeed("record", key, "-o", file.toString(), "--force"))
        .contains("no expert     their mean return is ");
    assertThat(DemonstrationFile.read(file).episodes()).isEqualTo(10);
  }

  @Test
  void textIsWrittenAndAppendedAndLearnedFrom() throws IOException {
    succeed("record", key, "-o", folder.toString(), "--format", "csv", "--force");
    Path file = folder.resolve("observations_cartpole.csv");
    Demonstrations first = DemonstrationFile.read(file);
    assertThat(first.episodes()).isEqualTo(10);
    succeed(
        "record",
        key,
        "-o",
        file.toString(),
        "--append",
        "--force",
        "--seed",
        "2",
        "--episodes",
        "3");
    assertThat(DemonstrationFile.read(file).episodes()).isEqualTo(13);
    assertThat(DemonstrationFile.read(file).limit(10).digest()).isEqualTo(first.digest());
    assertThat(workplace.run("record", key, "-o", file.toString(), "--format", "npz").text())
        .contains("--format npz contradicts the name of");

    Path imitator =
        Workplace.write(
            folder.resolve("imitator.conf"),
            """
            environment { plugin = cartpole, max-episode-steps = 50 }
            network { plugin = mlp, hidden = [8] }
            algorithm { plugin = bc, epochs = 1 }
            algorithm.demonstrations { file = "observations_cartpole.csv", episodes = 13 }
            evaluation { episodes = 2, copies = 2 }
            tracking.uri = none
            """);
    String before = Workplace.trial(imitator).key();
    succeed("run", imitator.toString());
    Files.writeString(
        folder.resolve("episodes_cartpole.csv"),
        Files.readString(folder.resolve("episodes_cartpole.csv")).replaceFirst(" ", " 1"));
    assertThat(Workplace.trial(imitator).key()).isNotEqualTo(before);
  }

  @Test
  void evaluatedEpisodesAreSaved() {
    Path file = folder.resolve("it.npz");
    String plain = succeed("evaluate", key, "--checkpoint", "500", "--episodes", "7");
    String saved =
        succeed(
            "evaluate", key, "--checkpoint", "500", "--episodes", "7", "--save", file.toString());
    assertThat(saved).isEqualTo(plain + "saved " + file + "\n");
    assertThat(DemonstrationFile.read(file).episodes()).isEqualTo(7);
  }

  @Test
  void anExpertThatFailedIsRefusedOrWarnedOf() throws IOException {
    Path imitator =
        Workplace.write(
            folder.resolve("imitator.conf"),
            """
            environment { plugin = cartpole, max-episode-steps = 50 }
            network { plugin = mlp, hidden = [8] }
            algorithm { plugin = bc, epochs = 1 }
            algorithm.demonstrations { expert = "expert.conf", episodes = 2 }
            evaluation { episodes = 2, copies = 2 }
            tracking.uri = none
            """);
    Workplace.Outcome outcome = workplace.run("run", imitator.toString());
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.text())
        .contains("the expert expert seed 1 has not solved its task: return ")
        .contains("demonstrations.require-solved = false");
    assertThat(succeed("run", imitator.toString(), "algorithm.demonstrations.require-solved=false"))
        .contains("the expert expert seed 1 has not solved its task: return ");
  }
}
