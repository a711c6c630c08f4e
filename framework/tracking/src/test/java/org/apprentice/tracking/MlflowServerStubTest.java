package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds the stub to what a real server answered. */
class MlflowServerStubTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> TIMES = Set.of("last_update_time", "creation_time");
  private static final String ARTIFACT = "algorithm.plugin = gail\n";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> ids = new HashMap<>();

  @Test
  void answersEveryRecordedRequestAsTheRealServerDid() throws Exception {
    JsonNode recorded;
    try (InputStream file = getClass().getResourceAsStream("exchanges-3.11.json")) {
      recorded = JSON.readTree(file).path("exchanges");
    }
    assertThat(recorded).hasSize(32);
    try (MlflowServerStub stub = MlflowServerStub.start()) {
      for (JsonNode exchange : recorded) {
        check(stub, exchange);
      }
    }
  }

  private void check(MlflowServerStub stub, JsonNode exchange)
      throws IOException, InterruptedException {
    String name = exchange.path("name").asText();
    JsonNode expected = exchange.path("response");
    HttpResponse<String> response =
        http.send(request(stub, exchange.path("request"), name), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(name).isEqualTo(expected.path("status").asInt());
    assertThat(response.headers().firstValue("Content-Type"))
        .as(name)
        .hasValue(expected.path("content_type").asText());
    if (expected.path("body").isTextual()) {
      assertThat(response.body()).as(name).isEqualTo(expected.path("body").asText());
    } else {
      learnId(expected.path("body"), JSON.readTree(response.body()));
      assertThat(comparable(JSON.readTree(response.body())))
          .as(name)
          .isEqualTo(comparable(JSON.readTree(translated(expected.path("body").toString()))));
    }
  }

  private HttpRequest request(MlflowServerStub stub, JsonNode request, String name) {
    HttpRequest.BodyPublisher body = BodyPublishers.noBody();
    if (name.contains("artifact") && request.path("method").asText().equals("PUT")) {
      body = BodyPublishers.ofString(ARTIFACT.substring(0, request.path("bytes").asInt()));
    } else if (request.path("bytes").isInt()) {
      body = BodyPublishers.ofString("{oops".substring(0, request.path("bytes").asInt()));
    } else if (request.path("json").isTextual()) {
      body = BodyPublishers.ofString(described(request.path("json").asText()).toString());
    } else if (request.path("json").isObject()) {
      body = BodyPublishers.ofString(translated(request.path("json").toString()));
    }
    String path = translated(request.path("path").asText());
    return HttpRequest.newBuilder(URI.create("http://localhost:" + stub.port() + path))
        .method(request.path("method").asText(), body)
        .header("Content-Type", "application/json")
        .build();
  }

  /** Requests that were too long to record. */
  private ObjectNode described(String description) {
    ObjectNode request =
        JSON.createObjectNode().put("run_id", translated("f888368fc8294a06a9f8e7a811a2762c"));
    switch (description) {
      case "(1001 metrics)" -> {
        ArrayNode metrics = request.putArray("metrics");
        for (int step = 0; step < 1001; step++) {
          addMetric(metrics, "m", step);
        }
      }
      case "(101 params)" -> {
        ArrayNode params = request.putArray("params");
        for (int i = 0; i < 101; i++) {
          params.addObject().put("key", "p" + i).put("value", "1");
        }
      }
      case "(a metric key of 251 characters)" ->
          addMetric(request.putArray("metrics"), "k".repeat(251), 0);
      default -> throw new IllegalArgumentException(description);
    }
    return request;
  }

  private static void addMetric(ArrayNode metrics, String key, int step) {
    metrics.addObject().put("key", key).put("value", 1.0).put("timestamp", 1).put("step", step);
  }

  private void learnId(JsonNode expected, JsonNode actual) {
    String id = expected.at("/run/info/run_id").asText();
    if (!id.isEmpty() && !ids.containsKey(id)) {
      ids.put(id, actual.at("/run/info/run_id").asText());
    }
  }

  private String translated(String text) {
    String result = text;
    for (Map.Entry<String, String> id : ids.entrySet()) {
      result = result.replace(id.getKey(), id.getValue());
    }
    return result;
  }

  /** Without times of the server and the wording of refusals. */
  private static JsonNode comparable(JsonNode body) {
    if (body.isObject()) {
      ObjectNode object = (ObjectNode) body;
      object.remove(TIMES);
      if (object.has("error_code")) {
        assertThat(object.path("message").asText()).isNotEmpty();
        object.remove("message");
      }
    }
    body.forEach(MlflowServerStubTest::comparable);
    return body;
  }
}
