package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apprentice.core.config.Trial;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An expert without a network: trained, evaluated, recorded and imitated as any other. */
class TabularExpertTest {
  @TempDir Path folder;

  @Test
  void anExpertWithoutANetworkIsImitated() throws Exception {
    Workplace workplace = new Workplace(folder.resolve("results"));
    Path expert =
        Workplace.write(
            folder.resolve("expert.conf"),
            """
            environment { plugin = cartpole, copies = 1, max-episode-steps = 100 }
            algorithm { plugin = sarsa, step-size-schedule = linear }
            training.steps = 20000
            evaluation { episodes = 10, solved { mean = 90 } }
            """);
    Path imitator =
        Workplace.write(
            folder.resolve("imitator.conf"),
            """
            environment { plugin = cartpole, max-episode-steps = 100 }
            network { plugin = mlp, hidden = [16] }
            algorithm { plugin = bc, epochs = 20, learning-rate = 5e-3 }
            algorithm.demonstrations { expert = "expert.conf", episodes = 5 }
            evaluation { episodes = 10, solved { mean = 80 } }
            """);
    Trial trained = Workplace.trial(expert);
    Workplace.Outcome outcome = workplace.run("run", imitator.toString());
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(workplace.status(trained.key()).result().solved()).isTrue();
    assertThat(workplace.status(Workplace.trial(imitator).key()).result().solved()).isTrue();
    assertThat(workplace.folder(trained.key()).resolve("model.zip")).doesNotExist();

    Path recorded = folder.resolve("recorded.npz");
    outcome = workplace.run("record", trained.key(), "-o", recorded.toString());
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(DemonstrationFile.read(recorded).meanReturn()).isGreaterThan(90);
    outcome = workplace.run("evaluate", trained.key(), "--stochastic", "--episodes", "20");
    assertThat(outcome.text()).contains("20 stochastic episodes");
  }
}
