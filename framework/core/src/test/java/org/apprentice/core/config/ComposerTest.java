package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComposerTest {
  @TempDir Path folder;

  @Test
  void composesAPlainExperiment() throws IOException {
    Path file = folder.resolve("line-ppo.conf");
    Files.writeString(
        file,
        """
        environment { plugin = line, copies = 4 }
        network = mlp
        algorithm { plugin = ppo, clip = .1 }
        training.steps = 1e5
        """);

    Study study = new Composer(TestPlugin.COMPONENTS).compose(file, List.of());

    assertThat(study.trials()).hasSize(1);
    Trial trial = study.trials().get(0);
    assertThat(trial.key()).matches("[0-9a-f]{16}");
    assertThat(trial.experiment().name()).isEqualTo("line-ppo");
    assertThat(trial.experiment().training().steps()).contains(100_000L);
  }
}
