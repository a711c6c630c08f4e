package org.apprentice.core.config;

import java.util.List;
import java.util.stream.Collectors;

/** An experiment cannot be run. The message has one line for each problem. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  ConfigurationException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  ConfigurationException(Problem problem) {
    this(List.of(problem));
  }

  /** All that was found, in the order of the file. */
  public List<Problem> problems() {
    return problems;
  }
}
