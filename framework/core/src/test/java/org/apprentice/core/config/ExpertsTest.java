package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.apprentice.rl.demonstrations.Corruption;
import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpertsTest {
  private static final String EXPERT =
      """
      environment = line
      network = mlp
      algorithm = ppo
      training.steps = 1000
      """;

  private static final String IMITATOR =
      """
      environment = line
      network = mlp
      algorithm { plugin = bc, demonstrations.expert = "experts/line.conf" }
      """;

  @TempDir Path temporary;
  private ExperimentFolder folder;

  @BeforeEach
  void openFolder() {
    folder = new ExperimentFolder(temporary);
  }

  @Test
  void anExpertIsATrialOfItsOwn() {
    folder.file("experts/line.conf", EXPERT).file("it.conf", IMITATOR);
    Trial trial = folder.trial("it.conf");
    Trial expert = folder.trial("experts/line.conf");
    assertThat(trial.prerequisites()).containsExactly(expert);
    TestPlugin.Bc.BcConfig config =
        (TestPlugin.Bc.BcConfig) trial.experiment().algorithm().config();
    assertThat(trial.expert(config.demonstrations())).isEqualTo(expert);
    assertThat(expert.prerequisites()).isEmpty();
    DemonstrationSource other =
        new DemonstrationSource(
            Optional.of(Path.of("other.conf")), Optional.empty(), 1, 1, true, Corruption.NONE);
    assertThatThrownBy(() -> trial.expert(other)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anExpertMayHaveAnExpert() {
    folder.file("experts/line.conf", IMITATOR.replace("experts/line", "first"));
    folder.file("experts/first.conf", EXPERT).file("it.conf", IMITATOR);
    Trial trial = folder.trial("it.conf");
    assertThat(trial.prerequisites().get(0).prerequisites())
        .containsExactly(folder.trial("experts/first.conf"));
  }

  @Test
  void anExpertIsDeliveredWhereTheCommandLineSaysAndStaysTheSame() {
    folder.file("experts/line.conf", EXPERT).file("it.conf", IMITATOR);
    Trial expert =
        folder.trial("it.conf", "tracking.uri=\"http://localhost:5000\"").prerequisites().get(0);
    assertThat(expert.experiment().tracking().uri()).isEqualTo("http://localhost:5000");
    assertThat(expert.key()).isEqualTo(folder.trial("experts/line.conf").key());
  }

  @Test
  void overridesDoNotReachTheExpert() {
    folder.file("experts/line.conf", EXPERT).file("it.conf", IMITATOR);
    Trial trial = folder.trial("it.conf", "training.seed=9");
    assertThat(trial.prerequisites().get(0)).isEqualTo(folder.trial("experts/line.conf"));
  }

  @Test
  void problemsOfTheExpertAreNamedInItsFile() {
    folder.file("experts/line.conf", EXPERT + "algorithm.clip = 9\nnetwork.hiden = [1]");
    folder.file("it.conf", IMITATOR + "training.threads = 0");
    assertThat(folder.problems("it.conf"))
        .containsExactly("it.conf:4: training.threads must be at least 1, found 0");
    folder.file("it.conf", IMITATOR);
    assertThat(folder.problems("it.conf"))
        .containsExactly(
            "experts/line.conf:5: algorithm.clip must be in (0, 1), found 9.0",
            "experts/line.conf:6: unknown key network.hiden for mlp; did you mean hidden?");
  }

  @Test
  void aCircleIsNamed() {
    folder.file("experts/line.conf", IMITATOR.replace("experts/line", "../it"));
    folder.file("it.conf", IMITATOR);
    assertThat(folder.problems("it.conf"))
        .containsExactly(
            "experts/line.conf:3: experts go in a circle: it.conf -> line.conf -> it.conf");
  }

  @Test
  void anExpertIsASingleTrial() {
    folder.file("experts/line.conf", EXPERT + "ablation.seeds = [1, 2]").file("it.conf", IMITATOR);
    assertThat(folder.problems("it.conf"))
        .singleElement()
        .asString()
        .startsWith("it.conf:3: an expert must be a single trial, and ")
        .endsWith("experts/line.conf stands for 2; remove its sweep and ablation");
  }

  @Test
  void anExpertOfOtherSpacesIsRefused() {
    folder.file("experts/line.conf", EXPERT.replace("= line", "= slope")).file("it.conf", IMITATOR);
    assertThat(folder.problems("it.conf"))
        .containsExactly(
            "it.conf:3: the expert plays slope (observations box[2], actions continuous(1)), which"
                + " does not fit environment line (observations box[5], actions discrete(2))");
  }

  @Test
  void demonstrationsHaveOneSource() {
    folder.file("experts/line.conf", EXPERT);
    folder.file("it.conf", IMITATOR + "algorithm.demonstrations.file = \"it.conf\"");
    assertThat(folder.problems("it.conf"))
        .containsExactly(
            "it.conf:3: algorithm.demonstrations need either expert = \"<experiment file>\" or"
                + " file = \"<npz file>\", found both");
  }

  @Test
  void aMissingExpertIsNamed() {
    folder.file("it.conf", IMITATOR);
    assertThat(folder.problems("it.conf"))
        .singleElement()
        .asString()
        .startsWith("it.conf:3: algorithm.demonstrations.expert names no existing file: ");
  }
}
