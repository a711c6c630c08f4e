package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncludeTest {
  private static final String REST =
      """
      environment = line
      algorithm = ppo
      training.steps = 1000
      """;

  @TempDir Path temporary;
  private ExperimentFolder folder;

  @BeforeEach
  void openFolder() {
    folder = new ExperimentFolder(temporary);
  }

  @Test
  void theFileLiesAboveWhatItIncludes() {
    folder.file("preset.conf", REST + "network { plugin = gru, hidden = [8] }");
    folder.file("it.conf", "include \"preset.conf\"\nnetwork.hidden = [9]\nalgorithm.clip = 0.1");
    assertThat(folder.value("network.plugin", "it.conf")).isEqualTo("gru");
    assertThat(folder.value("network.hidden", "it.conf")).isEqualTo("[9]");
    assertThat(folder.value("algorithm.clip", "it.conf")).isEqualTo("0.1");
  }

  @Test
  void aNameInTheFileReplacesTheNodeOfThePreset() {
    folder.file("preset.conf", REST + "network { plugin = gru, hidden = [8] }");
    folder.file("it.conf", "include \"preset.conf\"\nnetwork = mlp");
    assertThat(folder.value("network.hidden", "it.conf")).isEqualTo("[64, 64]");
  }

  @Test
  void keysInTheFileKeepTheNameInThePreset() {
    folder.file("preset.conf", REST + "network = gru");
    folder.file("it.conf", "network.hidden = [9]\ninclude \"preset.conf\"");
    assertThat(folder.value("network.plugin", "it.conf")).isEqualTo("gru");
    assertThat(folder.value("network.hidden", "it.conf")).isEqualTo("[9]");
  }

  @Test
  void isRelativeToTheFileThatIncludes() {
    folder.file("presets/deep/network.conf", "network = gru");
    folder.file("presets/all.conf", "include \"deep/network\"\n" + REST);
    folder.file("it.conf", "include required(file(\"presets/all.conf\"))");
    assertThat(folder.value("network.plugin", "it.conf")).isEqualTo("gru");
  }

  @Test
  void laterIncludesLieAboveEarlierOnes() {
    folder.file("one.conf", REST + "network { plugin = gru, hidden = [8] }\ntraining.seed = 5");
    folder.file("two.conf", "network = mlp");
    folder.file("it.conf", "include \"one.conf\"\ninclude \"two.conf\"");
    assertThat(folder.value("network.plugin", "it.conf")).isEqualTo("mlp");
    assertThat(folder.value("training.seed", "it.conf")).isEqualTo("5");
  }

  @Test
  void anIncludeWithinANodeBelongsToTheNode() {
    folder.file("fast.conf", "clip = 0.1\nepochs = ${clip-epochs}\nclip-epochs = 3");
    folder.file("ppo.conf", "plugin = ppo\nclip = 0.1\nepochs = ${training.threads}");
    folder.file(
        "it.conf",
        """
        environment = line
        network = mlp
        algorithm { include "ppo.conf", entropy = 0 }
        training { steps = 10, threads = 2 }
        """);
    assertThat(folder.value("algorithm.clip", "it.conf")).isEqualTo("0.1");
    assertThat(folder.value("algorithm.epochs", "it.conf")).isEqualTo("2");
    assertThat(folder.value("algorithm.entropy", "it.conf")).isEqualTo("0.0");
  }

  @Test
  void aMissingFileIsNamedWithTheLineThatAsksForIt() {
    folder.file("it.conf", "# comment\n\ninclude \"presets/non.conf\"\n" + REST);
    assertThat(folder.problems("it.conf"))
        .containsExactly(
            "it.conf:3: cannot include \"presets/non.conf\": no such file presets/non.conf;"
                + " includes are relative to the including file");
  }

  @Test
  void aMissingFileWithinAPresetIsNamedThere() {
    folder.file("presets/a.conf", "\ninclude \"b.conf\"");
    folder.file("it.conf", "include \"presets/a.conf\"\n" + REST);
    assertThat(folder.problems("it.conf"))
        .singleElement()
        .asString()
        .startsWith("presets/a.conf:2: cannot include \"b.conf\": no such file presets/b.conf");
  }

  @Test
  void aCircleIsNamed() {
    folder.file("a.conf", "include \"b.conf\"");
    folder.file("b.conf", "x = 1\ninclude \"a.conf\"");
    assertThat(folder.problems("a.conf"))
        .containsExactly(
            "b.conf:2: include \"a.conf\" goes in a circle: a.conf -> b.conf -> a.conf");
  }

  @Test
  void onlyFilesCanBeIncluded() {
    folder.file("it.conf", "\ninclude classpath(\"reference.conf\")");
    assertThat(folder.problems("it.conf"))
        .containsExactly("it.conf:2: only files can be included, found classpath(reference.conf)");
    folder.file("it.conf", "include url(\"http://localhost/x.conf\")");
    assertThat(folder.problems("it.conf"))
        .containsExactly(
            "it.conf:1: only files can be included, found url(http://localhost/x.conf)");
  }

  @Test
  void problemsNameTheFileThatTheyAreIn() {
    folder.file("preset.conf", REST + "network { plugin = gru, hiden = [8] }");
    folder.file("it.conf", "include \"preset.conf\"\nalgorithm.clip = 2");
    assertThat(folder.problems("it.conf"))
        .containsExactlyInAnyOrder(
            "preset.conf:4: unknown key network.hiden for gru; did you mean hidden?",
            "it.conf:2: algorithm.clip must be in (0, 1), found 2.0");
  }

  @Test
  void aFileWithoutHoconIsOneLine() {
    folder.file("it.conf", "environment = line\nnetwork { hidden = [1, 2 }\nalgorithm = ppo\n");
    assertThat(folder.problems("it.conf")).singleElement().asString().matches("it\\.conf:2: .*");
    folder.file("preset.conf", "network {");
    folder.file("it.conf", REST + "include \"preset.conf\"");
    assertThat(folder.problems("it.conf")).singleElement().asString().startsWith("preset.conf:1: ");
  }

  @Test
  void aMissingExperimentIsNamed() {
    assertThat(folder.problems("non.conf")).containsExactly("non.conf: no such file");
    folder.file("folder/x.conf", "");
    assertThat(folder.problems("folder"))
        .containsExactly("folder: cannot be read: a folder, expected an experiment file");
  }

  @Test
  void theEnvironmentOfTheLibraryIsNeverMergedIn() {
    System.setProperty("training.seed", "99");
    try {
      folder.file("it.conf", REST + "network = mlp");
      assertThat(folder.value("training.seed", "it.conf")).isEqualTo("1");
    } finally {
      System.clearProperty("training.seed");
    }
  }
}
