package org.apprentice.core.execution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apprentice.core.config.Study;
import org.apprentice.core.plugin.Suggestion;
import org.apprentice.core.trial.TrialException;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;

/**
 * What runs scored by the metric of a study, read from their folders: the same whether a run has
 * just come so far, or came there in an earlier attempt at the study or in another study.
 *
 * <p>The score of a finished run is the metric's last value. The score at a rung is the value at
 * the run's first evaluation at or beyond it, which is where a run that is paused for the rung is
 * evaluated: the value in this evaluation or, of a metric that is not of evaluations, its last one
 * up to there. A run that was finished without a pause is judged by the first evaluation it had
 * beyond the rung, which may be its last.
 */
public final class Scores {
  private static final String EVALUATION = "evaluation/";
  private static final String PAUSE = "rung/";
  private static final String RETURN = "return-mean";

  /** Not every run has it. */
  private static final String SOLVED_AT = "evaluation/solved-at";

  private final String metric;
  private final boolean minimized;
  private boolean seen;

  public Scores(Study study) {
    this(study.metric(), study.minimized());
  }

  Scores(String metric, boolean minimized) {
    this.metric = metric;
    this.minimized = minimized;
  }

  /**
   * What became of a task if its run has come that far; empty if there is training to do. To be
   * asked before a task is begun and again when its run has ended or paused.
   *
   * @param runFolder of the task's trial; need not be there
   * @param until of the task
   * @throws TrialException if the first run asked about has no such metric; the message names those
   *     it has
   */
  public Optional<Outcome> known(Path runFolder, OptionalLong until) throws IOException {
    Optional<TrialStatus> status = TrialStatus.read(runFolder);
    if (status.isEmpty()) {
      return Optional.empty();
    }
    boolean finished = status.get().state() == TrialStatus.State.FINISHED;
    if (until.isEmpty() && !finished) {
      return Optional.empty();
    }
    Course course = new Course();
    Journal.read(runFolder, course::add);
    OptionalLong rung = until.isEmpty() ? until : course.evaluatedFrom(until.getAsLong());
    if (finished && (rung.isEmpty() || rung.getAsLong() >= course.end())) {
      return Optional.of(new Outcome.Finished(score(course, Long.MAX_VALUE, runFolder)));
    }
    return rung.isPresent()
        ? Optional.of(new Outcome.Reached(score(course, rung.getAsLong(), runFolder)))
        : Optional.empty();
  }

  private double score(Course course, long step, Path runFolder) {
    if (!course.values.containsKey(metric) && !seen && !metric.equals(SOLVED_AT)) {
      boolean paused = metric.startsWith(EVALUATION) && course.values.containsKey(atPause(metric));
      if (!paused) {
        throw new TrialException(
            "sweep.metric is %s, which run %s does not have; it has %s%s"
                .formatted(
                    metric,
                    runFolder.getFileName(),
                    String.join(", ", course.values.keySet()),
                    Suggestion.question(metric, course.values.keySet())));
      }
    }
    seen = true;
    double value = course.value(metric, step);
    return minimized ? -value : value;
  }

  private static String atPause(String metric) {
    return PAUSE + metric.substring(EVALUATION.length());
  }

  /** The metrics of a run, by step. */
  private static final class Course {
    private final Map<String, TreeMap<Long, Double>> values = new TreeMap<>();

    void add(RunEvent event) {
      if (event instanceof RunEvent.Metric it) {
        values.computeIfAbsent(it.key(), key -> new TreeMap<>()).put(it.step(), it.value());
      }
    }

    private NavigableMap<Long, Double> of(String key) {
      return values.getOrDefault(key, new TreeMap<>());
    }

    /** The first evaluation at a step or beyond. */
    OptionalLong evaluatedFrom(long step) {
      Long due = of(EVALUATION + RETURN).ceilingKey(step);
      Long paused = of(PAUSE + RETURN).ceilingKey(step);
      if (due == null && paused == null) {
        return OptionalLong.empty();
      }
      return OptionalLong.of(due == null ? paused : paused == null ? due : Math.min(due, paused));
    }

    /** The final evaluation. */
    long end() {
      return of(EVALUATION + RETURN).lastKey();
    }

    /** In the evaluation at the step, or else the last up to there; NaN if there is none. */
    double value(String metric, long step) {
      if (metric.startsWith(EVALUATION) && of(atPause(metric)).containsKey(step)) {
        return of(atPause(metric)).get(step);
      }
      Map.Entry<Long, Double> last = of(metric).floorEntry(step);
      return last == null ? Double.NaN : last.getValue();
    }
  }
}
