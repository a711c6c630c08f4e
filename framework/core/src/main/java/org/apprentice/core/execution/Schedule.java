package org.apprentice.core.execution;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;

/** Which training comes next. */
final class Schedule {
  /** A training, up to a progress or to its end. */
  record Task(Trial trial, OptionalLong until) {}

  private final Deque<Task> tasks = new ArrayDeque<>();
  private int open;

  Schedule(Study study) {
    study.trials().forEach(trial -> tasks.add(new Task(trial, OptionalLong.empty())));
    open = tasks.size();
  }

  Optional<Task> next() {
    return Optional.ofNullable(tasks.poll());
  }

  void done(Task task, double score) {
    open--;
  }

  boolean isFinished() {
    return open == 0;
  }
}
