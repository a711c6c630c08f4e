package org.apprentice.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.TrackingException;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.RunsPage;
import org.mlflow_project.apachehttp.client.methods.CloseableHttpResponse;
import org.mlflow_project.apachehttp.client.methods.HttpGet;
import org.mlflow_project.apachehttp.client.methods.HttpUriRequest;
import org.mlflow_project.apachehttp.protocol.BasicHttpContext;
import org.mlflow_project.apachehttp.protocol.HttpContext;

/**
 * A tracking server, as MLflow's Java client sees it. Every method throws {@link ServerException},
 * and no call takes longer than {@link ServerAddress#timeout()}; when that is over, its connections
 * are given up and the next call makes new ones. For one thread at a time; only {@link #close()}
 * may come from another one, and breaks off what is under way.
 */
final class MlflowServer implements AutoCloseable {
  /** The tag by which a run is found on any server: {@link org.apprentice.spi.RunSpec#uid()}. */
  static final String UID_TAG = "run-uid";

  private static final int PAGE = 1000;
  private static final int HISTORY_PAGE = 10_000;
  private static final int VERSION_CHARACTERS = 40;
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Connection(ServerTransport transport, MlflowClient client) {}

  /** One call by the client. */
  @FunctionalInterface
  private interface Call<T> {
    T with(MlflowClient client);
  }

  /** What an answer that is no JSON is used for. */
  @FunctionalInterface
  interface Receiver<T> {
    T receive(InputStream content, Runnable progress) throws IOException;
  }

  private final ServerAddress address;
  private final Watchdog watchdog = new Watchdog();
  private final AtomicLong progress = new AtomicLong();
  private Connection connection;
  private boolean closed;
  private Optional<String> version;

  MlflowServer(ServerAddress address) {
    this.address = address;
  }

  ServerAddress address() {
    return address;
  }

  private synchronized Connection connection() {
    if (closed) {
      throw ServerException.unanswered("deliveries to " + address + " are closed", null);
    }
    if (connection == null) {
      ServerTransport transport = new ServerTransport(address);
      connection = new Connection(transport, ClientOnTransport.create(address.base(), transport));
    }
    return connection;
  }

  private synchronized void giveUp(Connection used) {
    used.transport().close();
    if (connection != null && connection.transport() == used.transport()) {
      connection = null;
    }
  }

  /** One exchange by a transport, in a time limit that begins anew with each progress. */
  @FunctionalInterface
  private interface Exchange<T> {
    T over(Connection connection, Runnable progress) throws IOException;
  }

  private <T> T exchange(Exchange<T> exchange) {
    Connection used = connection();
    try (Watchdog.Watch watch = watchdog.watch(address.timeout(), () -> giveUp(used))) {
      try {
        return exchange.over(
            used,
            () -> {
              watch.progress();
              progress.incrementAndGet();
            });
      } catch (IOException | RuntimeException e) {
        throw explain(e, watch.hasExpired());
      }
    }
  }

  private RuntimeException explain(Exception failure, boolean expired) {
    if (expired) {
      return ServerException.unanswered(
          "%s did not answer within %s; set %s (seconds) if it needs longer"
              .formatted(address, text(address.timeout()), ServerAddress.TIMEOUT),
          failure);
    }
    if (failure instanceof TrackingException) {
      return (TrackingException) failure;
    }
    // What the client cannot read, or a transport that was closed.
    return ServerException.unanswered(
        "%s: the exchange failed (%s)".formatted(address, failure), failure);
  }

  private static String text(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  private <T> T call(Call<T> call) {
    return exchange((used, progress) -> call.with(used.client()));
  }

  /**
   * Asks for something of MLflow's REST API.
   *
   * @param path for example {@code runs/get}
   */
  JsonNode get(String path, Map<String, String> query) {
    String pathAndQuery =
        query.isEmpty()
            ? path
            : path
                + query.entrySet().stream()
                    .map(it -> it.getKey() + "=" + encode(it.getValue()))
                    .collect(Collectors.joining("&", "?", ""));
    return call(client -> tree(client.sendGet(pathAndQuery)));
  }

  /** Tells something to MLflow's REST API, see {@link #get}. */
  JsonNode post(String path, JsonNode body) {
    return call(client -> tree(client.sendPost(path, body.toString())));
  }

  private JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw ServerException.unanswered(address + " answered broken JSON", e);
    }
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** Sends a request of our own making, whose answer is JSON. */
  void send(java.util.function.Function<Runnable, HttpUriRequest> request) {
    exchange(
        (used, progress) -> {
          try (CloseableHttpResponse response = used.transport().execute(request.apply(progress))) {
            return null;
          }
        });
  }

  /**
   * Fetches what is no JSON.
   *
   * @param url with the server's root
   */
  <T> T fetch(String url, Receiver<T> receiver) {
    return exchange(
        (used, progress) -> {
          HttpContext context = new BasicHttpContext();
          context.setAttribute(ServerTransport.FILE, true);
          try (CloseableHttpResponse response =
                  used.transport().execute(new HttpGet(URI.create(url)), context);
              InputStream content =
                  response.getEntity() == null
                      ? InputStream.nullInputStream()
                      : response.getEntity().getContent()) {
            return receiver.receive(content, progress);
          }
        });
  }

  /** Grows while a file is on its way. */
  long progress() {
    return progress.get();
  }

  /** For example 3.11.2; empty if the server does not tell. */
  Optional<String> version() {
    if (version == null) {
      try {
        String text =
            fetch(
                address.base() + "/version",
                (content, progress) ->
                    new String(content.readNBytes(VERSION_CHARACTERS), StandardCharsets.UTF_8));
        version = Optional.of(text.strip()).filter(it -> it.matches("[0-9]+\\.[0-9]+.*"));
      } catch (ServerException e) {
        // Old servers do not know it, and some proxies let only the API through.
        if (e.status() / 100 != 4 || e.status() == 429) {
          throw e;
        }
        version = Optional.empty();
      }
    }
    return version;
  }

  /** Proves that the address is that of an MLflow server which lets us in. */
  void check() {
    experiment("Default");
  }

  /** Also one that was deleted; see its lifecycle stage. */
  Optional<Experiment> experiment(String name) {
    try {
      return call(client -> client.getExperimentByName(name));
    } catch (ServerException e) {
      if (e.says("RESOURCE_DOES_NOT_EXIST")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  Experiment experimentById(String id) {
    return call(client -> client.getExperiment(id));
  }

  /** All that are not deleted. */
  List<Experiment> experiments() {
    List<Experiment> all = new ArrayList<>();
    String[] token = {""};
    do {
      call(
          client -> {
            org.mlflow.tracking.ExperimentsPage page =
                client.searchExperiments(null, ViewType.ACTIVE_ONLY, PAGE, List.of(), token[0]);
            all.addAll(page.getItems());
            token[0] = page.getNextPageToken().orElse("");
            return null;
          });
    } while (!token[0].isEmpty());
    return all;
  }

  /** The new experiment's id; refused with RESOURCE_ALREADY_EXISTS if the name is taken. */
  String createExperiment(String name) {
    return call(client -> client.createExperiment(name));
  }

  RunInfo createRun(CreateRun request) {
    return call(client -> client.createRun(request));
  }

  void deleteRun(String id) {
    call(
        client -> {
          client.deleteRun(id);
          return null;
        });
  }

  /** Also one that was deleted; see its lifecycle stage. */
  Run run(String id) {
    return call(client -> client.getRun(id));
  }

  /**
   * Runs of some experiments with what they hold: all params and tags, the last point of each
   * metric.
   *
   * @param filter for example {@code tags."run-uid" = 'x'}; empty for all
   */
  List<Run> searchRuns(List<String> experiments, String filter, ViewType view) {
    List<Run> all = new ArrayList<>();
    String token = "";
    do {
      String from = token;
      RunsPage page =
          call(client -> client.searchRuns(experiments, filter, view, PAGE, List.of(), from));
      all.addAll(page.getItems());
      token = page.getNextPageToken().orElse("");
    } while (!token.isEmpty());
    return all;
  }

  /** The runs that carry a uid, deleted ones too. More than one if an answer was once lost. */
  List<Run> runsOf(String experiment, String uid) {
    return searchRuns(
        List.of(experiment), "tags.\"" + UID_TAG + "\" = '" + uid + "'", ViewType.ALL);
  }

  void logBatch(
      String run, Iterable<Metric> metrics, Iterable<Param> params, Iterable<RunTag> tags) {
    call(
        client -> {
          client.logBatch(run, metrics, params, tags);
          return null;
        });
  }

  void setTerminated(String run, RunEvent.Status status, long endMillis) {
    call(
        client -> {
          client.setTerminated(run, RunStatus.valueOf(status.name()), endMillis);
          return null;
        });
  }

  void setRunning(String run) {
    post("runs/update", object().put("run_id", run).put("status", "RUNNING"));
  }

  /**
   * All points of a metric, in the server's order, page by page: the Java client cannot read long
   * ones.
   */
  void metricHistory(String run, String key, Consumer<List<RunEvent.Metric>> pages) {
    String token = "";
    do {
      JsonNode page =
          get(
              "metrics/get-history",
              Map.of(
                  "run_id",
                  run,
                  "metric_key",
                  key,
                  "max_results",
                  Integer.toString(HISTORY_PAGE),
                  "page_token",
                  token));
      List<RunEvent.Metric> points = new ArrayList<>();
      for (JsonNode point : page.path("metrics")) {
        points.add(
            new RunEvent.Metric(
                key,
                number(point.path("value")),
                point.path("step").asLong(),
                point.path("timestamp").asLong()));
      }
      pages.accept(points);
      token = page.path("next_page_token").asText("");
    } while (!token.isEmpty());
  }

  /** JSON has no NaN and no infinities: they are strings. */
  private static double number(JsonNode value) {
    return value.isTextual() ? Double.parseDouble(value.textValue()) : value.doubleValue();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (connection != null) {
        connection.transport().close();
      }
    }
    watchdog.close();
  }
}
