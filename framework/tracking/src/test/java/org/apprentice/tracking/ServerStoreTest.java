package org.apprentice.tracking;

import static org.apprentice.tracking.Events.TIME;
import static org.apprentice.tracking.Events.dataset;
import static org.apprentice.tracking.Events.metric;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackingException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerStoreTest {
  @TempDir Path results;
  private MlflowServerStub stub;
  private Tracker tracker;

  @BeforeEach
  void open() throws IOException {
    stub = MlflowServerStub.start();
    tracker = Trackers.open(stub.uri(), results, List.of());
  }

  @AfterEach
  void close() throws IOException {
    tracker.close();
    stub.close();
  }

  private RunStore read() {
    return RunStore.open(stub.uri(), results);
  }

  private RunSpec deliver(RunEvent... events) throws IOException {
    RunSpec spec = Events.spec(Files.createDirectories(results.resolve("run")));
    Tracker.Run run = tracker.start(spec);
    for (int from = 0; from < events.length; from += Tracker.MAX_BATCH) {
      int end = Math.min(events.length, from + Tracker.MAX_BATCH);
      run.deliver(List.of(events).subList(from, end));
    }
    return spec;
  }

  private static List<RunEvent.Metric> history(RunStore store, StoredRun run, String key) {
    List<RunEvent.Metric> points = new ArrayList<>();
    store.history(run, key, points::add);
    return points;
  }

  @Test
  void aRunIsReadAsItWasDelivered() throws IOException {
    RunSpec spec =
        deliver(
            new RunEvent.Started(TIME),
            new RunEvent.Param("b", "2"),
            new RunEvent.Param("a", "1"),
            new RunEvent.Tag("seed", "2"),
            metric("loss", 0.5, 1),
            metric("loss", 0.25, 2),
            dataset("demonstrations"),
            new RunEvent.ExperimentTag("mlflow.note.content", "balances a pole"),
            new RunEvent.Finished(RunEvent.Status.FAILED, TIME + 9));
    try (RunStore store = read()) {
      assertThat(store.place()).isEqualTo(stub.uri());
      StoredRun run = store.runs(Optional.empty()).get(0);
      assertThat(run.uid()).isEqualTo(spec.uid()).isNotEqualTo(run.id());
      assertThat(store.uids()).containsExactly(spec.uid());
      assertThat(run.experiment()).isEqualTo("cartpole");
      assertThat(run.name()).isEqualTo("trial");
      assertThat(run.ended()).contains(RunEvent.Status.FAILED);
      assertThat(run.startMillis()).isEqualTo(TIME);
      assertThat(run.endMillis()).isEqualTo(OptionalLong.of(TIME + 9));
      assertThat(run.params()).containsOnly(Map.entry("b", "2"), Map.entry("a", "1"));
      assertThat(run.tags()).containsEntry("seed", "2").containsEntry("mlflow.runName", "trial");
      assertThat(run.metrics()).containsExactly(Map.entry("loss", metric("loss", 0.25, 2)));
      assertThat(history(store, run, "loss"))
          .containsExactly(metric("loss", 0.5, 1), metric("loss", 0.25, 2));
      assertThat(store.datasets(run)).containsExactly(dataset("demonstrations"));
      assertThat(store.experimentTags(run))
          .containsExactly(Map.entry("mlflow.note.content", "balances a pole"));
      assertThat(store.runs(Optional.of("tags.seed = '2'"))).containsExactly(run);
      assertThat(store.runs(Optional.of("tags.seed = '3'"))).isEmpty();
    }
  }

  @Test
  void notANumberAndTheInfinitiesComeBack() throws IOException {
    deliver(
        metric("loss", Double.NaN, 1),
        metric("loss", Double.POSITIVE_INFINITY, 2),
        metric("loss", Double.NEGATIVE_INFINITY, 3),
        metric("nan", Double.NaN, 1));
    try (RunStore store = read()) {
      StoredRun run = store.runs(Optional.empty()).get(0);
      assertThat(history(store, run, "loss").stream().map(RunEvent.Metric::value))
          .containsExactly(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
      assertThat(run.metrics().get("loss").value()).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(run.metrics().get("nan").value()).isNaN();
    }
  }

  @Test
  void longHistoriesComeWholeAndInOrder() throws IOException {
    RunEvent.Metric[] points =
        IntStream.range(0, 25_000).mapToObj(Events::loss).toArray(RunEvent.Metric[]::new);
    deliver(points);
    try (RunStore store = read()) {
      StoredRun run = store.runs(Optional.empty()).get(0);
      assertThat(history(store, run, "loss")).containsExactly(points);
    }
  }

  @Test
  void runsOfManyExperimentsAndPagesAreFound() {
    stub.store().setPageLimit(7);
    Set<String> uids = new HashSet<>();
    for (int experiment = 0; experiment < 120; experiment++) {
      String uid = RunSpec.newUid();
      stub.store().addRun(stub.store().addExperiment("experiment " + experiment), uid);
      uids.add(uid);
    }
    String crowded = stub.store().addExperiment("crowded");
    for (int run = 0; run < 20; run++) {
      String uid = RunSpec.newUid();
      stub.store().addRun(crowded, uid);
      uids.add(uid);
    }
    try (RunStore store = read()) {
      assertThat(store.runs(Optional.empty())).extracting(StoredRun::uid).hasSize(140);
      assertThat(store.uids()).isEqualTo(uids);
    }
  }

  @Test
  void filesAreListedAndFetched() throws IOException {
    Path folder = Files.createDirectories(results.resolve("run"));
    Files.writeString(folder.resolve("a.txt"), "hello");
    Files.writeString(folder.resolve("b.txt"), "world!");
    deliver(
        new RunEvent.Artifact("a.txt", "top.txt"), new RunEvent.Artifact("b.txt", "deep/er/b.txt"));
    try (RunStore store = read()) {
      StoredRun run = store.runs(Optional.empty()).get(0);
      assertThat(store.files(run))
          .containsExactly(
              new RunStore.StoredFile("deep/er/b.txt", 6), new RunStore.StoredFile("top.txt", 5));
      Path copy = results.resolve("new/copy.txt");
      store.fetch(run, store.files(run).get(0), copy);
      assertThat(copy).hasContent("world!");
      assertThat(store.local(run, store.files(run).get(0))).isEmpty();
    }
  }

  @Test
  void paramsThatWereCutAreMadeWhole() throws IOException {
    String longer = "[" + "1, ".repeat(4000) + "]";
    deliver(new RunEvent.Param("layers", longer), new RunEvent.Param("a", "1"));
    try (RunStore store = read()) {
      StoredRun run = store.runs(Optional.empty()).get(0);
      assertThat(run.params().get("layers")).hasSize(MlflowLimits.PARAM);
      assertThat(store.whole(run).params())
          .containsOnly(Map.entry("layers", longer), Map.entry("a", "1"));
    }
  }

  @Test
  void aServerThatIsAwayOrNoneOfMlflowsIsNamed() throws IOException {
    String uri = stub.uri();
    stub.moveBelow("/elsewhere");
    assertThatThrownBy(() -> RunStore.open(uri, results))
        .isInstanceOf(TrackingException.class)
        .hasMessageContaining("localhost");
    String gone;
    try (MlflowServerStub other = MlflowServerStub.start()) {
      gone = other.uri();
    }
    assertThatThrownBy(() -> RunStore.open(gone, results))
        .isInstanceOf(TrackingException.class)
        .hasMessageContaining(gone.replace("http://", ""))
        .matches(it -> ((TrackingException) it).isTemporary());
  }
}
