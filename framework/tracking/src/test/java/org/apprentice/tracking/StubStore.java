package org.apprentice.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apprentice.spi.RunEvent;

/** What the stub holds, with MLflow's rules for it. Guarded by its own monitor. */
public final class StubStore {
  static final int PARAM_LIMIT = 6000;
  static final String INCOMPLETE = ".incomplete";

  private static final int TAG_LIMIT = 8000;
  private static final int KEY_LIMIT = 250;
  private static final int DEFAULT_PAGE = 1000;

  /** Of mlflow/utils/validation.py. */
  private static final Pattern NAME = Pattern.compile("(?U)[/\\w.\\- :]*");

  private static final class Experiment {
    final String id;
    final String name;
    final long time = System.currentTimeMillis();
    final Map<String, String> tags = new LinkedHashMap<>();
    boolean deleted;

    Experiment(String id, String name) {
      this.id = id;
      this.name = name;
    }

    ObjectNode json() {
      ObjectNode json =
          object()
              .put("experiment_id", id)
              .put("name", name)
              .put("artifact_location", "mlflow-artifacts:/" + id)
              .put("lifecycle_stage", deleted ? "deleted" : "active")
              .put("last_update_time", time)
              .put("creation_time", time);
      StubRun.putPairs(json, "tags", tags);
      return json;
    }
  }

  private final Path artifacts;
  private final Map<String, Experiment> experiments = new LinkedHashMap<>();
  private final Map<String, StubRun> runs = new LinkedHashMap<>();
  private String artifactRoot = "mlflow-artifacts:/";
  private int paramLimit = PARAM_LIMIT;
  private int pageLimit = Integer.MAX_VALUE;

  StubStore(Path artifacts) {
    this.artifacts = artifacts;
    experiments.put("0", new Experiment("0", "Default"));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  synchronized void setParamLimit(int limit) {
    paramLimit = limit;
  }

  /** New runs keep their files below this URI, which ends in a slash. */
  synchronized void setArtifactRoot(String root) {
    artifactRoot = root;
  }

  /** From now on no answer lists more. */
  synchronized void setPageLimit(int limit) {
    pageLimit = limit;
  }

  /** The runs with our uid that were not deleted. */
  public synchronized List<StubRun> runs(String uid) {
    return runs.values().stream()
        .filter(run -> !run.deleted && uid.equals(run.tags.get(MlflowServer.UID_TAG)))
        .toList();
  }

  /** All runs that were not deleted. */
  public synchronized List<StubRun> runs() {
    return runs.values().stream().filter(run -> !run.deleted).toList();
  }

  /** Tags of the experiment with this name. */
  public synchronized Map<String, String> experimentTags(String name) {
    return Map.copyOf(byName(name).tags);
  }

  /** Makes an experiment, and returns its id. */
  public synchronized String addExperiment(String name) {
    return createExperiment(object().put("name", name)).path("experiment_id").asText();
  }

  /** Makes a run with our uid, and returns its id. */
  public synchronized String addRun(String experiment, String uid) {
    ObjectNode request = object().put("experiment_id", experiment);
    request.putArray("tags").addObject().put("key", MlflowServer.UID_TAG).put("value", uid);
    return createRun(request).at("/run/info/run_id").asText();
  }

  /** Deletes a run as somebody does in the UI. */
  public synchronized void deleteRun(String id) {
    runs.get(id).deleted = true;
  }

  /** Deletes an experiment as somebody does in the UI. */
  public synchronized void deleteExperiment(String id) {
    experiments.get(id).deleted = true;
  }

  private Experiment byName(String name) {
    return experiments.values().stream()
        .filter(it -> it.name.equals(name))
        .findFirst()
        .orElseThrow(() -> StubError.absent("Could not find experiment with name '" + name + "'"));
  }

  private Experiment experimentById(JsonNode request) {
    String id = request.path("experiment_id").asText();
    if (!experiments.containsKey(id)) {
      throw StubError.absent("No Experiment with id=" + id + " exists");
    }
    return experiments.get(id);
  }

  ObjectNode createExperiment(JsonNode request) {
    String name = request.path("name").asText();
    if (experiments.values().stream().anyMatch(it -> it.name.equals(name))) {
      throw StubError.exists("Experiment(name=" + name + ") already exists.");
    }
    Experiment experiment = new Experiment(Integer.toString(experiments.size()), name);
    readPairs(request.path("tags"), experiment.tags);
    experiments.put(experiment.id, experiment);
    return object().put("experiment_id", experiment.id);
  }

  ObjectNode getExperiment(JsonNode request) {
    ObjectNode answer = object();
    answer.set("experiment", experimentById(request).json());
    return answer;
  }

  ObjectNode getExperimentByName(JsonNode request) {
    ObjectNode answer = object();
    answer.set("experiment", byName(request.path("experiment_name").asText()).json());
    return answer;
  }

  ObjectNode deleteExperiment(JsonNode request) {
    experimentById(request).deleted = true;
    return object();
  }

  ObjectNode setExperimentTag(JsonNode request) {
    experimentById(request).tags.put(request.path("key").asText(), request.path("value").asText());
    return object();
  }

  ObjectNode searchExperiments(JsonNode request) {
    Predicate<Boolean> view = view(request.path("view_type").asText("ACTIVE_ONLY"));
    List<ObjectNode> found =
        experiments.values().stream()
            .filter(it -> view.test(it.deleted))
            .map(Experiment::json)
            .toList();
    return page(found, "experiments", request);
  }

  private static Predicate<Boolean> view(String type) {
    return switch (type) {
      case "ACTIVE_ONLY" -> deleted -> !deleted;
      case "DELETED_ONLY" -> deleted -> deleted;
      default -> deleted -> true;
    };
  }

  private ObjectNode page(List<ObjectNode> all, String name, JsonNode request) {
    int size = Math.min(pageLimit, request.path("max_results").asInt(DEFAULT_PAGE));
    int from = Integer.parseInt("0" + request.path("page_token").asText(""));
    int to = Math.min(all.size(), from + size);
    ObjectNode answer = object();
    if (from < to) {
      answer.putArray(name).addAll(all.subList(from, to));
    }
    return to < all.size() ? answer.put("next_page_token", Integer.toString(to)) : answer;
  }

  ObjectNode createRun(JsonNode request) {
    String experiment = request.path("experiment_id").asText("");
    if (!experiments.containsKey(experiment)) {
      throw StubError.badRequest("(sqlite3.IntegrityError) FOREIGN KEY constraint failed");
    }
    if (experiments.get(experiment).deleted) {
      throw StubError.invalid("The experiment " + experiment + " must be in the 'active' state.");
    }
    Map<String, String> tags = new LinkedHashMap<>();
    readPairs(request.path("tags"), tags);
    String name =
        request.path("run_name").asText(tags.getOrDefault("mlflow.runName", "intrigued-moth-92"));
    tags.put("mlflow.runName", name);
    StubRun run =
        new StubRun(
            UUID.randomUUID().toString().replace("-", ""),
            experiment,
            name,
            request.path("user_id").asText(""),
            request.path("start_time").asLong(),
            artifactRoot);
    tags.forEach((key, value) -> run.tags.put(name(key, "tag"), cut(value, TAG_LIMIT)));
    runs.put(run.id, run);
    ObjectNode answer = object();
    answer.set("run", run.whole());
    return answer;
  }

  private StubRun existing(JsonNode request) {
    String id = request.path("run_id").asText(request.path("run_uuid").asText());
    if (!runs.containsKey(id)) {
      throw StubError.absent("Run with id=" + id + " not found");
    }
    return runs.get(id);
  }

  private StubRun active(JsonNode request) {
    StubRun run = existing(request);
    if (run.deleted) {
      throw StubError.invalid(
          "The run " + run.id + " must be in the 'active' state. Current state is deleted.");
    }
    return run;
  }

  ObjectNode getRun(JsonNode request) {
    ObjectNode answer = object();
    ObjectNode run = existing(request).whole();
    run.putObject("outputs");
    answer.set("run", run);
    return answer;
  }

  ObjectNode updateRun(JsonNode request) {
    StubRun run = active(request);
    String status = request.path("status").asText("");
    if (List.of("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED").contains(status)) {
      run.status = status;
    }
    if (request.has("end_time")) {
      run.endTime = request.path("end_time").asLong();
    }
    if (request.has("run_name")) {
      rename(run, request.path("run_name").asText());
    }
    ObjectNode answer = object();
    answer.set("run_info", run.info());
    return answer;
  }

  private static void rename(StubRun run, String name) {
    run.name = name;
    run.tags.put("mlflow.runName", name);
  }

  ObjectNode deleteRun(JsonNode request) {
    existing(request).deleted = true;
    return object();
  }

  ObjectNode logBatch(JsonNode request) {
    requireAtMost(request, "metrics", 1000);
    requireAtMost(request, "params", 100);
    requireAtMost(request, "tags", 100);
    if (request.path("metrics").size() + request.path("params").size() + request.path("tags").size()
        > 1000) {
      throw StubError.invalid("A batch logging request can contain at most 1000 items.");
    }
    List<RunEvent.Metric> metrics = new ArrayList<>();
    for (JsonNode metric : request.path("metrics")) {
      metrics.add(metric(metric));
    }
    Map<String, String> params = new LinkedHashMap<>();
    for (JsonNode param : request.path("params")) {
      String key = name(param.path("key").asText(), "Param");
      if (params.put(key, cut(param.path("value").asText(), paramLimit)) != null) {
        throw StubError.invalid("Duplicate parameter keys have been submitted: " + key);
      }
    }
    Map<String, String> tags = new LinkedHashMap<>();
    readPairs(request.path("tags"), tags);
    tags.keySet().forEach(key -> name(key, "Tag"));
    StubRun run = active(request);
    params.forEach((key, value) -> requireSame(run, key, value));
    run.params.putAll(params);
    metrics.forEach(
        it -> run.metrics.computeIfAbsent(it.key(), key -> new LinkedHashSet<>()).add(it));
    tags.forEach((key, value) -> putTag(run, key, value));
    return object();
  }

  private static void requireAtMost(JsonNode request, String kind, int limit) {
    int count = request.path(kind).size();
    if (count > limit) {
      throw StubError.invalid(
          "A batch logging request can contain at most %d %s. Got %d %s."
              .formatted(limit, kind, count, kind));
    }
  }

  private static void requireSame(StubRun run, String key, String value) {
    String old = run.params.get(key);
    if (old != null && !old.equals(value)) {
      throw StubError.invalid("Changing param values is not allowed: " + key);
    }
  }

  private static void putTag(StubRun run, String key, String value) {
    if (key.equals("mlflow.runName")) {
      rename(run, value);
    } else {
      run.tags.put(key, cut(value, TAG_LIMIT));
    }
  }

  /** NaN stays, infinities become the largest doubles, and 0 has one sign. */
  private static RunEvent.Metric metric(JsonNode json) {
    JsonNode node = json.path("value");
    double value = node.isTextual() ? Double.parseDouble(node.asText()) : node.asDouble();
    if (Double.isInfinite(value)) {
      value = Math.copySign(Double.MAX_VALUE, value);
    }
    return new RunEvent.Metric(
        name(json.path("key").asText(), "Metric"),
        value + 0.0,
        json.path("step").asLong(),
        json.path("timestamp").asLong());
  }

  static ObjectNode point(RunEvent.Metric metric) {
    ObjectNode json = object().put("key", metric.key());
    if (Double.isNaN(metric.value())) {
      json.put("value", "NaN");
    } else {
      json.put("value", metric.value());
    }
    return json.put("timestamp", metric.timestampMillis()).put("step", metric.step());
  }

  private static String name(String key, String kind) {
    if (key.length() > KEY_LIMIT) {
      throw StubError.invalid(
          "'" + kind + " name' exceeds the maximum length of " + KEY_LIMIT + " characters");
    }
    List<String> parts = List.of(key.split("/", -1));
    boolean path = !parts.contains("") && !parts.contains(".") && !parts.contains("..");
    if (!NAME.matcher(key).matches() || !path) {
      throw StubError.invalid("Invalid value \"" + key + "\" for a name.");
    }
    return key;
  }

  private static String cut(String value, int limit) {
    return value.substring(0, Math.min(limit, value.length()));
  }

  private static void readPairs(JsonNode list, Map<String, String> pairs) {
    list.forEach(pair -> pairs.put(pair.path("key").asText(), pair.path("value").asText()));
  }

  ObjectNode setTag(JsonNode request) {
    putTag(
        active(request), name(request.path("key").asText(), "Tag"), request.path("value").asText());
    return object();
  }

  ObjectNode logInputs(JsonNode request) {
    StubRun run = active(request);
    for (JsonNode input : request.path("datasets")) {
      JsonNode dataset = input.path("dataset");
      if (dataset.path("name").asText().isEmpty() || dataset.path("digest").asText().isEmpty()) {
        throw StubError.invalid("Dataset name and digest must not be empty");
      }
      ObjectNode ordered = object();
      ordered.set("tags", input.path("tags"));
      ordered.set("dataset", dataset);
      run.inputs.putIfAbsent(
          dataset.path("name").asText() + '\n' + dataset.path("digest").asText(), ordered);
    }
    return object();
  }

  ObjectNode searchRuns(JsonNode request) {
    List<String> ids = new ArrayList<>();
    request.path("experiment_ids").forEach(id -> ids.add(id.asText()));
    Predicate<StubRun> filter = StubFilter.parse(request.path("filter").asText(""));
    Predicate<Boolean> view = view(request.path("run_view_type").asText("ACTIVE_ONLY"));
    List<ObjectNode> found = new ArrayList<>();
    runs.values().stream()
        .filter(run -> ids.contains(run.experiment) && view.test(run.deleted))
        .filter(filter)
        .sorted(
            Comparator.comparingLong((StubRun run) -> -run.startTime).thenComparing(run -> run.id))
        .forEach(
            run -> {
              ObjectNode whole = run.whole();
              whole.putObject("outputs");
              found.add(whole);
            });
    return page(found, "runs", request);
  }

  ObjectNode metricHistory(JsonNode request) {
    List<ObjectNode> points =
        existing(request).history(request.path("metric_key").asText()).stream()
            .map(StubStore::point)
            .toList();
    return page(points, "metrics", request);
  }

  /** The file of an artifact. */
  Path artifact(String path) {
    if (List.of(path.split("/", -1)).contains("..")) {
      throw StubError.invalid("Invalid path");
    }
    return artifacts.resolve(path);
  }

  synchronized String artifactFolder(String run) {
    StubRun existing = existing(object().put("run_id", run));
    return existing.experiment + "/" + run + "/artifacts";
  }

  /** The files of a run, by their paths. */
  public Map<String, Path> files(StubRun run) throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    Path folder = artifacts.resolve(artifactFolder(run.id));
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        all.filter(Files::isRegularFile)
            .filter(file -> !file.toString().endsWith(INCOMPLETE))
            .sorted()
            .forEach(
                file -> files.put(folder.relativize(file).toString().replace('\\', '/'), file));
      }
    }
    return files;
  }

  ObjectNode listArtifacts(JsonNode request) {
    String path = request.path("path").asText("");
    StubRun run = existing(request);
    Path root = artifact(artifactFolder(run.id));
    ObjectNode answer = object().put("root_uri", run.info().path("artifact_uri").asText());
    Path folder = root.resolve(path);
    if (!Files.isDirectory(folder)) {
      return answer;
    }
    ArrayNode list = answer.putArray("files");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(it -> !it.toString().endsWith(INCOMPLETE)).sorted().toList()) {
        ObjectNode entry =
            list.addObject()
                .put("path", root.relativize(file).toString().replace('\\', '/'))
                .put("is_dir", Files.isDirectory(file));
        if (!Files.isDirectory(file)) {
          entry.put("file_size", Files.size(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer;
  }

  void deleteFiles() throws IOException {
    try (Stream<Path> files = Files.walk(artifacts)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
