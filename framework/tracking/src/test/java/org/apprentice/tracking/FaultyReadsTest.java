package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading from a server over a network with faults. */
class FaultyReadsTest {
  private static final int POINTS = 2000;
  private static final int READS = 30;

  @TempDir Path results;

  /** What was read of a run. */
  private record Content(
      StoredRun run,
      List<RunEvent.Metric> history,
      List<RunEvent.Dataset> datasets,
      List<RunStore.StoredFile> files,
      String file) {}

  private Content content(RunStore store, StoredRun run) throws IOException {
    List<RunEvent.Metric> history = new ArrayList<>();
    store.history(run, "loss", history::add);
    List<RunStore.StoredFile> files = store.files(run);
    Path copy = results.resolve("copy.txt");
    Files.deleteIfExists(copy);
    store.fetch(run, files.get(0), copy);
    return new Content(run, history, store.datasets(run), files, Files.readString(copy));
  }

  private List<Content> read(String uri) throws IOException {
    try (RunStore store = RunStore.open(uri, results)) {
      List<Content> all = new ArrayList<>();
      for (StoredRun run : store.runs(Optional.empty())) {
        all.add(content(store, run));
      }
      return all;
    }
  }

  private void deliver(String uri) throws IOException {
    try (Tracker tracker = Trackers.open(uri, results, List.of())) {
      for (int number = 0; number < 2; number++) {
        Path folder = Files.createDirectories(results.resolve("run" + number));
        Files.writeString(folder.resolve("a.txt"), "hello ".repeat(1000));
        RunSpec spec = Events.spec(folder);
        Tracker.Run run = tracker.start(spec);
        run.deliver(
            List.of(
                new RunEvent.Param("a", "1"),
                Events.dataset("demonstrations"),
                new RunEvent.Artifact("a.txt", "deep/a.txt")));
        List<RunEvent> points =
            IntStream.range(0, POINTS).<RunEvent>mapToObj(Events::loss).toList();
        run.deliver(points.subList(0, POINTS / 2));
        run.deliver(points.subList(POINTS / 2, POINTS));
      }
    }
  }

  /** Those of the network and of servers in trouble that need no waiting for. */
  private static List<FaultProxy.Fault> faults() {
    EnumSet<FaultProxy.Fault> faults = EnumSet.allOf(FaultProxy.Fault.class);
    faults.removeAll(EnumSet.of(FaultProxy.Fault.STALLED, FaultProxy.Fault.SLOW));
    return List.copyOf(faults);
  }

  @Test
  void whatIsReadIsRightOrNotReadAtAll() throws IOException {
    Random random = new Random(11);
    List<FaultProxy.Fault> faults = faults();
    try (MlflowServerStub stub = MlflowServerStub.start()) {
      deliver(stub.uri());
      stub.store().setPageLimit(500);
      List<Content> expected = read(stub.uri());
      assertThat(expected).hasSize(2).allMatch(it -> it.history().size() == POINTS);
      int failures = 0;
      int successes = 0;
      try (FaultProxy proxy =
          new FaultProxy(
              stub.port(),
              () ->
                  random.nextInt(40) == 0
                      ? faults.get(random.nextInt(faults.size()))
                      : FaultProxy.Fault.NONE)) {
        while (successes < READS) {
          try {
            assertThat(read(proxy.uri())).isEqualTo(expected);
            successes++;
          } catch (TrackingException e) {
            failures++;
          }
        }
      }
      assertThat(failures).isPositive();
    }
  }
}
