package org.apprentice.core.execution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;
import org.apprentice.tracking.JournalException;

/** How fast runs in a folder of results went, by wall clock and with their evaluations. */
final class Speeds {
  /** The newest tell most about the machine as it is; more would only be slow to read. */
  private static final int MOST_RUNS = 20;

  /**
   * A speed and where it comes from.
   *
   * @param runs whose median it is, in words
   * @param perSecond progress (steps, epochs) per wall second
   */
  record Measured(String runs, double perSecond, ProgressUnit unit) {}

  private final List<Path> places;
  private final Map<Path, RunKind> kinds = new LinkedHashMap<>();
  private final Map<RunKind, Optional<Measured>> byKind = new HashMap<>();
  private final Map<RunKind, Optional<Measured>> byTask = new HashMap<>();

  /**
   * @param places folders of results
   */
  Speeds(List<Path> places) throws IOException {
    this.places = List.copyOf(places);
    for (Path place : places) {
      for (RunFolder run : RunFolder.all(place)) {
        RunKind.read(run).ifPresent(kind -> kinds.put(run.path(), kind));
      }
    }
  }

  /**
   * Of the trial itself as far as it came, else of runs of the same components, else of the same
   * algorithm and environment.
   */
  Optional<Measured> of(Trial trial) {
    ProgressUnit unit = trial.experiment().algorithm().plugin().progressUnit();
    RunKind kind = RunKind.of(trial);
    for (Path place : places) {
      RunFolder run = RunFolder.newest(place, trial.key());
      Optional<Double> own =
          kinds.containsKey(run.path()) ? perSecond(run.path()) : Optional.empty();
      if (own.isPresent()) {
        return Optional.of(new Measured("the beginning of " + kind.label(), own.get(), unit));
      }
    }
    return byKind
        .computeIfAbsent(kind, it -> median(it::equals, it, unit))
        .or(
            () ->
                byTask.computeIfAbsent(
                    kind.task(), it -> median(other -> other.task().equals(it), it, unit)));
  }

  private Optional<Measured> median(Predicate<RunKind> alike, RunKind kind, ProgressUnit unit) {
    double[] speeds =
        kinds.entrySet().stream()
            .filter(run -> alike.test(run.getValue()))
            .map(run -> perSecond(run.getKey()))
            .flatMap(Optional::stream)
            .limit(MOST_RUNS)
            .mapToDouble(Double::doubleValue)
            .toArray();
    if (speeds.length == 0) {
      return Optional.empty();
    }
    Arrays.sort(speeds);
    double median = (speeds[(speeds.length - 1) / 2] + speeds[speeds.length / 2]) / 2;
    String runs = speeds.length == 1 ? "1 run of " : speeds.length + " runs of ";
    return Optional.of(new Measured(runs + kind.label(), median, unit));
  }

  private static Optional<Double> perSecond(Path folder) {
    Course course = new Course();
    try {
      Journal.read(folder, course::hear);
    } catch (JournalException e) {
      return Optional.empty();
    }
    return course.perSecond();
  }

  /** What a journal tells of a run's time. */
  private static final class Course {
    private static final long NOT_RUNNING = -1;

    private long progress;
    private long millis;
    private long began = NOT_RUNNING;
    private long last;

    void hear(RunEvent event) {
      if (event instanceof RunEvent.Started started) {
        stop();
        began = started.timestampMillis();
        last = began;
      } else if (event instanceof RunEvent.Metric metric) {
        progress = Math.max(progress, metric.step());
        last = Math.max(last, metric.timestampMillis());
      } else if (event instanceof RunEvent.Finished finished) {
        last = Math.max(last, finished.timestampMillis());
        stop();
      }
    }

    /** An attempt that was killed ended when it last spoke. */
    private void stop() {
      if (began != NOT_RUNNING) {
        millis += last - began;
      }
      began = NOT_RUNNING;
    }

    Optional<Double> perSecond() {
      stop();
      return progress > 0 && millis > 0
          ? Optional.of(1000.0 * progress / millis)
          : Optional.empty();
    }
  }
}
