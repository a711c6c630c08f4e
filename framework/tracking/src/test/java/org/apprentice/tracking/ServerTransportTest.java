package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apprentice.tracking.FaultProxy.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mlflow.tracking.MlflowClient;

/** What a server answers that is no MLflow, or not at its best. */
class ServerTransportTest {
  private static final Duration LIMIT = Duration.ofMillis(200);

  private HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile int status = 200;
  private volatile String type = "application/json";
  private volatile String body = "{}";
  private volatile Map<String, String> headers = Map.of();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          headers.forEach(exchange.getResponseHeaders()::set);
          exchange.getResponseHeaders().set("Content-Type", type);
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String uri() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private MlflowServer mlflow() {
    return new MlflowServer(ServerAddress.of(uri(), name -> null));
  }

  private ServerException failure() {
    try (MlflowServer mlflow = mlflow()) {
      return catchThrowableOfType(ServerException.class, () -> mlflow.setRunning("x"));
    }
  }

  @Test
  void theClientSendsThroughOurTransport() {
    ServerTransport transport = new ServerTransport(ServerAddress.of(uri(), name -> null));
    try (MlflowClient client = ClientOnTransport.create(uri(), transport)) {
      client.sendGet("runs/get");
      transport.close();
      assertThatThrownBy(() -> client.sendGet("runs/get"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("shut down");
    }
    assertThat(requests).hasValue(1);
  }

  @Test
  void whatMayPassIsTemporaryAndNotAskedAgainAtOnce() {
    for (int code : List.of(408, 425, 429, 500, 502, 503, 504)) {
      status = code;
      requests.set(0);
      ServerException failure = failure();
      assertThat(failure.isTemporary()).isTrue();
      assertThat(failure.status()).isEqualTo(code);
      assertThat(failure)
          .hasMessageContaining(uri() + " answered POST /api/2.0/mlflow/runs/update with status");
      assertThat(requests).hasValue(1);
    }
  }

  @Test
  void refusalsAreFinalAndSayWhatMlflowSays() {
    status = 400;
    body = "{\"error_code\": \"INVALID_PARAMETER_VALUE\", \"message\": \"no such thing\"}";
    ServerException failure = failure();
    assertThat(failure.isTemporary()).isFalse();
    assertThat(failure.says("INVALID_PARAMETER_VALUE")).isTrue();
    assertThat(failure).hasMessageContaining("with status 400: no such thing");
    assertThat(requests).hasValue(1);
  }

  @Test
  void brokenRefusalsAreNotBelieved() {
    status = 400;
    body = "{\"error_code\": \"INVALID_PARAMETER_VALUE\", \"mess";
    assertThat(failure().isTemporary()).isTrue();
    type = "text/html";
    body = "<html><style>p {}</style><h1>Bad <b>request</b></h1>\n</html>";
    assertThat(failure())
        .hasMessageContaining("with status 400: Bad request; is this the address of an MLflow");
  }

  @Test
  void pagesAndBrokenJsonAreNoAnswers() {
    for (String page : List.of("{\"a\":", "{} {}", "[]", "\"x\"", "null", "")) {
      body = page;
      assertThat(failure().isTemporary()).isTrue();
    }
    type = "text/html";
    body = "<h1>Log in</h1>";
    assertThat(failure())
        .hasMessageContaining(
            "with text/html instead of MLflow's JSON: Log in; is this the address");
  }

  @Test
  void redirectionsAreShownWithoutWhatTheyCarry() {
    status = 302;
    headers = Map.of("Location", "https://me:secret@login.example.org/in?token=secret");
    assertThat(failure())
        .hasMessageContaining("points to https://login.example.org/in; give tracking.uri")
        .hasMessageNotContaining("secret");
  }

  @Test
  void serversSayHowLongToWait() {
    status = 429;
    assertThat(failure().retryAfter()).isEmpty();
    headers = Map.of("Retry-After", "7");
    assertThat(failure().retryAfter()).hasValue(Duration.ofSeconds(7));
    headers = Map.of("Retry-After", "99999999");
    assertThat(failure().retryAfter()).hasValue(Duration.ofHours(1));
    headers = Map.of("Retry-After", "later");
    assertThat(failure().retryAfter()).isEmpty();
    headers = Map.of("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT");
    assertThat(failure().retryAfter()).hasValue(Duration.ZERO);
    Instant soon = Instant.now().plusSeconds(600);
    headers =
        Map.of(
            "Retry-After",
            DateTimeFormatter.RFC_1123_DATE_TIME.format(soon.atOffset(ZoneOffset.UTC)));
    assertThat(failure().retryAfter().orElseThrow())
        .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(10));
  }

  @Test
  void anyNumberOfRefusalsLeavesTheConnectionsFree() {
    try (MlflowServer mlflow = mlflow()) {
      status = 429;
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> mlflow.setRunning("x")).isInstanceOf(ServerException.class);
      }
      status = 200;
      mlflow.setRunning("x");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STALLED", "SLOW"})
  void silentAndSlowServersAreGivenUp(Fault fault) throws IOException {
    AtomicInteger count = new AtomicInteger();
    ServerAddress address;
    try (FaultProxy proxy =
            new FaultProxy(
                server.getAddress().getPort(),
                () -> count.getAndIncrement() == 0 ? fault : Fault.NONE);
        MlflowServer mlflow =
            new MlflowServer(ServerAddress.of(proxy.uri(), name -> null).withTimeout(LIMIT))) {
      address = mlflow.address();
      assertThatThrownBy(() -> mlflow.setRunning("x"))
          .isInstanceOfSatisfying(ServerException.class, e -> assertThat(e.isTemporary()).isTrue())
          .hasMessageContaining(address.toString());
    }
    try (MlflowServer mlflow = mlflow()) {
      mlflow.setRunning("x");
    }
  }

  @Test
  void callsThatWereGivenUpAreFollowedBySoundOnes() throws IOException {
    AtomicInteger count = new AtomicInteger();
    try (FaultProxy proxy =
            new FaultProxy(
                server.getAddress().getPort(),
                () -> count.getAndIncrement() == 0 ? Fault.SLOW : Fault.NONE);
        MlflowServer mlflow =
            new MlflowServer(ServerAddress.of(proxy.uri(), name -> null).withTimeout(LIMIT))) {
      assertThatThrownBy(() -> mlflow.setRunning("x"))
          .hasMessageContaining(
              "did not answer within 200 ms; set MLFLOW_HTTP_REQUEST_TIMEOUT (seconds)");
      // On a busy machine a sound answer may come late, too.
      for (int attempt = 0; attempt < 50; attempt++) {
        try {
          mlflow.setRunning("x");
          return;
        } catch (ServerException e) {
          assertThat(e.isTemporary()).isTrue();
        }
      }
      throw new AssertionError("no call succeeded");
    }
  }

  @Test
  void closingBreaksOffACallThatHangs() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      MlflowServer mlflow =
          new MlflowServer(
              ServerAddress.of("http://localhost:" + silent.getLocalPort(), name -> null));
      Thread closer =
          new Thread(
              () -> {
                try {
                  // The call is under way once its connection is here.
                  silent.accept();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
                mlflow.close();
              });
      closer.start();
      assertThatThrownBy(() -> mlflow.setRunning("x"))
          .isInstanceOfSatisfying(ServerException.class, e -> assertThat(e.isTemporary()).isTrue());
      closer.join();
    }
  }

  @Test
  void absentServersAreNamed() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (MlflowServer mlflow =
        new MlflowServer(ServerAddress.of("http://localhost:" + port, name -> null))) {
      assertThatThrownBy(mlflow::check)
          .hasMessageContaining("http://localhost:" + port + " did not answer GET")
          .hasMessageContaining("refused");
    }
  }
}
