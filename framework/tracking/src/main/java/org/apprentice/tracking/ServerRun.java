package org.apprentice.tracking;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackingException;
import org.mlflow.api.proto.Service;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run on an MLflow tracking server. Everything may be sent again: the server keeps an identical
 * point once, and the last of several tags counts. What it refuses is singled out and put aside, so
 * that the rest arrives.
 */
final class ServerRun implements Tracker.Run {
  private static final Logger logger = LoggerFactory.getLogger(ServerRun.class);

  /** Looks at the end of a run whether late copies of older requests changed it. */
  private static final int MAX_MENDS = 3;

  /** Limits of earlier versions: of tags up to 2.16, of params up to 2.7 and up to 1.27. */
  private static final List<Integer> SHORTER = List.of(5000, 500, MlflowLimits.OLD_PARAM);

  private final ServerTracker tracker;
  private final MlflowServer server;
  private final RunSpec spec;
  private final RunInfo info;
  private final ServerFiles files;
  private final Refusals refusals;
  private final MlflowLimits limits = new MlflowLimits();
  private final Map<String, LogBatch.Entry> tags = new HashMap<>();
  private boolean ended;

  ServerRun(ServerTracker tracker, RunSpec spec, RunInfo info) {
    this.tracker = tracker;
    this.server = tracker.server();
    this.spec = spec;
    this.info = info;
    files = new ServerFiles(spec, new ServerArtifacts(server, info));
    refusals = new Refusals(server.address(), spec, files);
  }

  @Override
  public String id() {
    return info.getRunId();
  }

  @Override
  public void deliver(List<RunEvent> events) {
    tracker.lock(spec);
    int paramLimit = tracker.paramLimit();
    files.putTexts(limits.longTexts(events, paramLimit, MlflowLimits.TAG));
    sendFiles(events);
    for (LogBatch batch : LogBatch.split(entries(events, paramLimit))) {
      send(batch);
    }
    for (RunEvent event : events) {
      if (event instanceof RunEvent.Dataset dataset) {
        attempt(dataset, () -> sendDataset(dataset));
      } else if (event instanceof RunEvent.ExperimentTag tag) {
        attempt(tag, () -> sendExperimentTag(tag));
      } else if (event instanceof RunEvent.Started) {
        attempt(event, () -> server.setRunning(id()));
      } else if (event instanceof RunEvent.Finished finished) {
        attempt(finished, () -> finish(finished));
      }
    }
    refusals.keep();
    files.arrived(events);
    Optional<RunEvent.Finished> end = lastFinish(events);
    end.ifPresent(this::conclude);
    boolean goesOn = events.stream().anyMatch(RunEvent.Started.class::isInstance);
    ended = end.isPresent() || (ended && !goesOn);
    if (ended) {
      tracker.unlock(spec);
    }
  }

  private void sendFiles(List<RunEvent> events) {
    Set<RunEvent.Artifact> known = new LinkedHashSet<>();
    Set<RunEvent.Artifact> repeated = new HashSet<>();
    for (RunEvent event : events) {
      if (event instanceof RunEvent.Artifact file && !known.add(file)) {
        repeated.add(file);
      }
    }
    for (RunEvent.Artifact file : known) {
      attempt(file, () -> files.put(file, repeated.contains(file)));
    }
    if (!known.isEmpty() && !files.isWritable() && tags.get(ServerFiles.FOLDER_TAG) == null) {
      send(
          new LogBatch(
              List.of(tag(new RunEvent.Tag(ServerFiles.FOLDER_TAG, spec.directory().toString())))));
    }
  }

  private List<LogBatch.Entry> entries(List<RunEvent> events, int paramLimit) {
    List<LogBatch.Entry> entries = new ArrayList<>();
    Map<String, LogBatch.Entry> params = new LinkedHashMap<>();
    Map<String, LogBatch.Entry> lastTags = new LinkedHashMap<>();
    for (RunEvent event : events) {
      if (event instanceof RunEvent.Metric metric) {
        entries.add(new LogBatch.Entry(metric, limits.key(metric.key()), ""));
      } else if (event instanceof RunEvent.Param param) {
        String key = limits.key(param.key());
        params.putIfAbsent(
            key,
            new LogBatch.Entry(param, key, MlflowLimits.param(key, param.value(), paramLimit)));
      } else if (event instanceof RunEvent.Tag tag) {
        LogBatch.Entry entry = tag(tag);
        lastTags.put(entry.key(), entry);
      }
    }
    entries.addAll(0, params.values());
    entries.addAll(lastTags.values());
    return entries;
  }

  private LogBatch.Entry tag(RunEvent.Tag tag) {
    String key = limits.key(tag.key());
    return new LogBatch.Entry(tag, key, MlflowLimits.tag(key, translated(tag), MlflowLimits.TAG));
  }

  /** Our uids become the server's ids where MLflow looks for ids. */
  private String translated(RunEvent.Tag tag) {
    return switch (tag.key()) {
      case "mlflow.parentRunId" -> tracker.idOf(tag.value(), spec);
      case "mlflow.log-model.history" -> tag.value().replace(spec.uid(), id());
      default -> tag.value();
    };
  }

  private void send(LogBatch batch) {
    try {
      batch.send(server, id());
    } catch (ServerException e) {
      requireRefusal(e);
      isolate(batch, e);
    }
    for (LogBatch.Entry entry : batch.entries()) {
      if (entry.event() instanceof RunEvent.Tag) {
        tags.put(entry.key(), entry);
      }
    }
  }

  /** Sends what a refused batch holds in smaller ones, down to the entry that is refused alone. */
  private void isolate(LogBatch batch, ServerException refusal) {
    if (batch.entries().size() > 1) {
      for (LogBatch half : batch.halves()) {
        try {
          half.send(server, id());
        } catch (ServerException e) {
          if (e.isTemporary()) {
            throw e;
          }
          isolate(half, e);
        }
      }
      return;
    }
    LogBatch.Entry entry = batch.entries().get(0);
    if (!sendShorter(entry)) {
      refusals.add(entry.event(), refusal);
    }
  }

  /**
   * Tries what earlier versions of MLflow take. The whole value is tried once more too: a race in
   * the server's database is answered like a bad request.
   */
  private boolean sendShorter(LogBatch.Entry entry) {
    if (isTaken(entry)) {
      return true;
    }
    for (int limit : SHORTER) {
      if (entry.value().length() > limit) {
        files.putTexts(limits.longTexts(List.of(entry.event()), limit, limit));
        if (isTaken(shortened(entry, limit))) {
          return true;
        }
      }
    }
    return false;
  }

  private LogBatch.Entry shortened(LogBatch.Entry entry, int limit) {
    String value =
        entry.event() instanceof RunEvent.Param param
            ? MlflowLimits.param(entry.key(), param.value(), limit)
            : MlflowLimits.tag(entry.key(), translated((RunEvent.Tag) entry.event()), limit);
    return new LogBatch.Entry(entry.event(), entry.key(), value);
  }

  private boolean isTaken(LogBatch.Entry entry) {
    try {
      new LogBatch(List.of(entry)).send(server, id());
      return true;
    } catch (ServerException e) {
      if (e.isTemporary()) {
        throw e;
      }
      return false;
    }
  }

  /** Passes on what is not the fault of what was sent: outages, and a run that was deleted. */
  private void requireRefusal(ServerException failure) {
    if (failure.isTemporary()) {
      throw failure;
    }
    try {
      if (server.run(id()).getInfo().getLifecycleStage().equals("active")) {
        return;
      }
    } catch (ServerException e) {
      if (!e.says("RESOURCE_DOES_NOT_EXIST")) {
        throw e;
      }
    }
    throw new TrackingException(tracker.deleted(spec, id()), failure);
  }

  /** Something that may be refused on its own. */
  @FunctionalInterface
  private interface Attempt {
    void run() throws IOException;
  }

  private void attempt(RunEvent event, Attempt attempt) {
    try {
      attempt.run();
    } catch (ServerException e) {
      if (!isUnknownHere(e)) {
        requireRefusal(e);
      }
      refusals.add(event, e);
    } catch (IOException e) {
      throw TrackingException.temporary(
          "files of run %s cannot be sent to %s (%s)".formatted(spec.name(), server.address(), e),
          e);
    }
  }

  /** Whether the server, which is MLflow's, has no such function: it is an old one. */
  private boolean isUnknownHere(ServerException failure) {
    if (failure.status() != 404 || !failure.isTemporary()) {
      return false;
    }
    server.check();
    return true;
  }

  private void sendDataset(RunEvent.Dataset dataset) {
    ObjectNode body = MlflowServer.object().put("run_id", id());
    ObjectNode input = body.putArray("datasets").addObject();
    input
        .putArray("tags")
        .addObject()
        .put("key", "mlflow.data.context")
        .put("value", dataset.context());
    ObjectNode sent =
        input
            .putObject("dataset")
            .put("name", MlflowLimits.cut(dataset.name(), MlflowLimits.DATASET_NAME, "..."))
            .put("digest", MlflowLimits.cut(dataset.digest(), MlflowLimits.DATASET_DIGEST, ""))
            .put("source_type", dataset.sourceType())
            .put("source", dataset.source());
    if (dataset.schema() != null) {
      sent.put("schema", dataset.schema());
    }
    if (dataset.profile() != null) {
      sent.put("profile", dataset.profile());
    }
    server.post("runs/log-inputs", body);
  }

  private void sendExperimentTag(RunEvent.ExperimentTag tag) {
    String key = limits.key(tag.key());
    boolean present =
        server.experimentById(info.getExperimentId()).getTagsList().stream()
            .anyMatch(it -> it.getKey().equals(key));
    if (!present) {
      server.post(
          "experiments/set-experiment-tag",
          MlflowServer.object()
              .put("experiment_id", info.getExperimentId())
              .put("key", key)
              .put(
                  "value",
                  MlflowLimits.cut(tag.value(), MlflowLimits.EXPERIMENT_TAG, "... (cut)")));
    }
  }

  private void finish(RunEvent.Finished finished) {
    server.setTerminated(id(), finished.status(), finished.timestampMillis());
  }

  /** The end of the run, unless it goes on. */
  private static Optional<RunEvent.Finished> lastFinish(List<RunEvent> events) {
    Optional<RunEvent.Finished> last = Optional.empty();
    for (RunEvent event : events) {
      if (event instanceof RunEvent.Finished finished) {
        last = Optional.of(finished);
      } else if (event instanceof RunEvent.Started) {
        last = Optional.empty();
      }
    }
    return last;
  }

  /**
   * Makes good what copies of our requests did that a network delivered late: a second run, or old
   * values of tags and status. Points and params cannot be spoilt so.
   */
  private void conclude(RunEvent.Finished finished) {
    for (int mends = 0; mends <= MAX_MENDS; mends++) {
      Optional<Service.Run> found = tracker.reconcile(spec, info.getExperimentId(), id());
      if (found.isEmpty()) {
        throw new TrackingException(tracker.deleted(spec, id()));
      }
      List<LogBatch.Entry> lost = lost(found.get());
      boolean ended =
          found.get().getInfo().getStatus().name().equals(finished.status().name())
              && found.get().getInfo().getEndTime() == finished.timestampMillis();
      if (lost.isEmpty() && ended) {
        return;
      }
      LogBatch.split(lost).forEach(this::send);
      if (!ended) {
        finish(finished);
      }
    }
    logger.warn(
        "{} shows run {} otherwise than it was told; somebody else seems to change it",
        server.address(),
        spec.name());
  }

  private List<LogBatch.Entry> lost(Service.Run found) {
    Map<String, String> present = new HashMap<>();
    for (RunTag tag : found.getData().getTagsList()) {
      present.put(tag.getKey(), tag.getValue());
    }
    return tags.values().stream()
        .filter(entry -> !isShown(entry.value(), present.get(entry.key())))
        .filter(entry -> !refusals.contain(entry.event()))
        .toList();
  }

  /** Old servers cut values that are long for them without a word. */
  private static boolean isShown(String value, String shown) {
    return value.equals(shown)
        || (shown != null && shown.length() >= MlflowLimits.OLD_PARAM && value.startsWith(shown));
  }
}
