package org.apprentice.spi;

/**
 * What a policy sees of the copies it acts in, before one step of them. The arrays are the
 * caller's, who fills them anew for each step; the record itself can be made once.
 *
 * @param observations one row per copy
 * @param episodeStarts {@code [copies]}, copies that begin an episode with this observation
 * @param actionMask {@code [copies x actions]}, false for an action that is not allowed now; null
 *     where every action always is
 */
public record PolicyInput(
    ObservationBatch observations, boolean[] episodeStarts, boolean[] actionMask) {
  /** Where every action is allowed. */
  public static PolicyInput of(ObservationBatch observations, boolean[] episodeStarts) {
    return new PolicyInput(observations, episodeStarts, null);
  }
}
