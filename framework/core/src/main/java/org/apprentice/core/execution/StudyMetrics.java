package org.apprentice.core.execution;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.apprentice.core.study.Course;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;

/**
 * The metrics of a study's own run, which follow from its {@link RecordEntry}s: given the same ones
 * again, for example because the process died before they were in the journal, they append only
 * what that lacks.
 */
final class StudyMetrics {
  /** Of a longer name of a cell the beginning is shown, and a number in place of the rest. */
  private static final int LONGEST_GROUP = 150;

  private record Point(String key, long step) {}

  private final Journal journal;
  private final Map<Point, Double> told = new HashMap<>();

  /** The last entry of each. */
  private final Map<String, RecordEntry.TrialEnded> trials = new LinkedHashMap<>();

  private final Map<String, RecordEntry.CellEnded> cells = new LinkedHashMap<>();
  private final Map<String, RecordEntry.Drawn> drawn = new LinkedHashMap<>();
  private final Map<RecordEntry.End, Integer> counts = new EnumMap<>(RecordEntry.End.class);

  /** How metrics call the cells that are drawn. */
  private final Map<String, String> groups = new HashMap<>();

  private final Set<String> taken = new HashSet<>();
  private int trialEndings;
  private int cellEndings;

  /**
   * @param journal that is on disk as far as it goes
   */
  StudyMetrics(Journal journal) {
    this.journal = journal;
    Journal.read(
        journal.runDirectory(),
        event -> {
          if (event instanceof RunEvent.Metric metric) {
            told.put(new Point(metric.key(), metric.step()), metric.value());
          }
        });
  }

  /** Whether an entry says something new; a trial may be in several cells and ends once. */
  boolean lacks(RecordEntry entry) {
    if (entry instanceof RecordEntry.TrialEnded trial) {
      RecordEntry.TrialEnded before = trials.get(trial.key());
      return before == null || before.end() != trial.end();
    }
    if (entry instanceof RecordEntry.CellEnded cell) {
      return !cell.equals(cells.get(cell.cell()));
    }
    return !(entry instanceof RecordEntry.Drawn curves) || !curves.equals(drawn.get(curves.cell()));
  }

  void add(RecordEntry entry) {
    if (entry instanceof RecordEntry.TrialEnded trial) {
      RecordEntry.TrialEnded before = trials.put(trial.key(), trial);
      if (before != null) {
        counts.merge(before.end(), -1, Integer::sum);
      }
      counts.merge(trial.end(), 1, Integer::sum);
      trialEndings++;
      tell("study/trials-finished", count(RecordEntry.End.FINISHED), trialEndings);
      tell("study/trials-failed", count(RecordEntry.End.FAILED), trialEndings);
      if (counts.containsKey(RecordEntry.End.PRUNED)) {
        tell("study/trials-pruned", count(RecordEntry.End.PRUNED), trialEndings);
      }
    } else if (entry instanceof RecordEntry.CellEnded cell) {
      cells.put(cell.cell(), cell);
      cellEndings++;
      if (cell.objective() != null) {
        tell("study/objective", cell.objective(), cellEndings);
      }
      OptionalDouble best = best();
      if (best.isPresent()) {
        tell("study/best-objective", best.getAsDouble(), cellEndings);
      }
    } else if (entry instanceof RecordEntry.Drawn curves) {
      drawn.put(curves.cell(), curves);
      group(curves.cell());
    }
  }

  private int count(RecordEntry.End end) {
    return counts.getOrDefault(end, 0);
  }

  private OptionalDouble best() {
    return cells.values().stream()
        .filter(cell -> cell.objective() != null)
        .mapToDouble(RecordEntry.CellEnded::objective)
        .max();
  }

  /** How trials ended, each the last time. */
  Collection<RecordEntry.TrialEnded> trials() {
    return trials.values();
  }

  boolean isDrawn(String cell) {
    return drawn.containsKey(cell);
  }

  int drawn() {
    return drawn.size();
  }

  /**
   * Learning curves of a cell.
   *
   * @param what is drawn, for example {@code return}
   * @param runs how many are aggregated
   */
  void draw(String cell, String what, Course course, int runs) {
    String key = group(cell) + "/" + what;
    for (int i = 0; i < course.steps().length; i++) {
      long step = Math.round(course.steps()[i]);
      tell(key + "-mean", course.mean()[i], step);
      if (runs > 1) {
        tell(key + "-iqm", course.iqm()[i], step);
        tell(key + "-iqm-lower", course.low()[i], step);
        tell(key + "-iqm-upper", course.high()[i], step);
      }
    }
  }

  /** A group of charts in MLflow: one level, and no two cells in the same. */
  private String group(String cell) {
    return groups.computeIfAbsent(
        cell,
        it -> {
          String plain = it.replace('/', '_').replace('=', ':');
          String group = plain.length() > LONGEST_GROUP ? plain.substring(0, LONGEST_GROUP) : plain;
          String name = group;
          for (int number = 2; !taken.add(name); number++) {
            name = group + " - " + number;
          }
          return name;
        });
  }

  private void tell(String key, double value, long step) {
    Double before = told.put(new Point(key, step), value);
    if (before == null || Double.compare(before, value) != 0) {
      journal.append(new RunEvent.Metric(key, value, step, System.currentTimeMillis()));
    }
  }
}
