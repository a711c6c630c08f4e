package org.apprentice.spi;

import java.util.List;

/** Axes of a sweep, in the order of the experiment file. */
public record SearchSpace(List<Axis> axes) {
  /**
   * @param key path in the experiment, for example {@code algorithm.clip}
   * @param values as HOCON text, for example {@code 0.1} or {@code [64, 64]}
   */
  public record Axis(String key, List<String> values) {}
}
