package org.apprentice.tracking;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apprentice.spi.RunEvent;

/** A run as the stub holds it. */
public final class StubRun {
  /** MLflow's rule for the point that a run's page shows. */
  private static final Comparator<RunEvent.Metric> AGE =
      Comparator.comparingLong(RunEvent.Metric::step)
          .thenComparingLong(RunEvent.Metric::timestampMillis)
          .thenComparingDouble(RunEvent.Metric::value);

  final String id;
  final String experiment;
  final long startTime;
  final String artifactUri;
  final Map<String, String> params = new LinkedHashMap<>();
  final Map<String, String> tags = new LinkedHashMap<>();
  final Map<String, Set<RunEvent.Metric>> metrics = new LinkedHashMap<>();
  final Map<String, ObjectNode> inputs = new LinkedHashMap<>();
  String name;
  String user;
  String status = "RUNNING";
  Long endTime;
  boolean deleted;

  StubRun(
      String id, String experiment, String name, String user, long startTime, String artifactRoot) {
    artifactUri = artifactRoot + experiment + "/" + id + "/artifacts";
    this.id = id;
    this.experiment = experiment;
    this.name = name;
    this.user = user;
    this.startTime = startTime;
  }

  public String id() {
    return id;
  }

  public String experiment() {
    return experiment;
  }

  public String name() {
    return name;
  }

  /** For example {@code FINISHED}. */
  public String status() {
    return status;
  }

  public long startTime() {
    return startTime;
  }

  /** Null if it never ended. */
  public Long endTime() {
    return endTime;
  }

  public Map<String, String> params() {
    return Map.copyOf(params);
  }

  public Map<String, String> tags() {
    return Map.copyOf(tags);
  }

  /** All points, each once. */
  public Set<RunEvent.Metric> points() {
    Set<RunEvent.Metric> all = new LinkedHashSet<>();
    metrics.values().forEach(all::addAll);
    return all;
  }

  /** What {@code runs/log-inputs} was told, by name and digest. */
  public List<String> inputs() {
    return inputs.values().stream().map(ObjectNode::toString).toList();
  }

  /** Points of a metric, oldest first. */
  List<RunEvent.Metric> history(String key) {
    List<RunEvent.Metric> history = new ArrayList<>(metrics.getOrDefault(key, Set.of()));
    history.sort(
        Comparator.comparingLong(RunEvent.Metric::timestampMillis)
            .thenComparingLong(RunEvent.Metric::step)
            .thenComparingDouble(RunEvent.Metric::value));
    return history;
  }

  RunEvent.Metric latest(String key) {
    return metrics.get(key).stream().max(AGE).orElseThrow();
  }

  ObjectNode info() {
    ObjectNode info =
        JsonNodeFactory.instance
            .objectNode()
            .put("run_uuid", id)
            .put("experiment_id", experiment)
            .put("run_name", name)
            .put("user_id", user)
            .put("status", status)
            .put("start_time", startTime);
    if (endTime != null) {
      info.put("end_time", endTime);
    }
    return info.put("artifact_uri", artifactUri)
        .put("lifecycle_stage", deleted ? "deleted" : "active")
        .put("run_id", id);
  }

  /** All that MLflow tells of a run; empty lists are left out. */
  ObjectNode whole() {
    ObjectNode run = JsonNodeFactory.instance.objectNode();
    run.set("info", info());
    ObjectNode data = run.putObject("data");
    if (!metrics.isEmpty()) {
      ArrayNode list = data.putArray("metrics");
      metrics.keySet().forEach(key -> list.add(StubStore.point(latest(key))));
    }
    putPairs(data, "params", params);
    putPairs(data, "tags", tags);
    ObjectNode inputsNode = run.putObject("inputs");
    if (!inputs.isEmpty()) {
      inputsNode.putArray("dataset_inputs").addAll(inputs.values());
    }
    return run;
  }

  static void putPairs(ObjectNode parent, String name, Map<String, String> pairs) {
    if (!pairs.isEmpty()) {
      ArrayNode list = parent.putArray(name);
      pairs.forEach((key, value) -> list.addObject().put("key", key).put("value", value));
    }
  }
}
