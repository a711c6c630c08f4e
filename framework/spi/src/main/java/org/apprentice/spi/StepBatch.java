package org.apprentice.spi;

/**
 * The outcome of one step of all copies; owned by the caller and reused. Every array has one
 * element (or row) per copy.
 *
 * @param observations what the policy sees next; after an episode's end, the first observation of
 *     the next episode
 * @param rewards reward of this step, as the policy shall learn from it (a wrapper may have clipped
 *     it)
 * @param terminated the task itself ended: no value beyond this step
 * @param truncated a limit ended the episode: the value of the final observation counts
 * @param finalObservations rows are valid where {@code terminated} or {@code truncated}
 * @param episodeEnded a whole episode (a game, not a life) ended with this step
 * @param episodeReturn undiscounted sum of raw rewards of that episode; valid where {@code
 *     episodeEnded}
 * @param episodeLength steps of that episode; valid where {@code episodeEnded}
 */
public record StepBatch(
    ObservationBatch observations,
    float[] rewards,
    boolean[] terminated,
    boolean[] truncated,
    ObservationBatch finalObservations,
    boolean[] episodeEnded,
    double[] episodeReturn,
    int[] episodeLength) {

  public static StepBatch allocate(Space observationSpace, int copies) {
    return new StepBatch(
        ObservationBatch.allocate(observationSpace, copies),
        new float[copies],
        new boolean[copies],
        new boolean[copies],
        ObservationBatch.allocate(observationSpace, copies),
        new boolean[copies],
        new double[copies],
        new int[copies]);
  }
}
