package org.apprentice.core.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.apprentice.core.config.Sources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  @TempDir Path results;

  private static LedgerEntry died(String key) {
    return new LedgerEntry.Died(7, key, "killed");
  }

  @Test
  void aTornLastLineIsOverwritten() throws IOException {
    Path folder;
    try (Ledger ledger = Ledger.open(results, "study")) {
      folder = ledger.folder();
      ledger.append(died("a"));
    }
    Files.writeString(
        folder.resolve("ledger.jsonl"), "{\"entry\":\"died\",\"a", StandardOpenOption.APPEND);
    assertThat(Ledger.entries(folder)).containsExactly(died("a"));
    try (Ledger ledger = Ledger.open(results, "study")) {
      ledger.append(died("b"));
    }
    assertThat(Ledger.entries(folder)).containsExactly(died("a"), died("b"));
  }

  @Test
  void aDamagedLineIsNamed() throws IOException {
    Path folder = Ledger.folder(results, "study");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("ledger.jsonl"), "nonsense\n{\"entry\":\"left\",\"at\":1}\n");
    assertThatThrownBy(() -> Ledger.entries(folder))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("ledger.jsonl:1 is damaged; delete this line");
  }

  @Test
  void oneProcessWorksOnAStudy() throws IOException {
    try (Ledger first = Ledger.open(results, "study")) {
      assertThat(Ledger.isInUse(first.folder())).isTrue();
      assertThatThrownBy(() -> Ledger.open(results, "study"))
          .hasMessageContaining("another process (" + ProcessHandle.current().pid() + ")")
          .hasMessageContaining("works on the study study");
    }
    try (Ledger again = Ledger.open(results, "study")) {
      assertThat(again.folder()).isEqualTo(results.resolve("studies/study"));
    }
    assertThat(Ledger.isInUse(results.resolve("studies/study"))).isFalse();
  }

  @Test
  void whatAStudyWasBegunWithIsKept() throws IOException {
    Path file = results.resolve("it.conf").toAbsolutePath();
    Sources.Frozen sources = new Sources.Frozen(Map.of(file, "training.seed = 1\n"));
    CodeState code = new CodeState(null, false, Map.of("a.jar", "1"));
    try (Ledger ledger = Ledger.open(results, "study")) {
      ledger.write(Ledger.Base.of("study", file, List.of("training.seed=2"), sources, code));
      Ledger.Base base = Ledger.base(ledger.folder()).orElseThrow();
      assertThat(base.code()).isEqualTo(code);
      assertThat(base.overrides()).containsExactly("training.seed=2");
      assertThat(base.sources().read(file)).isEqualTo("training.seed = 1\n");
      assertThat(base.sources().isFile(results.resolve("other.conf"))).isFalse();
    }
  }
}
