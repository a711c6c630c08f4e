package org.apprentice.core.trial;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apprentice.core.config.Secrets;
import org.apprentice.core.config.Trial;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;

/** Writes what happens in a trial to its journal, in MLflow's terms. */
final class RunLog {
  /** What the note of a run that failed begins with. */
  static final String FAILED = "Failed: ";

  private static final String NOTE = "mlflow.note.content";

  private final Journal journal;
  private final TrialStatus status;

  /**
   * @param status of the run, for its id and the time of its first start
   */
  RunLog(Journal journal, TrialStatus status) {
    this.journal = journal;
    this.status = status;
  }

  /** Everything known before the first step. */
  void describe(Trial trial, Path source, Path runFolder) {
    for (Map.Entry<String, String> parameter : trial.parameters().entrySet()) {
      journal.append(new RunEvent.Param(parameter.getKey(), Secrets.hidden(parameter.getValue())));
    }
    tag("mlflow.runName", Summary.name(trial));
    SourceState.tags(source).forEach(this::tag);
    tag("study", trial.experiment().name());
    tag("trial-key", trial.key());
    tag("variant", trial.variant());
    tag("seed", String.valueOf(trial.experiment().training().seed()));
    tag("run-folder", runFolder.toString());
    trial.experiment().notes().ifPresent(it -> tag(NOTE, it));
    trial
        .experiment()
        .description()
        .ifPresent(it -> journal.append(new RunEvent.ExperimentTag(NOTE, Secrets.hidden(it))));
    artifact("resolved.conf", "resolved.conf");
  }

  /** Has MLflow show the run below another one, with this id. */
  void childOf(String parent) {
    tag("mlflow.parentRunId", parent);
  }

  /** Tells of all studies that the run belongs to, the one that trained it first. */
  void belongsTo(List<Membership> memberships) {
    tag(
        "studies",
        memberships.stream().map(Membership::study).distinct().collect(Collectors.joining(", ")));
    RunTags.text(memberships).ifPresent(it -> tag(RunTags.MEMBERSHIPS, it));
  }

  /** Tells every store how the run ended, as its status does. */
  void result(TrialResult result) {
    RunTags.text(result).ifPresent(it -> tag(RunTags.RESULT, it));
  }

  void dataset(RunEvent.Dataset dataset) {
    journal.append(dataset);
  }

  void metric(String key, double value, long step) {
    journal.append(new RunEvent.Metric(key, value, step, System.currentTimeMillis()));
  }

  void tag(String key, String value) {
    journal.append(new RunEvent.Tag(key, Secrets.hidden(value)));
  }

  void artifact(String file, String path) {
    journal.append(new RunEvent.Artifact(file, path));
  }

  /**
   * A GIF, for the UI's grid of images, where a slider goes over the steps. The names are those of
   * MLflow's {@code log_image}: a picture, and a small one that stands for it in the grid. MLflow
   * writes them as PNG and WebP; browsers know a GIF by its content whatever it is called, and show
   * it moving. The names are the same when the step is repeated after a resume.
   *
   * @param file relative to the run's folder
   * @param key of the image, the same for all steps
   */
  void image(String file, String key, long step) {
    String name = "%s/%s/%d".formatted(status.uid(), key, step);
    String path =
        "images/%s+step+%d+timestamp+%d+%s"
            .formatted(
                key.replace('/', '~'),
                step,
                status.startMillis() + step,
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    artifact(file, path + ".png");
    artifact(file, path + "+compressed.webp");
    tag("mlflow.loggedImages", "True");
  }

  void started() {
    journal.append(new RunEvent.Started(System.currentTimeMillis()));
  }

  void finished(RunEvent.Status status) {
    journal.append(new RunEvent.Finished(status, System.currentTimeMillis()));
    journal.sync();
  }

  void failed(String message) {
    tag(NOTE, FAILED + message);
    finished(RunEvent.Status.FAILED);
  }

  /** Forces everything to disk; returns a position for {@link #replayFrom}. */
  long sync() {
    return journal.sync();
  }

  /**
   * What follows repeats what was journaled after this position: it is compared instead of
   * appended.
   */
  void replayFrom(long position) {
    journal.resumeAt(position);
  }
}
