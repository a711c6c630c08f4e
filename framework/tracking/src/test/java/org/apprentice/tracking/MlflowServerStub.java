package org.apprentice.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * A tracking server on loopback that answers as a real MLflow 3.11 does; {@link
 * MlflowServerStubTest} holds it to recorded exchanges. What it holds is in {@link #store()}.
 */
public final class MlflowServerStub implements AutoCloseable {
  static {
    // Else each small answer on a kept connection takes 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  static final String VERSION = "3.11.2.dev0";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = "/api/2.0/mlflow/";
  private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";
  private static final int MAX_REQUEST_BYTES = 1_000_000;
  private static final String NOT_FOUND =
      """
      <!doctype html>
      <html lang=en>
      <title>404 Not Found</title>
      <h1>Not Found</h1>
      <p>The requested URL was not found on the server. If you entered the URL manually please \
      check your spelling and try again.</p>
      """;

  private final HttpServer server;
  private final ExecutorService threads;
  private final StubStore store;
  private final Map<String, Function<JsonNode, ObjectNode>> posts = new HashMap<>();
  private final Map<String, Function<JsonNode, ObjectNode>> gets = new HashMap<>();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong uploads = new AtomicLong();
  private volatile String authorization;
  private volatile String version = VERSION;
  private volatile String prefix = "";

  private MlflowServerStub(HttpServer server, Path artifacts) {
    this.server = server;
    store = new StubStore(artifacts);
    posts.put("experiments/create", store::createExperiment);
    posts.put("experiments/search", store::searchExperiments);
    posts.put("experiments/delete", store::deleteExperiment);
    posts.put("experiments/set-experiment-tag", store::setExperimentTag);
    posts.put("runs/create", store::createRun);
    posts.put("runs/update", store::updateRun);
    posts.put("runs/delete", store::deleteRun);
    posts.put("runs/log-batch", store::logBatch);
    posts.put("runs/log-inputs", store::logInputs);
    posts.put("runs/set-tag", store::setTag);
    posts.put("runs/search", store::searchRuns);
    gets.put("experiments/get", store::getExperiment);
    gets.put("experiments/get-by-name", store::getExperimentByName);
    gets.put("experiments/search", store::searchExperiments);
    gets.put("runs/get", store::getRun);
    gets.put("metrics/get-history", store::metricHistory);
    gets.put("artifacts/list", store::listArtifacts);
    threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "mlflow-server-stub");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** An empty server on a free port. */
  public static MlflowServerStub start() throws IOException {
    return start(0);
  }

  /** An empty server on a port. */
  public static MlflowServerStub start(int port) throws IOException {
    return new MlflowServerStub(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0),
        Files.createTempDirectory("mlflow-server-stub"));
  }

  /** An empty server that speaks TLS. */
  static MlflowServerStub start(SSLContext identity) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(identity));
    return new MlflowServerStub(server, Files.createTempDirectory("mlflow-server-stub"));
  }

  /** What the server holds. */
  public StubStore store() {
    return store;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** The address for {@code tracking.uri}. */
  public String uri() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return scheme + "://localhost:" + port() + prefix;
  }

  /** How many requests came. */
  public long requests() {
    return requests.get();
  }

  /** How many files came. */
  public long uploads() {
    return uploads.get();
  }

  /** From now on only requests with this {@code Authorization} are let in. */
  public void requireAuthorization(String value) {
    authorization = value;
  }

  /** From now on the server is of another version. */
  public void pretendVersion(String other) {
    version = other;
    store.setParamLimit(other.startsWith("1.") ? 250 : StubStore.PARAM_LIMIT);
  }

  /** From now on everything is below this path, as behind a reverse proxy. */
  public void moveBelow(String path) {
    prefix = path;
  }

  /** From now on the server lacks a function of its API. */
  public void forget(String method) {
    posts.remove(method);
    gets.remove(method);
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    try (exchange) {
      try {
        answer(exchange);
      } catch (StubError e) {
        sendJson(exchange, e.status(), e.body());
      } catch (UncheckedIOException e) {
        throw e.getCause();
      } catch (RuntimeException e) {
        sendJson(exchange, 500, StubError.internal(e.toString()).body());
      }
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    if (!path.startsWith(prefix + "/")) {
      sendHtml(exchange, 404, NOT_FOUND);
      return;
    }
    path = path.substring(prefix.length());
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    if (authorization != null && !authorization.equals(given)) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"mlflow\"");
      sendHtml(exchange, 401, "You are not authenticated.");
    } else if (path.equals("/version")) {
      sendHtml(exchange, 200, version);
    } else if (path.startsWith(ARTIFACTS)) {
      answerArtifact(exchange, decoded(path.substring(ARTIFACTS.length())));
    } else if (path.equals("/get-artifact")) {
      JsonNode query = query(exchange);
      sendFile(
          exchange,
          store.artifact(
              store.artifactFolder(query.path("run_id").asText())
                  + "/"
                  + query.path("path").asText()));
    } else if (path.startsWith(API)) {
      answerApi(exchange, path.substring(API.length()));
    } else {
      sendHtml(exchange, 404, NOT_FOUND);
    }
  }

  private void answerApi(HttpExchange exchange, String method) throws IOException {
    boolean post = exchange.getRequestMethod().equals("POST");
    Function<JsonNode, ObjectNode> function = (post ? posts : gets).get(method);
    if (function == null) {
      sendHtml(exchange, 404, NOT_FOUND);
      return;
    }
    JsonNode request = post ? body(exchange) : query(exchange);
    ObjectNode answer;
    synchronized (store) {
      answer = function.apply(request);
    }
    sendJson(exchange, 200, answer);
  }

  private static JsonNode body(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    if (bytes.length > MAX_REQUEST_BYTES) {
      throw StubError.invalid("Request is larger than 1 MB");
    }
    try {
      JsonNode body = JSON.readTree(bytes);
      return body != null && body.isObject() ? body : JSON.createObjectNode();
    } catch (JsonProcessingException e) {
      // The real one takes what it cannot read for an empty message.
      return JSON.createObjectNode();
    }
  }

  private static JsonNode query(HttpExchange exchange) {
    ObjectNode query = JSON.createObjectNode();
    String raw = exchange.getRequestURI().getRawQuery();
    if (raw != null && !raw.isEmpty()) {
      for (String pair : List.of(raw.split("&"))) {
        int equals = pair.indexOf('=');
        query.put(
            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return query;
  }

  private static String decoded(String path) {
    return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private void answerArtifact(HttpExchange exchange, String path) throws IOException {
    Path file = store.artifact(path);
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        Files.createDirectories(file.getParent());
        Path incomplete = Files.createTempFile(file.getParent(), "", StubStore.INCOMPLETE);
        try (OutputStream out = Files.newOutputStream(incomplete)) {
          exchange.getRequestBody().transferTo(out);
        }
        Files.move(
            incomplete,
            file,
            java.nio.file.StandardCopyOption.REPLACE_EXISTING,
            java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        uploads.incrementAndGet();
        sendJson(exchange, 200, JSON.createObjectNode());
      }
      case "GET" -> sendFile(exchange, file);
      default -> sendHtml(exchange, 405, "Method Not Allowed");
    }
  }

  private static void sendFile(HttpExchange exchange, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw StubError.internal("no such file");
    }
    String name = file.getFileName().toString();
    boolean text = name.matches(".*\\.(conf|txt|log|cfg|ini)");
    exchange
        .getResponseHeaders()
        .set("Content-Type", text ? "text/plain" : "application/octet-stream");
    long size = Files.size(file);
    exchange.sendResponseHeaders(200, size == 0 ? -1 : size);
    try (OutputStream out = exchange.getResponseBody()) {
      Files.copy(file, out);
    }
  }

  private static void sendJson(HttpExchange exchange, int status, ObjectNode body)
      throws IOException {
    send(exchange, status, "application/json", JSON.writeValueAsBytes(body));
  }

  private static void sendHtml(HttpExchange exchange, int status, String body) throws IOException {
    send(exchange, status, "text/html; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    // Else the connection could not be used again.
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** Ends the server at once and forgets everything. */
  @Override
  public void close() throws IOException {
    server.stop(0);
    threads.shutdownNow();
    store.deleteFiles();
  }
}
