package org.apprentice.core.trial;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apprentice.core.config.Trial;
import org.apprentice.spi.Progress;
import org.apprentice.spi.RunSpec;

/**
 * What {@code status.json} in a run's folder says.
 *
 * @param key trial key
 * @param uid the run's id in MLflow, 32 hexadecimal digits
 * @param name of the experiment, with variant and seed
 * @param state what became of the run
 * @param startMillis milliseconds since the epoch of the first start
 * @param message why it failed, or was ended before its end; null otherwise
 * @param result how it ended; null until then
 * @param pause where it waits to be run further; null unless it does
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrialStatus(
    String key,
    String uid,
    String name,
    State state,
    long startMillis,
    String message,
    TrialResult result,
    Pause pause) {
  private static final String FILE = "status.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Stages of a run. */
  public enum State {
    RUNNING,
    FINISHED,
    FAILED,
    KILLED
  }

  /**
   * A run that was asked to train no further for now.
   *
   * @param progress what was done of the budget
   * @param meanReturn undiscounted raw return per evaluation episode there
   */
  public record Pause(long progress, double meanReturn) {}

  public TrialStatus {
    boolean complete = key != null && uid != null && name != null && state != null;
    if (!complete || (state == State.FINISHED && result == null)) {
      throw new IllegalArgumentException(
          "a status needs key, uid, name and state, and if finished a result");
    }
  }

  /** A run that begins now. */
  static TrialStatus begun(String key, String name) {
    return new TrialStatus(
        key, RunSpec.newUid(), name, State.RUNNING, System.currentTimeMillis(), null, null, null);
  }

  /** The run as tracking knows it. */
  public RunSpec spec(Trial trial, Path runFolder) {
    return new RunSpec(
        uid, trial.experiment().tracking().experiment(), name, startMillis, runFolder);
  }

  TrialStatus running() {
    return become(State.RUNNING, null, null, null);
  }

  TrialStatus finished(TrialResult newResult) {
    return become(State.FINISHED, null, newResult, null);
  }

  TrialStatus failed(String why) {
    return become(State.FAILED, why, null, null);
  }

  TrialStatus killed(String why) {
    return become(State.KILLED, why, null, null);
  }

  TrialStatus paused(Progress progress, double meanReturn) {
    String why = "paused at %d %s".formatted(progress.done(), progress.unit());
    return become(State.KILLED, why, null, new Pause(progress.done(), meanReturn));
  }

  private TrialStatus become(State newState, String why, TrialResult newResult, Pause newPause) {
    return new TrialStatus(key, uid, name, newState, startMillis, why, newResult, newPause);
  }

  /** Whether a folder holds a run. */
  static boolean exists(Path runFolder) {
    return Files.exists(runFolder.resolve(FILE));
  }

  /**
   * Empty if the folder holds no run.
   *
   * @throws TrialException if the file is damaged
   */
  public static Optional<TrialStatus> read(Path runFolder) throws IOException {
    Path file = runFolder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), TrialStatus.class));
    } catch (JsonProcessingException e) {
      throw new TrialException(
          file
              + " is damaged; delete this file and run the experiment again, which then goes on from"
              + " the newest checkpoint",
          e);
    }
  }

  void write(Path runFolder) throws IOException {
    RunFolder.replace(runFolder.resolve(FILE), JSON.writeValueAsString(this) + "\n");
  }
}
