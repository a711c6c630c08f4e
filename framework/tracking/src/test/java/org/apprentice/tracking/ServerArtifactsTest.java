package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerArtifactsTest {
  private static final long LARGE = 10L << 20;

  @TempDir Path results;
  private MlflowServerStub stub;
  private RunSpec spec;

  @BeforeEach
  void open() throws IOException {
    stub = MlflowServerStub.start();
    spec = Events.spec(Files.createDirectories(results.resolve("run")));
  }

  @AfterEach
  void close() throws IOException {
    stub.close();
  }

  private void deliver(RunEvent... events) {
    try (ServerTracker tracker = tracker()) {
      ServerRun run = (ServerRun) tracker.start(spec);
      for (RunEvent event : events) {
        run.deliver(List.of(event));
      }
    }
  }

  private ServerTracker tracker() {
    return new ServerTracker(new MlflowServer(ServerAddress.of(stub.uri(), name -> null)), results);
  }

  private StubRun held() {
    return stub.store().runs(spec.uid()).get(0);
  }

  private Path large(String name) throws IOException {
    Path file = spec.directory().resolve(name);
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.setLength(LARGE);
      content.seek(LARGE - 5);
      content.writeBytes("the e");
    }
    return file;
  }

  @Test
  void largeFilesArriveWhole() throws IOException {
    Path file = large("model.zip");
    deliver(new RunEvent.Artifact("model.zip", "model/model.zip"));
    assertThat(stub.store().files(held()).get("model/model.zip")).hasSameBinaryContentAs(file);
  }

  @Test
  void largeFilesThatAreThereAreNotSentAgain() throws IOException {
    Path file = large("model.zip");
    RunEvent event = new RunEvent.Artifact("model.zip", "model/model.zip");
    deliver(event);
    deliver(event);
    assertThat(stub.uploads()).isEqualTo(1);
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.writeBytes("changed");
    }
    // What is named a second time has changed since, even if it is as large as before.
    deliver(event, event);
    assertThat(stub.uploads()).isEqualTo(2);
    assertThat(stub.store().files(held()).get("model/model.zip")).hasSameBinaryContentAs(file);
    try (ServerTracker tracker = tracker()) {
      tracker.start(spec).deliver(List.of(event, event));
    }
    assertThat(stub.uploads()).isEqualTo(3);
  }

  @Test
  void brokenUploadsAreSentAgain() throws IOException {
    large("model.zip");
    RunEvent event = new RunEvent.Artifact("model.zip", "model.zip");
    deliver(event);
    Path arrived = stub.store().files(held()).get("model.zip");
    Files.write(arrived, new byte[100]);
    deliver(event);
    assertThat(arrived).hasSize(LARGE);
  }

  @Test
  void filesAreListedAndFetched() throws IOException {
    Files.writeString(spec.directory().resolve("a.txt"), "hello");
    large("b.bin");
    deliver(
        new RunEvent.Artifact("a.txt", "a.txt"),
        new RunEvent.Artifact("a.txt", "x/y z/a+%.txt"),
        new RunEvent.Artifact("b.bin", "x/b.bin"));
    try (MlflowServer server = new MlflowServer(ServerAddress.of(stub.uri(), name -> null))) {
      ServerArtifacts artifacts = new ServerArtifacts(server, server.run(held().id()).getInfo());
      assertThat(artifacts.allFiles())
          .isEqualTo(Map.of("a.txt", 5L, "x/y z/a+%.txt", 5L, "x/b.bin", LARGE));
      assertThat(artifacts.files("x")).isEqualTo(Map.of("x/b.bin", LARGE));
      for (String path : artifacts.allFiles().keySet()) {
        artifacts.get(path, results.resolve("fetched"));
        assertThat(results.resolve("fetched"))
            .hasSameBinaryContentAs(stub.store().files(held()).get(path));
      }
    }
  }

  @Test
  void foldersOfThisMachineAreWrittenStraight() throws IOException {
    Path root = results.resolve("server's files");
    for (String uri : List.of(root.toUri().toString(), root.toUri().toString().substring(7))) {
      spec = Events.spec(Files.createDirectories(results.resolve("run")));
      stub.store().setArtifactRoot(uri.endsWith("/") ? uri : uri + "/");
      Files.writeString(spec.directory().resolve("a.txt"), uri);
      deliver(new RunEvent.Artifact("a.txt", "sub/a.txt"));
      Path folder = uri.startsWith("file") ? root : Path.of(uri);
      assertThat(folder.resolve(held().experiment()).resolve(held().id()))
          .isDirectoryRecursivelyContaining("glob:**/artifacts/sub/a.txt");
    }
    assertThat(stub.uploads()).isZero();
  }

  @Test
  void storageThatWeCannotWriteIsNamedAndTheRunGoesOn() {
    stub.store().setArtifactRoot("s3://bucket/");
    deliver(new RunEvent.Artifact("a.txt", "a.txt"), Events.metric("a", 1, 1));
    assertThat(held().points()).hasSize(1);
    assertThat(held().tags()).containsEntry(ServerFiles.FOLDER_TAG, spec.directory().toString());
  }

  @Test
  void artifactServersOfTheirOwnAreUsed() throws IOException {
    try (MlflowServerStub other = MlflowServerStub.start()) {
      Files.writeString(spec.directory().resolve("a.txt"), "hello");
      stub.store().setArtifactRoot("mlflow-artifacts://localhost:" + other.port() + "/");
      deliver(new RunEvent.Artifact("a.txt", "a.txt"));
      assertThat(other.uploads()).isEqualTo(1);
      assertThat(stub.uploads()).isZero();
    }
  }
}
