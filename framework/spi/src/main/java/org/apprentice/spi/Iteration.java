package org.apprentice.spi;

import java.util.List;
import java.util.Map;

/**
 * What one round gave.
 *
 * @param metrics by name {@code group/name}; those under {@code time/} are wall seconds and may
 *     differ between equal runs
 * @param episodes whole episodes that ended in this round, in order of their end
 */
public record Iteration(Map<String, Double> metrics, List<Episode> episodes) {
  /** Undiscounted return of raw rewards, and length in steps. */
  public record Episode(double episodeReturn, int length) {}
}
