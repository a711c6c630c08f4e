package org.apprentice.tracking;

import static org.apprentice.tracking.Events.loss;
import static org.apprentice.tracking.Events.spec;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FollowTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path results;
  private RunSpec run;
  private Path journal;

  @BeforeEach
  void nameRun() {
    run = spec(results.resolve("runs").resolve("run"));
    journal = run.directory().resolve(Journal.FILE);
  }

  private static List<RunEvent> losses(int count) {
    return IntStream.range(0, count).<RunEvent>mapToObj(Events::loss).toList();
  }

  private static byte[] lines(RunEvent... events) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (RunEvent event : events) {
      EventLine.write(event, bytes);
    }
    return bytes.toByteArray();
  }

  private void append(byte[] bytes, int from, int to) throws IOException {
    Files.write(
        journal,
        Arrays.copyOfRange(bytes, from, to),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private void cutTo(long length) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "rw")) {
      file.setLength(length);
    }
  }

  @Test
  void aLineIsDeliveredOnceItIsWhole() throws Exception {
    Files.createDirectories(run.directory());
    Place place = new Place();
    Outbox outbox = Outbox.of(new Delivery.Followed(), run);
    byte[] lines = lines(loss(0), loss(1), loss(2));
    for (int written = 0; written < lines.length; written++) {
      append(lines, written, written + 1);
      outbox.deliver(place, false);
      int whole = written + 1 == lines.length ? 3 : (written + 1) / (lines.length / 3);
      assertThat(place.runs.getOrDefault(run.uid(), List.of())).hasSizeLessThanOrEqualTo(whole);
    }
    assertThat(place.runs.get(run.uid())).isEqualTo(losses(3));
    assertThat(outbox.isWaiting()).isTrue();
  }

  @Test
  void goesOnBehindATornLineThatTheNextWriterCutsOff() throws Exception {
    Files.createDirectories(run.directory());
    Place place = new Place();
    Delivery.Followed followed = new Delivery.Followed();
    Outbox outbox = Outbox.of(followed, run);
    List<RunEvent> expected = new ArrayList<>();
    byte[] torn = lines(new RunEvent.Tag("note", "x".repeat(200)));
    for (int step = 0; step < 40; step++) {
      RunEvent event = loss(step);
      append(lines(event), 0, lines(event).length);
      long whole = Files.size(journal);
      // The torn line is shorter or longer than what comes in its place, or lacks only its end.
      append(torn, 0, 1 + step * (torn.length - 2) / 39);
      expected.add(event);
      if (step % 3 > 0) {
        assertThat(outbox.deliver(place, false)).isTrue();
        assertThat(outbox.deliver(place, false)).isFalse();
        assertThat(place.runs.get(run.uid())).isEqualTo(expected);
      }
      cutTo(whole);
    }
    append(torn, 0, torn.length / 2);
    followed.end();
    while (outbox.deliver(place, false)) {
      // One batch after the other.
    }
    assertThat(place.runs.get(run.uid())).isEqualTo(expected);
    assertThat(outbox.isComplete()).isTrue();
    assertThat(outbox.pending()).isZero();
  }

  @Test
  void waitsForAJournalThatDoesNotExistYetAndForItsEnd() throws Exception {
    Place place = new Place();
    Delivery.Followed followed = new Delivery.Followed();
    Outbox outbox = Outbox.of(followed, run);
    assertThat(outbox.deliver(place, false)).isFalse();
    Files.createDirectories(run.directory());
    append(lines(loss(0)), 0, lines(loss(0)).length);
    assertThat(outbox.deliver(place, false)).isTrue();
    assertThat(outbox.deliver(place, false)).isFalse();
    assertThat(outbox.isComplete()).isFalse();
    append(lines(loss(1)), 0, lines(loss(1)).length);
    followed.end();
    assertThat(outbox.deliver(place, false)).isTrue();
    assertThat(outbox.deliver(place, false)).isFalse();
    assertThat(outbox.isComplete()).isTrue();
    assertThat(place.runs.get(run.uid())).isEqualTo(losses(2));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "uses sh")
  void seesWhatAWriterHasHardlyBegunToWrite() throws Exception {
    CountDownLatch delivered = new CountDownLatch(1);
    Place place = new Place(spec -> {}, delivered::countDown);
    Delivery delivery = Delivery.to(place);
    Delivery.Followed followed = delivery.follow(run);
    Process process = JournalProgram.start("", "wait", run.directory());
    try {
      assertThat(delivered.await(1, TimeUnit.MINUTES)).as("while the writer waits").isTrue();
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    followed.end();
    assertThat(delivery.close(LONG)).isEqualTo(new Delivery.Undelivered(0, Optional.empty()));
    assertThat(place.runs.get(run.uid())).isEqualTo(losses(1));
  }

  /** Writers in processes of their own are killed as they write, and the next one goes on. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "uses sh and kill -9")
  void deliversEachEventOnceWhateverWritersDie() throws Exception {
    Semaphore batches = new Semaphore(0);
    Place place = new Place(spec -> {}, batches::release);
    Delivery delivery = Delivery.to(place);
    Delivery.Followed followed = delivery.follow(run);
    byte[] torn = lines(new RunEvent.Tag("note", "what the dead writer was about to write"));
    int written = 0;
    for (int writer = 0; writer < 3; writer++) {
      Process process = JournalProgram.start("", "run", run.directory());
      try (BufferedReader output = process.inputReader()) {
        while (Long.parseLong(output.readLine()) < written + 3_000) {
          // Goes on until the writer is well beyond where the last one died.
        }
        batches.drainPermits();
        assertThat(batches.tryAcquire(1, TimeUnit.MINUTES)).as("delivered as it writes").isTrue();
      } finally {
        process.destroyForcibly().waitFor();
      }
      written = Events.read(run.directory()).size();
      append(torn, 0, torn.length / (writer + 2));
    }
    followed.end();
    assertThat(delivery.close(LONG)).isEqualTo(new Delivery.Undelivered(0, Optional.empty()));
    assertThat(place.runs.get(run.uid())).isEqualTo(losses(written));
  }
}
