package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apprentice.spi.ImageSpace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrappersTest {
  @TempDir Path temporary;
  private ExperimentFolder folder;

  @BeforeEach
  void writeExperiment() {
    folder = new ExperimentFolder(temporary);
    folder.file(
        "it.conf",
        """
        environment { plugin = picture, size = 8 }
        network = gru
        algorithm = ppo
        training.steps = 1000
        """);
    folder.file("wrapped.conf", "include \"it.conf\"\nenvironment.wrappers = shrink\n");
  }

  private List<String> wrappers(String name, String... overrides) {
    return folder.trial(name, overrides).experiment().environment().wrappers().all().stream()
        .map(it -> it.plugin().name() + " " + it.config())
        .toList();
  }

  @Test
  void thereAreNoneUnlessNamed() {
    assertThat(wrappers("it.conf")).isEmpty();
    assertThat(folder.trial("wrapped.conf", "environment.wrappers=null").key())
        .isEqualTo(folder.trial("it.conf").key());
  }

  @Test
  void oneIsANodeThatLayersMergeInto() {
    assertThat(wrappers("wrapped.conf")).containsExactly("shrink ShrinkConfig[by=1]");
    assertThat(wrappers("wrapped.conf", "environment.wrappers.by=3"))
        .containsExactly("shrink ShrinkConfig[by=3]");
    assertThat(folder.value("environment.wrappers.by", "wrapped.conf")).isEqualTo("1");
  }

  @Test
  void severalAreAListInnermostFirst() {
    assertThat(wrappers("it.conf", "environment.wrappers=[repeat, { plugin = shrink, by = 2 }]"))
        .containsExactly("repeat RepeatConfig[times=4]", "shrink ShrinkConfig[by=2]");
  }

  @Test
  void namingAnotherReplacesWhatLiesBelow() {
    assertThat(wrappers("wrapped.conf", "environment.wrappers=repeat"))
        .containsExactly("repeat RepeatConfig[times=4]");
    folder.file("list.conf", "include \"it.conf\"\nenvironment.wrappers = [repeat, shrink]\n");
    assertThat(wrappers("list.conf", "environment.wrappers=shrink"))
        .containsExactly("shrink ShrinkConfig[by=1]");
    assertThat(folder.problems("list.conf", "environment.wrappers.by=3"))
        .containsExactly(
            "command line: environment.wrappers names no plugin; available: repeat, shrink");
  }

  @Test
  void aListOfOneIsTheSameTrial() {
    assertThat(folder.trial("it.conf", "environment.wrappers=[shrink]").key())
        .isEqualTo(folder.trial("wrapped.conf").key())
        .isNotEqualTo(folder.trial("it.conf").key());
  }

  @Test
  void theResolvedSettingsComposeAgain() {
    String[] several = {"environment.wrappers=[repeat, { plugin = shrink, by = 2 }]"};
    Trial trial = folder.trial("it.conf", several);
    folder.file("again.conf", trial.resolved());
    assertThat(folder.trial("again.conf").key()).isEqualTo(trial.key());
  }

  @Test
  void theyChangeWhatIsShown() {
    assertThat(
            folder
                .trial("it.conf", "environment.wrappers=[{ plugin = shrink, by = 2 }, shrink]")
                .experiment()
                .environment()
                .spec()
                .observationSpace())
        .isEqualTo(new ImageSpace(1, 5, 5));
  }

  @Test
  void oneThatDoesNotFitIsRefusedWithWhatItWasPutAround() {
    assertThat(folder.problems("wrapped.conf", "environment={ plugin = line, wrappers = shrink }"))
        .singleElement()
        .asString()
        .contains(
            "environment line cannot be set up: wrapper shrink does not fit: it needs images");
  }

  @Test
  void unknownOnesAndUnknownKeysAreErrors() {
    assertThat(folder.problems("it.conf", "environment.wrappers=[shrnk]"))
        .singleElement()
        .asString()
        .contains("unknown wrapper 'shrnk'; available: repeat, shrink; did you mean shrink?");
    assertThat(folder.problems("wrapped.conf", "environment.wrappers.bye=3"))
        .singleElement()
        .asString()
        .contains("unknown key environment.wrappers.bye for shrink; did you mean by?");
  }
}
