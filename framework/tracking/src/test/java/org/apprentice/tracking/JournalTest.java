package org.apprentice.tracking;

import static org.apprentice.tracking.Events.dataset;
import static org.apprentice.tracking.Events.metric;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterTry;
import org.apprentice.spi.RunEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path run;

  @Test
  void keepsEveryKindOfEventInOrder() {
    List<RunEvent> events =
        List.of(
            new RunEvent.Started(1),
            new RunEvent.Param("network", "mlp"),
            new RunEvent.Tag("mlflow.note.content", "two\nlines \"quoted\" \u00e4\ud83d\ude00"),
            new RunEvent.ExperimentTag("mlflow.note.content", "about"),
            dataset("expert"),
            metric("rollout/return", 0.1 + 0.2, 2048),
            metric("losses/value", Double.NaN, 2048),
            metric("losses/value", Double.NEGATIVE_INFINITY, 4096),
            new RunEvent.Artifact("model.zip", "model/model.zip"),
            new RunEvent.Finished(RunEvent.Status.KILLED, 2));
    write(events);
    assertThat(Events.read(run)).isEqualTo(events);
  }

  @Test
  void linesArePlainJson() throws IOException {
    write(List.of(new RunEvent.Metric("a", 12.5, 2048, 7)));
    assertThat(Files.readString(run.resolve(Journal.FILE)))
        .matches(
            "\\{\"metric\":\"a\",\"value\":12.5,\"step\":2048,\"time\":7,\"crc\":\"[0-9a-f]{8}\"}\n");
  }

  @Test
  void recordsRepeatedParamsTagsAndDatasetsOnce() {
    List<RunEvent> events =
        List.of(new RunEvent.Param("a", "1"), new RunEvent.Tag("t", "x"), dataset("expert"));
    write(events);
    write(events);
    write(List.of(new RunEvent.Tag("t", "y")));
    List<RunEvent> expected = new ArrayList<>(events);
    expected.add(new RunEvent.Tag("t", "y"));
    assertThat(Events.read(run)).isEqualTo(expected);
  }

  @Test
  void refusesAParamThatChanged() {
    write(List.of(new RunEvent.Param("network", "mlp")));
    assertThatThrownBy(() -> write(List.of(new RunEvent.Param("network", "lstm"))))
        .isInstanceOf(JournalMismatchException.class)
        .hasMessageContaining("param network was 'mlp' and is now 'lstm'")
        .hasMessageContaining("run " + run.getFileName())
        .hasMessageContaining("--fresh");
  }

  @Test
  void longLinesSurvive() {
    RunEvent event = new RunEvent.Tag("t", "x".repeat(300_000));
    write(List.of(event, metric("a", 1, 1)));
    assertThat(Events.read(run)).containsExactly(event, metric("a", 1, 1));
  }

  @Test
  void openingAfterAnyTornByteKeepsTheWholeLinesAndGoesOn() throws IOException {
    List<RunEvent> events =
        List.of(metric("a", 1, 1), new RunEvent.Tag("t", "\u00e4"), metric("b", 2, 2));
    write(events);
    Path file = run.resolve(Journal.FILE);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length <= whole.length; length++) {
      byte[] torn = Arrays.copyOf(whole, length);
      Files.write(file, torn);
      int lines =
          (int)
              new String(torn, StandardCharsets.ISO_8859_1).chars().filter(c -> c == '\n').count();
      int end = new String(torn, StandardCharsets.ISO_8859_1).lastIndexOf('\n') + 1;
      try (Journal journal = Journal.open(run)) {
        assertThat(journal.droppedBytes()).isEqualTo(length - end);
        journal.append(new RunEvent.Started(9));
      }
      List<RunEvent> expected = new ArrayList<>(events.subList(0, lines));
      expected.add(new RunEvent.Started(9));
      assertThat(Events.read(run)).isEqualTo(expected);
    }
  }

  @Test
  void dropsALastLineWhoseBytesNeverReachedTheDisk() throws IOException {
    write(List.of(metric("a", 1, 1), metric("b", 2, 2)));
    Path file = run.resolve(Journal.FILE);
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, bytes.length / 2 + 10, bytes.length - 1, (byte) 0);
    Files.write(file, bytes);
    try (Journal journal = Journal.open(run)) {
      assertThat(journal.droppedBytes()).isPositive();
    }
    assertThat(Events.read(run)).containsExactly(metric("a", 1, 1));
  }

  @Test
  void refusesAJournalDamagedBeforeItsEnd() throws IOException {
    write(List.of(metric("a", 1, 1), metric("b", 2, 2)));
    Path file = run.resolve(Journal.FILE);
    byte[] bytes = Files.readAllBytes(file);
    bytes[12] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> Journal.open(run))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("damaged at byte 0")
        .hasMessageContaining("truncate -s 0");
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void refusesASecondJournalOnTheSameRun() {
    try (Journal journal = Journal.open(run)) {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> Journal.open(run))
            .isInstanceOf(RunInUseException.class)
            .hasMessageContaining("run " + run.getFileName() + " is in use")
            .hasMessageContaining("this process");
      }
      journal.append(metric("a", 1, 1));
    }
    write(List.of(metric("b", 2, 2)));
    assertThat(Events.read(run)).containsExactly(metric("a", 1, 1), metric("b", 2, 2));
  }

  @Test
  void refusesAFolderBelowARegularFile() throws IOException {
    Path file = Files.writeString(run.resolve("results"), "not a folder");
    assertThatThrownBy(() -> Journal.open(file.resolve("runs/abc")))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("of run abc")
        .hasMessageContaining("results folder must be a folder");
  }

  @Test
  void refusesEventsAfterClosing() {
    Journal journal = Journal.open(run);
    journal.close();
    journal.close();
    assertThatThrownBy(() -> journal.append(metric("a", 1, 1)))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("closed");
  }

  private void write(List<RunEvent> events) {
    try (Journal journal = Journal.open(run)) {
      events.forEach(journal::append);
    }
  }

  /** Runs without JUnit's temporary folders, which jqwik does not know. */
  static class Properties {
    private final Path run = temporaryFolder();

    private static Path temporaryFolder() {
      try {
        return Files.createTempDirectory("journal");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @AfterTry
    void deleteFolder() throws IOException {
      for (String name : List.of(Journal.FILE, "run.lock")) {
        Files.deleteIfExists(run.resolve(name));
      }
      Files.deleteIfExists(run);
    }

    @Property(tries = 100)
    void whateverTheByteWhereWritingStoppedTheRestIsWhole(
        @ForAll("events") List<RunEvent> events, @ForAll double where) throws IOException {
      try (Journal journal = Journal.open(run)) {
        events.forEach(journal::append);
      }
      Path file = run.resolve(Journal.FILE);
      byte[] bytes = Files.readAllBytes(file);
      double fraction = Double.isFinite(where) ? Math.abs(where % 1) : 0;
      Files.write(file, Arrays.copyOf(bytes, (int) Math.round(bytes.length * fraction)));
      try (Journal journal = Journal.open(run)) {
        journal.resumeAt(0);
      }
      List<RunEvent> read = Events.read(run);
      assertThat(read).isEqualTo(events.subList(0, read.size()));
    }

    @Provide
    Arbitrary<List<RunEvent>> events() {
      return Events.lists();
    }
  }
}
