package org.apprentice.tracking;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apprentice.spi.RunEvent;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;

/** Reads runs from an MLflow tracking server. */
final class ServerStore implements RunStore {
  /** Servers search in a limited number of experiments at once. */
  private static final int EXPERIMENTS_AT_ONCE = 100;

  private final MlflowServer server;
  private final Map<String, Experiment> experiments = new LinkedHashMap<>();

  private ServerStore(MlflowServer server) {
    this.server = server;
  }

  /**
   * @throws org.apprentice.spi.TrackingException if the address is none, or its server is away or
   *     does not let us in
   */
  static ServerStore open(String uri) {
    MlflowServer server = new MlflowServer(ServerAddress.of(uri, System::getenv));
    try {
      server.check();
      return new ServerStore(server);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  @Override
  public String place() {
    return server.address().base();
  }

  @Override
  public List<StoredRun> runs(Optional<String> filter) {
    List<StoredRun> runs = new ArrayList<>();
    search(filter.orElse(""), (run, experiment) -> runs.add(stored(run, experiment)));
    runs.sort(Comparator.comparingLong(StoredRun::startMillis));
    return runs;
  }

  @Override
  public Set<String> uids() {
    Set<String> uids = new HashSet<>();
    search(
        "tags.\"" + StoredRun.UID + "\" != ''",
        (run, experiment) -> uids.add(StoredRun.uid(run.getInfo().getRunId(), tags(run))));
    return uids;
  }

  /** Takes a run and the name of its experiment. */
  @FunctionalInterface
  private interface Finding {
    void take(Run run, String experiment);
  }

  private void search(String filter, Finding finding) {
    experiments.clear();
    for (Experiment experiment : server.experiments()) {
      experiments.put(experiment.getExperimentId(), experiment);
    }
    List<String> ids = List.copyOf(experiments.keySet());
    for (int from = 0; from < ids.size(); from += EXPERIMENTS_AT_ONCE) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + EXPERIMENTS_AT_ONCE));
      for (Run run : server.searchRuns(some, filter, ViewType.ACTIVE_ONLY)) {
        finding.take(run, experiments.get(run.getInfo().getExperimentId()).getName());
      }
    }
  }

  private static Map<String, String> tags(Run run) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (RunTag tag : run.getData().getTagsList()) {
      tags.put(tag.getKey(), tag.getValue());
    }
    return tags;
  }

  private static StoredRun stored(Run run, String experiment) {
    RunInfo info = run.getInfo();
    Map<String, String> tags = tags(run);
    Map<String, String> params = new LinkedHashMap<>();
    for (Param param : run.getData().getParamsList()) {
      params.put(param.getKey(), param.getValue());
    }
    Map<String, RunEvent.Metric> metrics = new LinkedHashMap<>();
    for (Metric metric : run.getData().getMetricsList()) {
      metrics.put(
          metric.getKey(),
          new RunEvent.Metric(
              metric.getKey(),
              StoredRun.value(metric.getValue()),
              metric.getStep(),
              metric.getTimestamp()));
    }
    String name = info.getRunName();
    return new StoredRun(
        info.getRunId(),
        StoredRun.uid(info.getRunId(), tags),
        experiment,
        name.isEmpty() ? tags.getOrDefault("mlflow.runName", info.getRunId()) : name,
        StoredRun.ended(info.getStatus().name()),
        info.getStartTime(),
        info.getEndTime() > 0 ? OptionalLong.of(info.getEndTime()) : OptionalLong.empty(),
        params,
        tags,
        metrics,
        info.getArtifactUri());
  }

  @Override
  public void history(StoredRun run, String metric, Consumer<RunEvent.Metric> consumer) {
    server.metricHistory(
        run.id(),
        metric,
        page ->
            page.forEach(
                point ->
                    consumer.accept(
                        new RunEvent.Metric(
                            point.key(),
                            StoredRun.value(point.value()),
                            point.step(),
                            point.timestampMillis()))));
  }

  @Override
  public Map<String, String> experimentTags(StoredRun run) {
    Map<String, String> tags = new LinkedHashMap<>();
    experiments.values().stream()
        .filter(experiment -> experiment.getName().equals(run.experiment()))
        .flatMap(experiment -> experiment.getTagsList().stream())
        .forEach(tag -> tags.put(tag.getKey(), tag.getValue()));
    return tags;
  }

  @Override
  public List<RunEvent.Dataset> datasets(StoredRun run) {
    List<RunEvent.Dataset> datasets = new ArrayList<>();
    server
        .run(run.id())
        .getInputs()
        .getDatasetInputsList()
        .forEach(
            input -> {
              String context =
                  input.getTagsList().stream()
                      .filter(tag -> tag.getKey().equals("mlflow.data.context"))
                      .map(tag -> tag.getValue())
                      .findFirst()
                      .orElse("");
              datasets.add(
                  new RunEvent.Dataset(
                      input.getDataset().getName(),
                      input.getDataset().getDigest(),
                      input.getDataset().getSourceType(),
                      input.getDataset().getSource(),
                      input.getDataset().hasSchema() ? input.getDataset().getSchema() : null,
                      input.getDataset().hasProfile() ? input.getDataset().getProfile() : null,
                      context));
            });
    return datasets;
  }

  private ServerArtifacts artifacts(StoredRun run) {
    return new ServerArtifacts(
        server, RunInfo.newBuilder().setRunId(run.id()).setArtifactUri(run.artifactUri()).build());
  }

  @Override
  public List<StoredFile> files(StoredRun run) {
    List<StoredFile> files = new ArrayList<>();
    artifacts(run).allFiles().forEach((path, size) -> files.add(new StoredFile(path, size)));
    return files;
  }

  @Override
  public void fetch(StoredRun run, StoredFile file, Path target) throws IOException {
    artifacts(run).get(file.path(), target);
  }

  /** Whoever asks a server does not know its disks. */
  @Override
  public Optional<Path> local(StoredRun run, StoredFile file) {
    return Optional.empty();
  }

  @Override
  public void close() {
    server.close();
  }
}
