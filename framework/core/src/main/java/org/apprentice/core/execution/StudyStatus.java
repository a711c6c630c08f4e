package org.apprentice.core.execution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.Summary;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;

/**
 * How far a study is, as its ledger and the folders of its runs tell.
 *
 * @param name of the study
 * @param running whether a process works on it
 * @param trials as far as it has come to plan them since it was taken up last
 */
public record StudyStatus(String name, boolean running, List<TrialLine> trials) {
  /** Where a trial is. */
  public enum State {
    FINISHED,
    RUNNING,
    INTERRUPTED,
    PRUNED,
    FAILED,
    MISSING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param detail what it came to, how far it is, or what became of it
   */
  public record TrialLine(String key, String name, State state, String detail) {}

  /** All studies in a folder of results. */
  public static List<StudyStatus> all(Path results) throws IOException {
    Path studies = Ledger.folder(results, "x").getParent();
    if (!Files.isDirectory(studies)) {
      return List.of();
    }
    List<StudyStatus> found = new ArrayList<>();
    try (Stream<Path> folders = Files.list(studies)) {
      for (Path folder : folders.sorted().toList()) {
        Optional<Ledger.Base> base = Ledger.base(folder);
        if (base.isPresent()) {
          found.add(of(results, base.get().name()));
        }
      }
    }
    return found;
  }

  /**
   * @throws ExecutionException if there is no such study
   */
  public static StudyStatus of(Path results, String name) throws IOException {
    Path folder = Ledger.folder(results, name);
    if (Ledger.base(folder).isEmpty()) {
      throw unknown(results, name);
    }
    List<LedgerEntry> entries = Ledger.entries(folder);
    Map<String, LedgerEntry.Pruned> pruned = new LinkedHashMap<>();
    for (LedgerEntry entry : entries) {
      if (entry instanceof LedgerEntry.Pruned trial) {
        pruned.put(trial.key(), trial);
      } else if (entry instanceof LedgerEntry.Started trial) {
        pruned.remove(trial.key());
      }
    }
    boolean running = Ledger.isInUse(folder);
    List<TrialLine> trials = new ArrayList<>();
    for (LedgerEntry.Planned trial : Ledger.planned(entries)) {
      trials.add(line(results, trial, Optional.ofNullable(pruned.get(trial.key())), running));
    }
    return new StudyStatus(name, running, trials);
  }

  static ExecutionException unknown(Path results, String name) {
    return new ExecutionException(
        "no study '%s' in %s; apprentice status lists those that there are"
            .formatted(name, results));
  }

  private static TrialLine line(
      Path results,
      LedgerEntry.Planned trial,
      Optional<LedgerEntry.Pruned> pruned,
      boolean studyRunning)
      throws IOException {
    RunFolder folder = RunFolder.newest(results, trial.key());
    Optional<TrialStatus> status = folder.status();
    if (status.isEmpty()) {
      return new TrialLine(trial.key(), trial.name(), State.MISSING, "");
    }
    TrialStatus run = status.get();
    return switch (run.state()) {
      case FINISHED ->
          new TrialLine(trial.key(), trial.name(), State.FINISHED, Summary.returns(run.result()));
      case FAILED ->
          new TrialLine(
              trial.key(),
              trial.name(),
              State.FAILED,
              run.message().lines().findFirst().orElse(""));
      case RUNNING ->
          new TrialLine(
              trial.key(),
              trial.name(),
              studyRunning ? State.RUNNING : State.INTERRUPTED,
              progress(folder.path()));
      case KILLED ->
          new TrialLine(
              trial.key(),
              trial.name(),
              pruned.isPresent() ? State.PRUNED : State.INTERRUPTED,
              pruned.map(LedgerEntry.Pruned::why).orElseGet(() -> progress(folder.path())));
    };
  }

  /** The last that its journal tells. */
  private static String progress(Path folder) {
    Map<String, RunEvent.Metric> last = new LinkedHashMap<>();
    Journal.read(
        folder,
        event -> {
          if (event instanceof RunEvent.Metric metric) {
            last.put(metric.key(), metric);
          }
        });
    long step = last.values().stream().mapToLong(RunEvent.Metric::step).max().orElse(0);
    StringBuilder text = new StringBuilder("at ").append(step);
    for (String key : List.of("rollout/return-mean", "evaluation/return-mean")) {
      if (last.containsKey(key)) {
        text.append(
            String.format(
                Locale.ROOT,
                ", %s %.1f",
                key.startsWith("rollout") ? "return" : "evaluation",
                last.get(key).value()));
      }
    }
    return text.toString();
  }

  /** How many trials are where, for example {@code 12 of 20 finished, 2 running, 6 missing}. */
  public String summary() {
    Map<State, Integer> counts = new EnumMap<>(State.class);
    trials.forEach(trial -> counts.merge(trial.state(), 1, Integer::sum));
    int finished = counts.getOrDefault(State.FINISHED, 0);
    StringBuilder text = new StringBuilder();
    text.append(finished).append(" of ").append(trials.size()).append(" trials finished");
    counts.remove(State.FINISHED);
    counts.forEach((state, count) -> text.append(", ").append(count).append(' ').append(state));
    return text.append(running ? "; a process works on it" : "").toString();
  }
}
