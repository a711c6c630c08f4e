package org.apprentice.core.execution;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apprentice.core.config.Cell;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;

/** Which training comes next. */
final class Schedule {
  /** A training, up to a progress or to its end. */
  record Task(Trial trial, OptionalLong until) {}

  private final Study study;
  private final Deque<Task> tasks = new ArrayDeque<>();
  private final IdentityHashMap<Task, Cell> cells = new IdentityHashMap<>();
  private final IdentityHashMap<Cell, List<Double>> scores = new IdentityHashMap<>();
  private int open;

  Schedule(Study study) {
    this.study = study;
    study.cells().forEach(this::add);
  }

  private void add(Cell cell) {
    scores.put(cell, new ArrayList<>());
    for (Trial trial : cell.trials()) {
      Task task = new Task(trial, OptionalLong.empty());
      cells.put(task, cell);
      tasks.add(task);
      open++;
    }
  }

  Optional<Task> next() {
    if (open == 0) {
      study.ask().forEach(this::add);
    }
    return Optional.ofNullable(tasks.poll());
  }

  void done(Task task, double score) {
    open--;
    Cell cell = cells.remove(task);
    scores.get(cell).add(score);
    if (scores.get(cell).size() == cell.trials().size()) {
      study.tell(cell, study.objective(scores.get(cell).stream().mapToDouble(it -> it).toArray()));
    }
  }
}
