package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords and tokens, on the way through whole runs and studies: nothing shows or keeps them. */
class SecretsRunTest {
  private static final String SECRET = "hunter2-xyz";
  private static final String EXPERIMENT =
      """
      environment { plugin = cartpole, copies = 4, max-episode-steps = 50 }
      network { plugin = mlp, hidden = [8], activation = tanh }
      algorithm { plugin = ppo, rollout-length = 32, minibatch-size = 64, epochs = 4 }
      training { steps = 512 }
      evaluation { episodes = 3, every = 256 }
      """;

  /** Of the environment: a note that gives it away, and an address with a login. */
  private static final String FROM_ENVIRONMENT =
      EXPERIMENT
          + """
            notes = "played with "${?GAME_TOKEN}
            tracking.uri = ${?TRACKING}
            """;

  @TempDir Path folder;
  private Workplace workplace;

  @BeforeEach
  void makeResults() {
    workplace = new Workplace(folder.resolve("results"));
  }

  /** A process that has the secret in its environment; its whole output. */
  private String inProcess(String tracking, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--results", workplace.results().toString()));
    Process process =
        Invocation.start(
            folder,
            "export GAME_TOKEN=" + SECRET + " TRACKING=" + tracking + ";",
            all.toArray(String[]::new));
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            + Files.readString(folder.resolve("errors.txt"));
    assertThat(process.waitFor()).as(output).isIn(0, 1, 2);
    assertThat(output).doesNotContain(SECRET);
    return output;
  }

  private void assertNowhere() throws IOException {
    try (Stream<Path> files = Files.walk(workplace.results())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(file.toString()).doesNotContain(SECRET);
        assertNotIn(file.toString(), Files.readAllBytes(file));
      }
    }
  }

  private static void assertNotIn(String name, byte[] bytes) throws IOException {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text.contains(SECRET)).as("%s holds the secret", name).isFalse();
    if (text.startsWith("PK")) {
      try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          assertNotIn(name + "!" + entry.getName(), zip.readAllBytes());
        }
      }
    }
  }

  @Test
  void runsAndStudiesKeepThemToThemselves() throws Exception {
    Path file = Workplace.write(folder.resolve("game.conf"), FROM_ENVIRONMENT);
    inProcess("sqlite", "run", file.toString());
    Path run = Experiments.onlyRun(workplace.results());
    assertThat(Files.readString(run.resolve("resolved.conf")))
        .contains("notes = \"played with \"${?GAME_TOKEN}");
    assertThat(workplace.query("SELECT value FROM tags WHERE key = 'mlflow.note.content'"))
        .singleElement()
        .asString()
        .contains("played with ${GAME_TOKEN}");

    Experiments.interrupt(run);
    assertThat(inProcess("sqlite", "resume", run.getFileName().toString())).contains("return");

    String study =
        inProcess(
            "sqlite",
            "ablate",
            file.toString(),
            "ablation.variants.low.algorithm.clip=0.1",
            "--workers",
            "1");
    assertThat(study).contains("[2/2]");
    inProcess("sqlite", "run", file.toString(), "training.seed=${GAME_TOKEN}");
    assertNowhere();
  }

  /** A server that takes nothing, for good: one that might would be waited for. */
  private static HttpServer refusing() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              "{\"error_code\": \"INVALID_PARAMETER_VALUE\"}".getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(400, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void theLoginOfAServerIsNotStored() throws Exception {
    HttpServer server = refusing();
    try {
      String uri = "http://user:" + SECRET + "@127.0.0.1:" + server.getAddress().getPort();
      Path file =
          Workplace.write(
              folder.resolve("login.conf"), EXPERIMENT + "tracking.uri = \"" + uri + "\"\n");
      List<List<String>> commands =
          List.of(
              List.of("plan", file.toString()),
              List.of("run", file.toString()),
              List.of("run", file.toString(), "--debug"),
              List.of("ablate", file.toString(), "ablation.seeds=[1, 2]", "tracking.uri=" + uri),
              List.of("resume", "login"),
              List.of("status", "login"),
              List.of("compare", "login"),
              List.of("compare", "login", "--from", uri),
              List.of("sync", "--to", uri),
              List.of("import", "--from", uri),
              List.of("repair"),
              List.of("run", file.toString(), "training.seed=" + uri),
              List.of("run", file.toString(), "tracking.uri=foo://user:" + SECRET + "@host"));
      for (List<String> command : commands) {
        Workplace.Outcome outcome = workplace.run(command.toArray(String[]::new));
        assertThat(outcome.text()).as(command.get(0)).doesNotContain(SECRET).isNotBlank();
      }
      if (Files.exists(workplace.results())) {
        assertNowhere();
      }
    } finally {
      server.stop(0);
    }
  }
}
