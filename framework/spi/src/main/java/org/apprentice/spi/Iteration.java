package org.apprentice.spi;

import java.util.List;
import java.util.Map;

/**
 * What one round gave.
 *
 * @param metrics by name {@code group/name}; those under {@code time/} are wall seconds and may
 *     differ between equal runs
 * @param episodes whole episodes that ended in this round, in order of their end
 * @param warnings what a person should know before trusting the result, a sentence each; repeating
 *     one changes nothing
 */
public record Iteration(
    Map<String, Double> metrics, List<Episode> episodes, List<String> warnings) {
  /** Without warnings. */
  public Iteration(Map<String, Double> metrics, List<Episode> episodes) {
    this(metrics, episodes, List.of());
  }

  /** Undiscounted return of raw rewards, and length in steps. */
  public record Episode(double episodeReturn, int length) {}
}
