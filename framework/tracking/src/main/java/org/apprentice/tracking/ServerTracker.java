package org.apprentice.tracking;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackingException;
import org.mlflow.api.proto.Service;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs on an MLflow tracking server. The server gives them ids of its own, so a run carries our uid
 * as a tag and is looked for by it before it is created. If the answer to a creation is lost, and
 * the server carries it out all the same, maybe later, there are two: the one without content is
 * deleted when it is seen, at the latest when the run ends.
 */
final class ServerTracker implements Tracker {
  private static final Logger logger = LoggerFactory.getLogger(ServerTracker.class);
  private static final String NAME_TAG = "mlflow.runName";

  private final MlflowServer server;
  private final Path results;

  /** One for each server: deliveries to different ones do not disturb each other. */
  private final String lockFile;

  private final Map<String, String> experiments = new HashMap<>();
  private final Map<String, String> ids = new HashMap<>();
  private final Map<String, RunLock> locks = new ConcurrentHashMap<>();
  private volatile String shownExperiment;

  /**
   * @param results where runs are looked for that others name as their parents
   */
  ServerTracker(MlflowServer server, Path results) {
    this.server = server;
    this.results = results;
    CRC32 checksum = new CRC32();
    checksum.update(server.address().base().getBytes(StandardCharsets.UTF_8));
    lockFile = String.format("delivery-%08x.lock", checksum.getValue());
  }

  MlflowServer server() {
    return server;
  }

  /** How long the values of params may be. */
  int paramLimit() {
    boolean old = server.version().filter(version -> version.startsWith("1.")).isPresent();
    return old ? MlflowLimits.OLD_PARAM : MlflowLimits.PARAM;
  }

  @Override
  public void check() {
    server.check();
  }

  /** The page of the first experiment that was delivered to. */
  @Override
  public String howToView() {
    String experiment = shownExperiment;
    String base = server.address().base();
    return experiment == null ? base : base + "/#/experiments/" + experiment;
  }

  @Override
  public long progress() {
    return server.progress();
  }

  @Override
  public Run start(RunSpec spec) {
    lock(spec);
    RunInfo run = findOrCreate(spec, experiment(spec.experiment()));
    if (run.getRunName().equals(spec.uid())) {
      // Created before its name was known.
      server.post(
          "runs/set-tag",
          MlflowServer.object()
              .put("run_id", run.getRunId())
              .put("key", NAME_TAG)
              .put("value", name(spec)));
    }
    return new ServerRun(this, spec, run);
  }

  /**
   * Keeps other processes from delivering the run meanwhile, which could create it a second time.
   *
   * @throws TrackingException temporary if another one does
   */
  void lock(RunSpec spec) {
    if (locks.containsKey(spec.uid()) || !Files.isDirectory(spec.directory())) {
      return;
    }
    try {
      locks.put(spec.uid(), RunLock.acquire(spec.directory(), lockFile));
    } catch (RunInUseException e) {
      throw TrackingException.temporary(
          "run " + spec.name() + " is being delivered by somebody else", e);
    } catch (IOException e) {
      // A folder that cannot be written is in no danger of two deliveries that matter: duplicates
      // are found anyway.
      logger.debug("no {} in {}", lockFile, spec.directory(), e);
    }
  }

  /** Lets others deliver the run. */
  void unlock(RunSpec spec) {
    release(locks.remove(spec.uid()));
  }

  private static void release(RunLock lock) {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      logger.debug("the lock of a delivery was not given back", e);
    }
  }

  /** The id of an experiment, which is created if missing. */
  private String experiment(String name) {
    String known = experiments.get(name);
    if (known != null) {
      return known;
    }
    Experiment experiment = server.experiment(name).orElseGet(() -> create(name));
    if (!experiment.getLifecycleStage().equals("active")) {
      throw new TrackingException(
          deleted(
              "experiment " + name,
              "choose another tracking.experiment, or restore it with 'mlflow experiments restore"
                  + " --experiment-id "
                  + experiment.getExperimentId()
                  + "'"));
    }
    experiments.put(name, experiment.getExperimentId());
    if (shownExperiment == null) {
      shownExperiment = experiment.getExperimentId();
    }
    return experiment.getExperimentId();
  }

  private Experiment create(String name) {
    try {
      server.createExperiment(name);
    } catch (ServerException e) {
      // Another process may have been faster.
      if (!e.says("RESOURCE_ALREADY_EXISTS")) {
        throw e;
      }
    }
    return server
        .experiment(name)
        .orElseThrow(
            () ->
                ServerException.unanswered(
                    server.address() + " created experiment " + name + " and has none", null));
  }

  private String deleted(String what, String advice) {
    return "%s was deleted on the server %s; %s and MLFLOW_TRACKING_URI=%s. The journal keeps everything meanwhile"
        .formatted(what, server.address(), advice, server.address());
  }

  private RunInfo findOrCreate(RunSpec spec, String experiment) {
    List<Service.Run> all = server.runsOf(experiment, spec.uid());
    Optional<Service.Run> found = best(all, ids.get(spec.uid()));
    if (found.isPresent()) {
      RunInfo run = found.get().getInfo();
      if (!isActive(found.get())) {
        throw new TrackingException(deleted(spec, run.getRunId()));
      }
      deleteOthers(all, run.getRunId());
    }
    RunInfo run = found.map(Service.Run::getInfo).orElseGet(() -> create(spec, experiment));
    ids.put(spec.uid(), run.getRunId());
    return run;
  }

  /** Why nothing more can be delivered of a run, and what to do. */
  String deleted(RunSpec spec, String id) {
    return deleted(
        "run " + spec.name(), "restore it with 'mlflow runs restore --run-id " + id + "'");
  }

  /**
   * Of several, the active one with most content is in use; the others never were.
   *
   * @param used by this process; null if none is
   */
  private static Optional<Service.Run> best(List<Service.Run> runs, String used) {
    return runs.stream()
        .min(
            Comparator.comparing((Service.Run run) -> !isActive(run))
                .thenComparing(run -> !run.getInfo().getRunId().equals(used))
                .thenComparingInt(run -> -content(run))
                .thenComparing(run -> run.getInfo().getRunId()));
  }

  private static boolean isActive(Service.Run run) {
    return run.getInfo().getLifecycleStage().equals("active");
  }

  private static int content(Service.Run run) {
    return run.getData().getMetricsCount()
        + run.getData().getParamsCount()
        + run.getData().getTagsCount();
  }

  private RunInfo create(RunSpec spec, String experiment) {
    RunInfo created =
        server.createRun(
            CreateRun.newBuilder()
                .setExperimentId(experiment)
                .setRunName(name(spec))
                .setStartTime(spec.startMillis())
                .addTags(tag(MlflowServer.UID_TAG, spec.uid()))
                .addTags(tag(NAME_TAG, name(spec)))
                .build());
    deleteOthers(server.runsOf(experiment, spec.uid()), created.getRunId());
    return created;
  }

  private static RunTag tag(String key, String value) {
    return RunTag.newBuilder().setKey(key).setValue(value).build();
  }

  private static String name(RunSpec spec) {
    return MlflowLimits.cut(spec.name(), MlflowLimits.KEY, "...");
  }

  private void deleteOthers(List<Service.Run> runs, String kept) {
    for (Service.Run run : runs) {
      String id = run.getInfo().getRunId();
      if (isActive(run) && !id.equals(kept)) {
        logger.info(
            "{} had run {} twice, since an answer was lost; {} is deleted, {} stays",
            server.address(),
            run.getInfo().getRunName(),
            id,
            kept);
        server.deleteRun(id);
      }
    }
  }

  /**
   * What the server has of a run, after deleting what else carries its uid.
   *
   * @param experiment id
   * @param id of the run that stays
   */
  Optional<Service.Run> reconcile(RunSpec spec, String experiment, String id) {
    List<Service.Run> all = server.runsOf(experiment, spec.uid());
    deleteOthers(all, id);
    return all.stream().filter(run -> run.getInfo().getRunId().equals(id)).findFirst();
  }

  /**
   * The server's id of a run that others name as their parent. It is created if it is not there
   * yet: its own journal may be delivered later, and finds it.
   *
   * @param child whose experiment and start the parent gets if nothing is known of it
   */
  String idOf(String uid, RunSpec child) {
    String known = ids.get(uid);
    if (known != null) {
      return known;
    }
    Optional<RunSpec> manifest = manifest(uid);
    RunSpec parent =
        manifest.orElseGet(
            () ->
                new RunSpec(uid, child.experiment(), uid, child.startMillis(), child.directory()));
    String experiment = experiment(parent.experiment());
    // Children may well belong to a parent that was deleted.
    Optional<Service.Run> found = best(server.runsOf(experiment, uid), null);
    String id =
        found.isPresent()
            ? found.get().getInfo().getRunId()
            : createParent(parent, experiment, manifest.isPresent());
    ids.put(uid, id);
    return id;
  }

  private String createParent(RunSpec parent, String experiment, boolean hasFolder) {
    if (!hasFolder || locks.containsKey(parent.uid())) {
      return findOrCreate(parent, experiment).getRunId();
    }
    lock(parent);
    try {
      return findOrCreate(parent, experiment).getRunId();
    } finally {
      unlock(parent);
    }
  }

  private Optional<RunSpec> manifest(String uid) {
    try {
      return RunManifest.all(results).stream()
          .map(RunManifest::spec)
          .filter(spec -> spec.uid().equals(uid))
          .findFirst();
    } catch (IOException e) {
      logger.debug("the runs in {} cannot be listed", results, e);
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    server.close();
    for (String uid : List.copyOf(locks.keySet())) {
      release(locks.remove(uid));
    }
  }
}
