package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrialKeyTest {
  private static final List<String> LINES =
      List.of(
          "environment { plugin = line, length = 6 }",
          "network { plugin = mlp, hidden = [8, 4] }",
          "algorithm { plugin = gail, generator { plugin = ppo, clip = 0.1, learning-rate = 1e-3 } }",
          "algorithm.demonstrations { file = \"data.npz\", episodes = 3 }",
          "training { steps = 1000, seed = 4 }",
          "evaluation { episodes = 5, solved.mean = 9.5 }");

  @TempDir Path temporary;
  private ExperimentFolder folder;

  @BeforeEach
  void writeData() {
    folder = new ExperimentFolder(temporary).file("data.npz", "some episodes");
  }

  private String key(List<String> lines, String... overrides) {
    return folder.file("it.conf", String.join("\n", lines)).trial("it.conf", overrides).key();
  }

  @RepeatedTest(8)
  void theOrderOfKeysDoesNotMatter(RepetitionInfo repetition) {
    List<String> shuffled = new ArrayList<>(LINES);
    Collections.shuffle(shuffled, new Random(repetition.getCurrentRepetition()));
    assertThat(key(shuffled)).isEqualTo(key(LINES));
  }

  @RepeatedTest(8)
  void theWayANumberIsWrittenDoesNotMatter(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    double number = random.nextDouble() * Math.pow(10, random.nextInt(9) - 6);
    String[] writings = {
      Double.toString(number),
      new BigDecimal(number).toPlainString(),
      String.format(java.util.Locale.ROOT, "%.20e", number),
      new BigDecimal(number).toPlainString().replaceFirst("^0\\.", "."),
    };
    List<String> keys = new ArrayList<>();
    for (String writing : writings) {
      keys.add(key(LINES, "algorithm.generator.learning-rate=" + writing));
    }
    assertThat(keys).containsOnly(keys.get(0));
  }

  @Test
  void writingOutADefaultDoesNotMatter() {
    String key = key(LINES);
    Map<String, String> parameters = folder.trial("it.conf").parameters();
    parameters.forEach(
        (parameter, value) -> {
          if (!parameter.endsWith("plugin")) {
            assertThat(key(LINES, parameter + "=" + value)).as(parameter).isEqualTo(key);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=other",
        "notes=other",
        "tracking.uri=http://localhost:5000",
        "tracking.experiment=other",
        "sweep.sampler=grid",
        "ablation.seeds=[4]",
        "algorithm.generator.target-kl=null"
      })
  void whatDoesNotChangeTheResultDoesNotChangeTheKey(String override) {
    assertThat(key(LINES, override)).isEqualTo(key(LINES));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "environment.length=7",
        "environment.copies=9",
        "network.hidden=[4, 8]",
        "network.activation=relu",
        "network=gru",
        "algorithm.generator.clip=0.11",
        "algorithm.generator.target-kl=0.1",
        "algorithm.generator=trpo",
        "algorithm.demonstrations.episodes=4",
        "training.seed=5",
        "training.steps=1001",
        "training.threads=2",
        "evaluation.deterministic=false"
      })
  void whatChangesTheResultChangesTheKey(String override) {
    assertThat(key(LINES, override)).isNotEqualTo(key(LINES));
  }

  @Test
  void aFileCountsByWhatItHoldsNotByItsName() {
    String key = key(LINES);
    folder.file("elsewhere/copy.npz", "some episodes");
    String copy = temporary.resolve("elsewhere/copy.npz").toString();
    assertThat(key(LINES, "algorithm.demonstrations.file=" + copy)).isEqualTo(key);
    folder.file("data.npz", "other episodes");
    assertThat(key(LINES)).isNotEqualTo(key);
  }

  @Test
  void anExpertCountsByItsOwnKey() {
    folder.file(
        "expert.conf", "environment = line\nnetwork = mlp\nalgorithm = ppo\ntraining.steps = 9");
    List<String> lines = new ArrayList<>(LINES);
    lines.set(3, "algorithm.demonstrations.expert = \"expert.conf\"");
    lines.set(0, "environment = line");
    String key = key(lines);
    folder.file(
        "expert.conf",
        "name = renamed\nalgorithm.epochs = 10\nenvironment = line\nnetwork = mlp\nalgorithm ="
            + " ppo\ntraining.steps = 9");
    assertThat(key(lines)).isEqualTo(key);
    folder.file(
        "expert.conf", "environment = line\nnetwork = mlp\nalgorithm = ppo\ntraining.steps = 8");
    assertThat(key(lines)).isNotEqualTo(key);
  }

  @Test
  void aPresetCountsByWhatItSays() {
    String key = key(LINES);
    folder.file("preset.conf", String.join("\n", LINES.subList(0, 3)));
    List<String> including = new ArrayList<>(LINES.subList(3, LINES.size()));
    including.add("include \"preset.conf\"");
    assertThat(key(including)).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=\"a \\\"quoted\\\" name\"",
        "network={ actor = gru, critic { plugin = mlp, hidden = [3] } }",
        "algorithm.generator.target-kl=0.02",
        "algorithm.generator.patience=90ms",
        "evaluation.solved=null",
        "tracking.uri=http://localhost:5000"
      })
  void theResolvedFileComposesToTheSameTrial(String override) {
    key(LINES, override);
    Trial trial = folder.trial("it.conf", override);
    Trial again =
        folder.file("runs/7/resolved.conf", trial.resolved()).trial("runs/7/resolved.conf");
    assertThat(again).isEqualTo(trial);
  }

  @Test
  void theResolvedFileComposesComponentsInMapsAndLists() {
    List<String> lines = new ArrayList<>(LINES);
    lines.set(
        2, "algorithm { plugin = ensemble, members { \"x.y\" = trpo }, networks = [gru, mlp] }");
    lines.remove(3);
    key(lines);
    Trial trial = folder.trial("it.conf");
    assertThat(folder.file("resolved.conf", trial.resolved()).trial("resolved.conf"))
        .isEqualTo(trial);
  }

  @Test
  void parametersFollowTheOrderOfTheResolvedFile() {
    key(LINES);
    List<String> keys = List.copyOf(folder.trial("it.conf").parameters().keySet());
    assertThat(keys)
        .startsWith("environment.plugin", "environment.copies", "environment.length")
        .containsSubsequence(
            "network.plugin",
            "algorithm.plugin",
            "algorithm.generator.plugin",
            "algorithm.generator.clip",
            "algorithm.discriminator.network.plugin",
            "training.steps",
            "evaluation.episodes")
        .doesNotContain("name", "notes", "tracking.uri", "algorithm.generator.target-kl");
  }
}
