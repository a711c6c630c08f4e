package org.apprentice.core.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * All trials of an experiment file: its variants, times its sweep points, times its seeds. A
 * sampler that learns from scores proposes its points in batches: then these are the trials up to
 * the last batch, and {@link #next} gives more.
 *
 * @param file the experiment file
 * @param name the experiment's name
 * @param trials the baseline first, then variants, points and seeds in the order of the file;
 *     earlier batches first. Trials that turn out to be the same have the same {@link Trial#key()}:
 *     run each key once.
 * @param excluded how many points the rules of {@code sweep.exclude} have dropped
 * @param continuation behind {@link #next}
 */
public record Study(
    Path file, String name, List<Trial> trials, int excluded, Continuation continuation) {
  /** What the sampler makes of the scores. */
  @FunctionalInterface
  public interface Continuation {
    Optional<Study> next(ToDoubleFunction<Trial> score);
  }

  /**
   * This study with the trials of the next batch behind its own; empty if there are no more. The
   * same scores give the same trials, so a study that was interrupted is continued by beginning
   * anew. To be called once on each study, after all its trials.
   *
   * @param score of a trial; larger is better, NaN for a failed one
   */
  public Optional<Study> next(ToDoubleFunction<Trial> score) {
    return continuation.next(score);
  }
}
