package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackingException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTrackerTest {
  @TempDir Path results;
  private MlflowServerStub stub;
  private Tracker tracker;
  private RunSpec spec;

  @BeforeEach
  void open() throws IOException {
    stub = MlflowServerStub.start();
    tracker = tracker();
    spec = spec("one");
  }

  @AfterEach
  void close() throws IOException {
    tracker.close();
    stub.close();
  }

  private Tracker tracker() {
    return new ServerTracker(new MlflowServer(ServerAddress.of(stub.uri(), name -> null)), results);
  }

  private RunSpec spec(String name) throws IOException {
    return Events.spec(Files.createDirectories(results.resolve("runs").resolve(name)));
  }

  private StubRun held(RunSpec run) {
    assertThat(stub.store().runs(run.uid())).hasSize(1);
    return stub.store().runs(run.uid()).get(0);
  }

  private void deliver(RunEvent... events) {
    tracker.start(spec).deliver(List.of(events));
  }

  @Test
  void deliversEverythingOfARun() throws IOException {
    Files.writeString(spec.directory().resolve("a.txt"), "hello");
    RunEvent.Metric metric = Events.metric("rollout/return", 12.5, 2048);
    deliver(
        new RunEvent.Started(Events.TIME),
        new RunEvent.Param("algorithm.clip", "0.2"),
        metric,
        new RunEvent.Tag("seed", "1"),
        new RunEvent.Tag("mlflow.note.content", "**good**"),
        new RunEvent.ExperimentTag("mlflow.note.content", "all about it"),
        Events.dataset("expert"),
        new RunEvent.Artifact("a.txt", "notes/ä b+c%.txt"),
        new RunEvent.Finished(RunEvent.Status.FINISHED, Events.TIME + 9));
    StubRun run = held(spec);
    assertThat(run.name()).isEqualTo("trial");
    assertThat(run.startTime()).isEqualTo(spec.startMillis());
    assertThat(run.params()).isEqualTo(Map.of("algorithm.clip", "0.2"));
    assertThat(run.points()).containsExactly(metric);
    assertThat(run.tags())
        .containsEntry("seed", "1")
        .containsEntry("mlflow.note.content", "**good**")
        .containsEntry("mlflow.runName", "trial");
    assertThat(run.status()).isEqualTo("FINISHED");
    assertThat(run.endTime()).isEqualTo(Events.TIME + 9);
    assertThat(run.inputs())
        .containsExactly(
            "{\"tags\":[{\"key\":\"mlflow.data.context\",\"value\":\"demonstrations\"}],"
                + "\"dataset\":{\"name\":\"expert\",\"digest\":\"abcd1234\",\"source_type\":"
                + "\"local\",\"source\":\"{\\\"uri\\\": \\\"d.npz\\\"}\",\"schema\":"
                + "\"{\\\"observations\\\": [4]}\"}}");
    assertThat(stub.store().files(run)).containsOnlyKeys("notes/ä b+c%.txt");
    assertThat(stub.store().files(run).get("notes/ä b+c%.txt")).hasContent("hello");
    assertThat(stub.store().experimentTags("cartpole"))
        .isEqualTo(Map.of("mlflow.note.content", "all about it"));
    assertThat(tracker.howToView()).isEqualTo(stub.uri() + "/#/experiments/1");
  }

  @Test
  void aRunIsFoundAgainByItsUid() {
    deliver(Events.metric("a", 1, 1));
    tracker.close();
    tracker = tracker();
    deliver(Events.metric("a", 1, 1), Events.metric("a", 2, 2));
    assertThat(held(spec).points()).hasSize(2);
  }

  @Test
  void aRunThatGoesOnIsRunningAgain() {
    deliver(
        new RunEvent.Started(1),
        new RunEvent.Finished(RunEvent.Status.KILLED, 2),
        new RunEvent.Started(3));
    assertThat(held(spec).status()).isEqualTo("RUNNING");
    deliver(new RunEvent.Finished(RunEvent.Status.FAILED, 4));
    assertThat(held(spec).status()).isEqualTo("FAILED");
    assertThat(held(spec).endTime()).isEqualTo(4);
  }

  @Test
  void theLastTagAndTheFirstExperimentTagCount() {
    deliver(
        new RunEvent.Tag("best", "1"),
        new RunEvent.Tag("best", "2"),
        new RunEvent.ExperimentTag("note", "1"),
        new RunEvent.ExperimentTag("note", "2"));
    assertThat(held(spec).tags()).containsEntry("best", "2");
    assertThat(stub.store().experimentTags("cartpole")).isEqualTo(Map.of("note", "1"));
  }

  @Test
  void childrenPointToTheServersIdOfTheirParent() throws IOException {
    RunSpec parent = spec("parent");
    deliver(new RunEvent.Tag("mlflow.parentRunId", parent.uid()));
    StubRun placeholder = held(parent);
    assertThat(held(spec).tags()).containsEntry("mlflow.parentRunId", placeholder.id());
    tracker.start(parent).deliver(List.of(Events.metric("aggregate", 1, 1)));
    assertThat(held(parent).id()).isEqualTo(placeholder.id());
    assertThat(held(parent).name()).isEqualTo("trial");
    assertThat(held(parent).points()).hasSize(1);
  }

  @Test
  void parentsThatAreNotThereYetAreMadeAsTheirFolderSays() throws IOException {
    Path folder = Files.createDirectories(results.resolve("studies/s"));
    RunSpec parent = new RunSpec(RunSpec.newUid(), "cartpole", "study", 5, folder);
    RunManifest.write(parent, stub.uri(), 0);
    deliver(new RunEvent.Tag("mlflow.parentRunId", parent.uid()));
    assertThat(held(parent).name()).isEqualTo("study");
    assertThat(held(parent).startTime()).isEqualTo(5);
  }

  @Test
  void modelHistoryNamesTheServersId() {
    deliver(new RunEvent.Tag("mlflow.log-model.history", "[{\"run_id\":\"" + spec.uid() + "\"}]"));
    assertThat(held(spec).tags())
        .containsEntry("mlflow.log-model.history", "[{\"run_id\":\"" + held(spec).id() + "\"}]");
  }

  @Test
  void batchesKeepTheServersLimits() {
    List<RunEvent> events = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      events.add(new RunEvent.Param("p" + i, "<\u00e4>".repeat(1800)));
      events.add(new RunEvent.Tag("t" + i, "\"".repeat(7000)));
      events.add(Events.metric("m", i, i));
      events.add(Events.metric("n".repeat(300), i, i));
    }
    tracker.start(spec).deliver(events);
    assertThat(held(spec).params()).hasSize(250);
    assertThat(held(spec).tags()).hasSize(252);
    assertThat(held(spec).points()).hasSize(500);
  }

  @Test
  void namesAndLongValuesAreMadeFitVisiblyAndKeptWhole() throws IOException {
    deliver(
        Events.metric("a[0]", 1, 1),
        new RunEvent.Param("long", "x".repeat(7000)),
        new RunEvent.Tag("note", "y".repeat(9000)));
    StubRun run = held(spec);
    assertThat(run.points()).extracting(RunEvent.Metric::key).containsExactly("a_0_");
    assertThat(run.params().get("long"))
        .hasSize(6000)
        .endsWith("... (cut; whole in artifact params/long.txt)");
    assertThat(run.tags().get("note"))
        .hasSize(8000)
        .endsWith("... (cut; whole in artifact tags/note.txt)");
    assertThat(stub.store().files(run).get("params/long.txt")).hasContent("x".repeat(7000));
    assertThat(stub.store().files(run).get("tags/note.txt")).hasContent("y".repeat(9000));
  }

  @Test
  void oldServersTakeShorterParams() throws IOException {
    stub.pretendVersion("1.30.0");
    deliver(new RunEvent.Param("long", "x".repeat(300)));
    assertThat(held(spec).params().get("long")).hasSize(250).contains("params/long.txt");
    assertThat(stub.store().files(held(spec)).get("params/long.txt")).hasContent("x".repeat(300));
  }

  @Test
  void whatOldServersDoNotKnowIsPutAside() throws IOException {
    stub.forget("runs/log-inputs");
    deliver(Events.dataset("expert"), new RunEvent.Finished(RunEvent.Status.FINISHED, 1));
    assertThat(held(spec).status()).isEqualTo("FINISHED");
    assertThat(stub.store().files(held(spec))).containsOnlyKeys("refused-events.jsonl");
  }

  @Test
  void oddDoublesArriveAsMlflowHasThem() {
    deliver(
        Events.metric("nan", Double.NaN, 1),
        Events.metric("up", Double.POSITIVE_INFINITY, 1),
        Events.metric("down", Double.NEGATIVE_INFINITY, 1),
        Events.metric("tiny", Double.MIN_VALUE, 1));
    assertThat(held(spec).points())
        .extracting(RunEvent.Metric::value)
        .containsExactly(Double.NaN, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE);
  }

  @Test
  void whatIsRefusedDoesNotKeepTheRestFromArriving() throws IOException {
    List<RunEvent> events = new ArrayList<>();
    deliver(new RunEvent.Param("clip", "0.1"));
    for (int step = 0; step < 700; step++) {
      events.add(Events.loss(step));
    }
    RunEvent changed = new RunEvent.Param("clip", "0.2");
    events.add(300, changed);
    events.add(new RunEvent.Param("other", "1"));
    events.add(new RunEvent.Finished(RunEvent.Status.FINISHED, 1));
    tracker.start(spec).deliver(events);
    StubRun run = held(spec);
    assertThat(run.params()).isEqualTo(Map.of("clip", "0.1", "other", "1"));
    assertThat(run.points()).hasSize(700);
    assertThat(run.status()).isEqualTo("FINISHED");
    Path refused = stub.store().files(run).get("refused-events.jsonl");
    byte[] line = Files.readAllBytes(refused);
    assertThat(EventLine.read(line, 0, line.length - 1)).hasValue(changed);
  }

  @Test
  void secondRunsWithTheSameUidAreDeleted() {
    deliver(Events.metric("a", 1, 1));
    String used = held(spec).id();
    // As if a request that was given up were carried out now.
    stub.store().addRun("1", spec.uid());
    assertThat(stub.store().runs(spec.uid())).hasSize(2);
    deliver(new RunEvent.Finished(RunEvent.Status.FINISHED, 2));
    assertThat(held(spec).id()).isEqualTo(used);
    stub.store().addRun("1", spec.uid());
    tracker.start(spec);
    assertThat(held(spec).id()).isEqualTo(used);
  }

  @Test
  void whatLateCopiesOfOldRequestsChangeIsMendedAtTheEnd() {
    Tracker.Run run = tracker.start(spec);
    run.deliver(List.of(new RunEvent.Tag("best", "1")));
    run.deliver(List.of(new RunEvent.Tag("best", "2")));
    stub.store()
        .setTag(
            MlflowServer.object()
                .put("run_id", held(spec).id())
                .put("key", "best")
                .put("value", "1"));
    run.deliver(List.of(new RunEvent.Finished(RunEvent.Status.FINISHED, 2)));
    assertThat(held(spec).tags()).containsEntry("best", "2");
  }

  @Test
  void deletedRunsAndExperimentsStayDeletedAndAdviceIsGiven() throws IOException {
    Tracker.Run run = tracker.start(spec);
    String id = held(spec).id();
    stub.store().deleteRun(id);
    for (RunEvent event : List.of(Events.metric("a", 1, 1), new RunEvent.Started(1))) {
      assertThatThrownBy(() -> run.deliver(List.of(event)))
          .isInstanceOfSatisfying(
              TrackingException.class, e -> assertThat(e.isTemporary()).isFalse())
          .hasMessageContaining("run trial was deleted on the server " + stub.uri())
          .hasMessageContaining("mlflow runs restore --run-id " + id);
    }
    assertThatThrownBy(() -> tracker.start(spec)).hasMessageContaining("mlflow runs restore");
    assertThat(stub.store().runs(spec.uid())).isEmpty();
    stub.store().deleteExperiment("1");
    tracker.close();
    tracker = tracker();
    assertThatThrownBy(() -> tracker.start(spec("two")))
        .hasMessageContaining("experiment cartpole was deleted")
        .hasMessageContaining("mlflow experiments restore --experiment-id 1");
  }

  @Test
  void oneDeliveryOfARunAtATime() throws IOException {
    Tracker.Run run = tracker.start(spec);
    try (Tracker other = tracker()) {
      assertThatThrownBy(() -> other.start(spec))
          .isInstanceOfSatisfying(
              TrackingException.class, e -> assertThat(e.isTemporary()).isTrue())
          .hasMessageContaining("delivered by somebody else");
      run.deliver(List.of(new RunEvent.Finished(RunEvent.Status.FINISHED, 1)));
      run.deliver(List.of(new RunEvent.Tag("said", "afterwards")));
      other.start(spec).deliver(List.of(new RunEvent.Finished(RunEvent.Status.FINISHED, 1)));
    }
    assertThat(held(spec).status()).isEqualTo("FINISHED");
  }

  @Test
  void filesThatAreGoneDoNotMatter() throws IOException {
    deliver(new RunEvent.Artifact("gone.txt", "gone.txt"), Events.metric("a", 1, 1));
    assertThat(stub.store().files(held(spec))).isEmpty();
    assertThat(held(spec).points()).hasSize(1);
  }

  @Test
  void pathsThatLeaveTheArtifactsAreRefused() throws IOException {
    Files.writeString(spec.directory().resolve("a.txt"), "hello");
    deliver(
        new RunEvent.Artifact("a.txt", "../../a.txt"), new RunEvent.Artifact("a.txt", "b/../a"));
    assertThat(stub.store().files(held(spec))).containsOnlyKeys("a", "refused-events.jsonl");
  }

  @Test
  void worksBelowAPathOfAProxy() {
    stub.moveBelow("/ml/flow");
    tracker.close();
    tracker = tracker();
    tracker.check();
    deliver(Events.metric("a", 1, 1));
    assertThat(held(spec).points()).hasSize(1);
    assertThat(tracker.howToView()).isEqualTo(stub.uri() + "/#/experiments/1");
  }
}
