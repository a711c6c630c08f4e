package org.apprentice.spi;

import java.util.List;
import java.util.Map;

/**
 * Axes of a sweep, in the order of the experiment file. An axis comes after those that it depends
 * on.
 */
public record SearchSpace(List<Axis> axes) {
  public SearchSpace {
    axes = List.copyOf(axes);
  }

  /**
   * @param key path in the experiment, for example {@code algorithm.clip}. Several axes may have
   *     the same key if no point can have more than one of them.
   * @param distribution of its values
   * @param when the axis is there only in points that have these values (HOCON text by key); empty
   *     for an axis of every point. For example {@code network.hidden} when {@code network} is
   *     {@code lstm}.
   */
  public record Axis(String key, Distribution distribution, Map<String, String> when) {
    public Axis {
      when = Map.copyOf(when);
    }

    /** A choice for every point. */
    public Axis(String key, List<String> values) {
      this(key, new Distribution.Choice(values), Map.of());
    }

    /**
     * @param values of the axes before this one
     */
    public boolean isActive(Map<String, String> values) {
      return values.entrySet().containsAll(when.entrySet());
    }
  }
}
