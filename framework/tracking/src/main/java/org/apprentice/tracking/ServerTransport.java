package org.apprentice.tracking;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.mlflow_project.apachehttp.Header;
import org.mlflow_project.apachehttp.HttpEntity;
import org.mlflow_project.apachehttp.HttpHost;
import org.mlflow_project.apachehttp.HttpRequest;
import org.mlflow_project.apachehttp.HttpResponse;
import org.mlflow_project.apachehttp.client.config.RequestConfig;
import org.mlflow_project.apachehttp.client.methods.CloseableHttpResponse;
import org.mlflow_project.apachehttp.config.RegistryBuilder;
import org.mlflow_project.apachehttp.conn.socket.ConnectionSocketFactory;
import org.mlflow_project.apachehttp.conn.socket.PlainConnectionSocketFactory;
import org.mlflow_project.apachehttp.entity.ByteArrayEntity;
import org.mlflow_project.apachehttp.impl.client.CloseableHttpClient;
import org.mlflow_project.apachehttp.impl.client.HttpClientBuilder;
import org.mlflow_project.apachehttp.impl.conn.PoolingHttpClientConnectionManager;
import org.mlflow_project.apachehttp.impl.conn.SystemDefaultRoutePlanner;
import org.mlflow_project.apachehttp.protocol.HttpContext;

/**
 * Carries the requests of MLflow's Java client, and lets only sound answers through to it: JSON
 * objects with status 2xx, wholly received. Anything else becomes a {@link ServerException} here,
 * because the client would send a refused request three times without a pause, hang on status 429,
 * and take a login page for an answer. Nothing is ever sent twice by itself.
 *
 * <p>Time limits hold for a connection attempt and for silence between two bytes; see {@link
 * MlflowServer} for whole calls. {@link #close()} may come from any thread and breaks off what is
 * under way.
 */
final class ServerTransport extends CloseableHttpClient {
  /** Context attribute of a request whose answer is a file rather than JSON. */
  static final String FILE = "org.apprentice.file";

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  /** Servers close idle connections after 2 s (gunicorn) to 5 s (uvicorn). */
  private static final Duration IDLE_LIMIT = Duration.ofSeconds(1);

  /** A server that asks for more does not mean us. */
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private static final int CHECK_AFTER_IDLE_MILLIS = 100;
  private static final int MAX_CONNECTIONS = 2;
  private static final int SHOWN_CHARACTERS = 300;

  private static final ObjectReader JSON =
      new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** What would show passwords if somebody turned it on. They are kept, or forgotten again. */
  private static final List<Logger> SILENCED =
      Stream.of("headers", "wire")
          .map(name -> Logger.getLogger("org.mlflow_project.apachehttp." + name))
          .toList();

  static {
    SILENCED.forEach(logger -> logger.setLevel(Level.OFF));
  }

  private final ServerAddress address;
  private final PoolingHttpClientConnectionManager connections;
  private final CloseableHttpClient http;

  ServerTransport(ServerAddress address) {
    this.address = address;
    connections =
        new PoolingHttpClientConnectionManager(
            RegistryBuilder.<ConnectionSocketFactory>create()
                .register("http", PlainConnectionSocketFactory.getSocketFactory())
                .register("https", ServerTls.socketFactory(address))
                .build());
    connections.setMaxTotal(MAX_CONNECTIONS);
    connections.setDefaultMaxPerRoute(MAX_CONNECTIONS);
    connections.setValidateAfterInactivity(CHECK_AFTER_IDLE_MILLIS);
    http =
        HttpClientBuilder.create()
            .setConnectionManager(connections)
            .setDefaultRequestConfig(limits(address.timeout()))
            .setRoutePlanner(new SystemDefaultRoutePlanner(ProxySelector.getDefault()))
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableAuthCaching()
            .build();
  }

  private static RequestConfig limits(Duration timeout) {
    int silence = Math.toIntExact(timeout.toMillis());
    int connecting = Math.toIntExact(Math.min(silence, CONNECT_LIMIT.toMillis()));
    return RequestConfig.custom()
        .setConnectTimeout(connecting)
        .setConnectionRequestTimeout(connecting)
        .setSocketTimeout(silence)
        .build();
  }

  @Override
  protected CloseableHttpResponse doExecute(
      HttpHost target, HttpRequest request, HttpContext context) {
    String what = request.getRequestLine().getMethod() + " " + path(request);
    address.authorization().ifPresent(value -> request.setHeader("Authorization", value));
    connections.closeIdleConnections(IDLE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    CloseableHttpResponse response = null;
    try {
      response = http.execute(target, request, context);
      boolean file = context != null && context.getAttribute(FILE) != null;
      if (file && isSuccess(response)) {
        return response;
      }
      byte[] body = body(response);
      require(response, body, what);
      response.setEntity(new ByteArrayEntity(body));
      return response;
    } catch (IOException e) {
      close(response);
      throw unanswered(what, e);
    } catch (RuntimeException e) {
      close(response);
      throw e;
    }
  }

  /** Gives the connection back, or up if the answer was not read to its end. */
  private static void close(CloseableHttpResponse response) {
    try {
      if (response != null) {
        response.close();
      }
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  /** Without the server's root, and the query, which may be long. */
  private String path(HttpRequest request) {
    String uri = request.getRequestLine().getUri();
    String path = uri.startsWith(address.base()) ? uri.substring(address.base().length()) : uri;
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }

  private static boolean isSuccess(HttpResponse response) {
    return response.getStatusLine().getStatusCode() / 100 == 2;
  }

  private static byte[] body(HttpResponse response) throws IOException {
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      return new byte[0];
    }
    try (InputStream content = entity.getContent()) {
      return content.readAllBytes();
    }
  }

  /** Lets a JSON object of a request that succeeded pass. */
  private void require(HttpResponse response, byte[] body, String what) {
    int status = response.getStatusLine().getStatusCode();
    JsonNode json = json(response, body);
    if (isSuccess(response)) {
      if (json == null) {
        throw ServerException.unanswered(
            "%s answered %s with %s instead of MLflow's JSON%s; is this the address of an MLflow server?"
                .formatted(address, what, contentType(response), shown(body)),
            null);
      }
      return;
    }
    String message = json == null ? shown(body) : ": " + json.path("message").asText("");
    String code = json == null ? "" : json.path("error_code").asText("");
    throw failure(response, status, code, what, message);
  }

  private ServerException failure(
      HttpResponse response, int status, String code, String what, String message) {
    String failure = "%s answered %s with status %d%s".formatted(address, what, status, message);
    if (status == 401 || status == 403) {
      return ServerException.away(
          "%s. It was asked with %s; set %s and %s, or %s"
              .formatted(
                  failure,
                  address.credentialsOrigin(),
                  ServerAddress.USERNAME,
                  ServerAddress.PASSWORD,
                  ServerAddress.TOKEN),
          status,
          null);
    }
    if (status / 100 == 3) {
      return ServerException.away(
          "%s and points to %s; give tracking.uri the address that it points to"
              .formatted(failure, location(response)),
          status,
          null);
    }
    boolean refusal = status / 100 == 4 && !code.isEmpty();
    if (status == 408 || status == 425 || status == 429 || status >= 500) {
      return ServerException.away(failure, status, retryAfter(response));
    }
    return refusal || status == 413
        ? ServerException.refused(failure, status, code)
        : ServerException.away(
            failure + "; is this the address of an MLflow server?", status, null);
  }

  private static String location(HttpResponse response) {
    Header location = response.getFirstHeader("Location");
    return location == null
        ? "nowhere"
        : Trackers.withoutSecrets(location.getValue()).replaceFirst("[?#].*", "");
  }

  /** Seconds, or a date (RFC 9110, 10.2.3); null if the server says nothing that makes sense. */
  private static Duration retryAfter(HttpResponse response) {
    Header header = response.getFirstHeader("Retry-After");
    if (header == null) {
      return null;
    }
    String value = header.getValue().strip();
    try {
      Duration wait =
          value.matches("[0-9]{1,9}")
              ? Duration.ofSeconds(Long.parseLong(value))
              : Duration.between(
                  Instant.now(),
                  ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      if (wait.isNegative()) {
        return Duration.ZERO;
      }
      return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** The object that an answer holds; null if it is something else, or part of one. */
  private static JsonNode json(HttpResponse response, byte[] body) {
    if (!contentType(response).contains("json")) {
      return null;
    }
    try {
      JsonNode node = JSON.readTree(body);
      return node != null && node.isObject() ? node : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static String contentType(HttpResponse response) {
    Header type = response.getFirstHeader("Content-Type");
    return type == null ? "no content type" : type.getValue().toLowerCase(Locale.ROOT);
  }

  /** The beginning of a body that is no answer, in one line. */
  private static String shown(byte[] body) {
    int length = Math.min(body.length, 4 * SHOWN_CHARACTERS);
    String text =
        new String(body, 0, length, StandardCharsets.UTF_8)
            .replaceAll("(?is)<(script|style).*?(</\\1>|$)|<[^>]*>", " ")
            .replaceAll("[\\s\\p{Cntrl}]+", " ")
            .strip();
    return text.isEmpty() ? "" : ": " + MlflowLimits.cut(text, SHOWN_CHARACTERS, "...");
  }

  private ServerException unanswered(String what, IOException cause) {
    String reason = cause.getMessage() == null ? "" : ": " + cause.getMessage();
    return ServerException.unanswered(
        "%s did not answer %s (%s%s)%s"
            .formatted(
                address, what, cause.getClass().getSimpleName(), reason, ServerTls.advice(cause)),
        cause);
  }

  /** Closes the connections, also those in use. */
  @Override
  public void close() {
    connections.shutdown();
  }

  @Override
  @Deprecated
  public org.mlflow_project.apachehttp.params.HttpParams getParams() {
    return http.getParams();
  }

  @Override
  @Deprecated
  public org.mlflow_project.apachehttp.conn.ClientConnectionManager getConnectionManager() {
    return http.getConnectionManager();
  }
}
