package org.apprentice.core.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceStateTest {
  @TempDir Path folder;

  private void git(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("git", "-c", "user.name=tester", "-c", "user.email=tester@localhost"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void tellsTheCommitAndWhetherTrackedFilesDiffer() throws Exception {
    Path file = Files.writeString(folder.resolve("a.conf"), "name = a");
    git("init", "-q");
    git("add", "a.conf");
    git("commit", "-q", "-m", "experiment");
    Files.writeString(folder.resolve("untracked"), "");
    SourceState clean = SourceState.of(folder).orElseThrow();
    assertThat(clean.commit()).matches("[0-9a-f]{40}");
    assertThat(clean.dirty()).isFalse();

    Files.writeString(file, "name = b");
    assertThat(SourceState.of(folder)).contains(new SourceState(clean.commit(), true));
  }

  @Test
  void isUnknownOutsideACheckout() {
    assertThat(SourceState.of(folder)).isEmpty();
  }
}
