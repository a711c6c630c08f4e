package org.apprentice.core.config;

import java.util.Optional;

/**
 * One thing that is wrong with an experiment.
 *
 * @param message what was found, what was expected and how to mend it
 * @param file the file, as it was named, or {@code command line}
 * @param line first line is 1
 * @param conflict whether it is parts that are right by themselves and cannot work together
 */
public record Problem(String message, String file, Optional<Integer> line, boolean conflict) {
  public Problem {
    message = Secrets.hidden(message);
  }

  Problem(String message, String file, Optional<Integer> line) {
    this(message, file, line, false);
  }

  static Problem at(Position position, String message) {
    return new Problem(message, position.source(), position.line());
  }

  static Problem conflictAt(Position position, String message) {
    return new Problem(message, position.source(), position.line(), true);
  }

  /** {@code experiments/cartpole.conf:7: unknown key ...} */
  @Override
  public String toString() {
    return file + line.map(number -> ":" + number).orElse("") + ": " + message;
  }
}
