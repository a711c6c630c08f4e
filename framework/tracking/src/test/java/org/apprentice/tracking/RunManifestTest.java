package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apprentice.spi.RunSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunManifestTest {
  @TempDir Path results;

  @Test
  void studiesComeBeforeTheirTrials() throws IOException {
    Path trial = Files.createDirectories(results.resolve("runs/abc"));
    Path study = Files.createDirectories(results.resolve("studies/sweep"));
    RunManifest.write(spec(trial), "sqlite", 500);
    RunManifest.write(spec(study), "sqlite", 500);
    assertThat(RunManifest.all(results))
        .extracting(it -> it.spec().directory())
        .containsExactly(study, trial);
  }

  @Test
  void whatWasWrittenIsReadEvenWhereTheResultsWereMovedTo() throws IOException {
    Path trial = Files.createDirectories(results.resolve("runs/abc"));
    RunSpec spec = spec(trial);
    RunManifest.write(spec, "sqlite", 500);
    assertThat(RunManifest.read(trial)).contains(new RunManifest(spec, "sqlite", 500));
    Path moved = Files.move(results.resolve("runs"), results.resolve("elsewhere")).resolve("abc");
    assertThat(RunManifest.read(moved).orElseThrow().spec().directory()).isEqualTo(moved);
    assertThat(RunManifest.read(results)).isEmpty();
  }

  @Test
  void passwordsAreNotStored() throws IOException {
    Path trial = Files.createDirectories(results.resolve("runs/abc"));
    RunManifest.write(spec(trial), "https://me:pass@word@host:5000/prefix", 500);
    assertThat(RunManifest.read(trial).orElseThrow().uri()).isEqualTo("https://host:5000/prefix");
    assertThat(trial.resolve("run.json")).content().doesNotContain("pass").doesNotContain("me:");
    assertThat(Trackers.withoutSecrets("http://host/a@b")).isEqualTo("http://host/a@b");
    assertThat(Trackers.withoutSecrets("sqlite:///a@b")).isEqualTo("sqlite:///a@b");
  }

  @Test
  void aDamagedFileIsToldAndDoesNotHideTheOthers() throws IOException {
    Path sound = Files.createDirectories(results.resolve("runs/abc"));
    Path damaged = Files.createDirectories(results.resolve("runs/abd"));
    RunManifest.write(spec(sound), "sqlite", 500);
    Files.writeString(damaged.resolve("run.json"), "{\"uid\": ");
    assertThatThrownBy(() -> RunManifest.read(damaged))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("run.json is damaged");
    assertThat(RunManifest.all(results)).hasSize(1);
  }

  private static RunSpec spec(Path folder) {
    return new RunSpec(RunSpec.newUid(), "experiment", "name", 1_790_000_000_000L, folder);
  }
}
