package org.apprentice.spi;

/**
 * What a policy did: {@code length} steps of {@code copies} environments, time-major (row {@code t
 * * copies + c}). Observations are raw. Owned by its collector and reused.
 *
 * @param observations {@code [length x copies]} rows
 * @param episodeStarts the row's observation is the first of an episode
 * @param terminated the row's step ended the task
 * @param truncated the row's step ended the episode by a limit
 * @param logProbabilities of the actions, when they were drawn
 * @param values of the observations, when the actions were drawn
 * @param finalValues value of the final observation where {@code truncated}, else 0
 * @param lastValues {@code [copies]}, value of the observation after the last step
 * @param memories {@code [rows x stateWidth]}, carried state of the policy before the row's step,
 *     as it was before a reset at an episode's start: a sequence of rows may begin anywhere
 * @param actionMasks {@code [rows x actions]}, which actions were allowed; null where every action
 *     always was
 */
public record Rollout(
    int length,
    int copies,
    ObservationBatch observations,
    ActionBatch actions,
    float[] rewards,
    boolean[] episodeStarts,
    boolean[] terminated,
    boolean[] truncated,
    float[] logProbabilities,
    float[] values,
    float[] finalValues,
    float[] lastValues,
    float[] memories,
    boolean[] actionMasks) {

  /**
   * Stacks of frames share their frames (see {@link ObservationBatch.SharedFrames}).
   *
   * @param masked whether the environment has action masks
   */
  public static Rollout allocate(
      EnvironmentSpec spec, int length, int copies, int stateWidth, boolean masked) {
    int rows = length * copies;
    return new Rollout(
        length,
        copies,
        observations(spec.observationSpace(), rows, copies),
        ActionBatch.allocate(spec.actionSpace(), rows),
        new float[rows],
        new boolean[rows],
        new boolean[rows],
        new boolean[rows],
        new float[rows],
        new float[rows],
        new float[rows],
        new float[copies],
        new float[rows * stateWidth],
        masked ? new boolean[rows * spec.actionSpace().width()] : null);
  }

  private static ObservationBatch observations(Space space, int rows, int copies) {
    return space instanceof ImageSpace image && image.channels() > 1
        ? new ObservationBatch.SharedFrames(
            rows, image.channels(), image.rows() * image.columns(), copies)
        : ObservationBatch.allocate(space, rows);
  }

  /** Forgets what was observed, before it is filled again. */
  public void clear() {
    if (observations instanceof ObservationBatch.SharedFrames frames) {
      frames.clear();
    }
  }

  public int rows() {
    return length * copies;
  }
}
