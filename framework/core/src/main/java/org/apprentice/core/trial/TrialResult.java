package org.apprentice.core.trial;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.apprentice.spi.ProgressUnit;

/**
 * How a trial ended.
 *
 * @param progress what was done of the budget, in {@code unit}
 * @param environmentSteps steps taken in the training environments
 * @param trainingSeconds wall seconds of training, without evaluations and what was done twice
 * @param episodes of the final evaluation
 * @param meanReturn undiscounted raw return per evaluation episode
 * @param standardDeviation of these returns
 * @param threshold that counts as solved; null if none is set
 * @param solved whether the final evaluation reached it; null if none is set
 * @param solvedAt progress at the first evaluation that reached it; null if none did
 * @param expertReturn mean return of the demonstrations; null without any
 * @param budget most that {@code progress} could have come to; null in runs of older versions
 * @param cost what training took; null in runs of older versions
 * @param warnings what should be known before this is trusted, a sentence each
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrialResult(
    long progress,
    ProgressUnit unit,
    long environmentSteps,
    double trainingSeconds,
    int episodes,
    double meanReturn,
    double standardDeviation,
    double minimumReturn,
    double maximumReturn,
    Double threshold,
    Boolean solved,
    Long solvedAt,
    Double expertReturn,
    Long budget,
    Cost cost,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {
  /**
   * @param cpuSeconds of all threads of the process, spent in {@code trainingSeconds}; null if a
   *     part is unknown
   * @param parameters how many numbers the policy's network holds; null if it has none
   * @param peakMemory most resident memory of the process, in bytes; null where the system does not
   *     tell
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Cost(Double cpuSeconds, Long parameters, Long peakMemory) {}

  public TrialResult {
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
  }

  TrialResult withoutWarnings() {
    return new TrialResult(
        progress,
        unit,
        environmentSteps,
        trainingSeconds,
        episodes,
        meanReturn,
        standardDeviation,
        minimumReturn,
        maximumReturn,
        threshold,
        solved,
        solvedAt,
        expertReturn,
        budget,
        cost,
        List.of());
  }
}
