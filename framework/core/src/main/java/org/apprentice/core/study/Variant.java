package org.apprentice.core.study;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apprentice.core.sweep.Aggregate;

/**
 * What the runs of one variant came to.
 *
 * @param settings of all its runs; without the seed and, with several tasks, without the task's
 * @param differences from the baseline
 * @param byTask finished runs, a list per task in the order of {@link Comparison#tasks}, by seed
 * @param scores raw, by task and run as in {@code byTask}
 * @param aggregates of scores that are comparable across tasks
 * @param ofTasks interquartile mean of the raw scores of each task
 * @param contrast empty for the baseline
 */
public record Variant(
    String name,
    Map<String, String> settings,
    List<Difference> differences,
    List<List<RecordedRun>> byTask,
    double[][] scores,
    Map<Aggregate, Estimate> aggregates,
    List<Estimate> ofTasks,
    Optional<Contrast> contrast,
    Efficiency efficiency,
    Cost cost) {

  /**
   * How soon it learned.
   *
   * @param area mean height of the learning curve over the budget, so that a curve which is at its
   *     final height from the start has that height; raw for a single task, comparable across
   *     several; empty if a run has no curve
   * @param threshold empty if there is none, or not the same for all
   */
  public record Efficiency(Optional<Estimate> area, Optional<ToThreshold> threshold) {}

  /**
   * @param reached how many runs ever did
   * @param of how many
   * @param median progress until then; infinite if fewer than half of the runs did
   */
  public record ToThreshold(int reached, int of, Estimate median) {}

  /**
   * Medians over runs; empty where a run does not know.
   *
   * @param wallSeconds of training, without evaluations
   * @param cpuSeconds of all threads in that time
   * @param stepsPerSecond environment steps per second of training; empty for runs without any
   * @param parameters of the policy's network
   * @param peakMemory of the process, in bytes
   */
  public record Cost(
      double wallSeconds,
      Optional<Double> cpuSeconds,
      Optional<Double> stepsPerSecond,
      Optional<Double> parameters,
      Optional<Double> peakMemory) {}

  /** All finished runs. */
  public List<RecordedRun> runs() {
    return byTask.stream().flatMap(List::stream).toList();
  }

  Variant withContrast(Contrast newContrast) {
    return new Variant(
        name,
        settings,
        differences,
        byTask,
        scores,
        aggregates,
        ofTasks,
        Optional.of(newContrast),
        efficiency,
        cost);
  }

  Estimate aggregate(Aggregate which) {
    return aggregates.get(which);
  }
}
