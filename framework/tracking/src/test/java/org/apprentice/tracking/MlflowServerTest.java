package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apprentice.spi.RunEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;

class MlflowServerTest {
  private MlflowServerStub stub;
  private MlflowServer server;

  @BeforeEach
  void open() throws IOException {
    stub = MlflowServerStub.start();
    server = new MlflowServer(ServerAddress.of(stub.uri(), name -> null));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    stub.close();
  }

  private String newRun(String experiment, String uid) {
    return server
        .createRun(
            CreateRun.newBuilder()
                .setExperimentId(experiment)
                .setRunName("trial")
                .setStartTime(Events.TIME)
                .addTags(RunTag.newBuilder().setKey(MlflowServer.UID_TAG).setValue(uid))
                .build())
        .getRunId();
  }

  @Test
  void tellsItsVersion() {
    assertThat(server.version()).hasValue(MlflowServerStub.VERSION);
  }

  @Test
  void experimentsAreFoundByName() {
    assertThat(server.experiment("cart pole & co")).isEmpty();
    String id = server.createExperiment("cart pole & co");
    assertThat(server.experiment("cart pole & co").orElseThrow().getExperimentId()).isEqualTo(id);
    assertThat(server.experiments())
        .extracting("name")
        .containsExactly("Default", "cart pole & co");
    assertThatThrownBy(() -> server.createExperiment("cart pole & co"))
        .isInstanceOfSatisfying(
            ServerException.class,
            e -> {
              assertThat(e.says("RESOURCE_ALREADY_EXISTS")).isTrue();
              assertThat(e.isTemporary()).isFalse();
            });
  }

  @Test
  void runsAreFoundByUidDeletedOnesToo() {
    String experiment = server.createExperiment("e");
    String uid = Events.spec(Path.of("x")).uid();
    String first = newRun(experiment, uid);
    newRun(experiment, "0".repeat(32));
    assertThat(server.runsOf(experiment, uid))
        .extracting(it -> it.getInfo().getRunId())
        .containsExactly(first);
    server.deleteRun(first);
    assertThat(server.runsOf(experiment, uid))
        .extracting(it -> it.getInfo().getLifecycleStage())
        .containsExactly("deleted");
  }

  @Test
  void searchesAndHistoriesAreReadToTheirEnds() {
    stub.store().setPageLimit(10);
    String experiment = server.createExperiment("e");
    String run = null;
    for (int i = 0; i < 21; i++) {
      run = newRun(experiment, "u" + i);
    }
    assertThat(server.searchRuns(List.of(experiment), "", ViewType.ALL)).hasSize(21);
    List<Metric> batch = new ArrayList<>();
    for (int step = 0; step < 25; step++) {
      double value = step == 3 ? Double.NaN : step;
      batch.add(
          Metric.newBuilder()
              .setKey("loss")
              .setValue(value)
              .setStep(step)
              .setTimestamp(step)
              .build());
    }
    server.logBatch(run, batch, List.of(), List.of());
    List<RunEvent.Metric> history = new ArrayList<>();
    List<Integer> pages = new ArrayList<>();
    server.metricHistory(
        run,
        "loss",
        page -> {
          pages.add(page.size());
          history.addAll(page);
        });
    assertThat(pages).containsExactly(10, 10, 5);
    assertThat(history.get(3).value()).isNaN();
    assertThat(history.get(24)).isEqualTo(new RunEvent.Metric("loss", 24, 24, 24));
  }

  @Test
  void unknownMembersOfAnswersAreIgnored() {
    String experiment = server.createExperiment("e");
    // The stub answers with "outputs", which the client's version does not know.
    Run run = server.run(newRun(experiment, "u"));
    assertThat(run.getInfo().getRunName()).isEqualTo("trial");
    assertThat(
            server
                .get("runs/get", Map.of("run_id", run.getInfo().getRunId()))
                .path("run")
                .has("outputs"))
        .isTrue();
  }

  @Test
  void closedServersAreNotAsked() {
    server.close();
    assertThatThrownBy(() -> server.check())
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("closed");
    assertThat(stub.requests()).isZero();
  }
}
