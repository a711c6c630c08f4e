package org.apprentice.core.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apprentice.rl.demonstrations.DemonstrationSource;

/**
 * One training, resolved.
 *
 * @param experiment what the trial's file, variant, point and overrides come to
 * @param variant {@code baseline} or the name of the variant
 * @param point HOCON text by key of the sweep point, in the order of the axes, without the seed;
 *     empty without a sweep
 * @param key identifies what is computed: equal keys, equal results. 16 hexadecimal digits.
 * @param resolved HOCON that composes to this trial again, with the same key
 * @param parameters what is logged: every bound value as text by path, in the order of {@code
 *     resolved}
 * @param experts trials that must be finished before this one, by the path in {@link
 *     DemonstrationSource#expert()}
 */
public record Trial(
    Experiment experiment,
    String variant,
    Map<String, String> point,
    String key,
    String resolved,
    Map<String, String> parameters,
    Map<Path, Trial> experts) {
  /** The variant that changes nothing. */
  public static final String BASELINE = "baseline";

  /** The same training at another place of a study. */
  Trial as(String newVariant, Map<String, String> newPoint) {
    return new Trial(experiment, newVariant, newPoint, key, resolved, parameters, experts);
  }

  /** The trials whose policies this trial learns from. */
  public List<Trial> prerequisites() {
    return List.copyOf(experts.values());
  }

  /**
   * The trial whose policy is recorded for {@code source}.
   *
   * @throws IllegalArgumentException if the source names no expert of this trial
   */
  public Trial expert(DemonstrationSource source) {
    Trial expert = source.expert().map(experts::get).orElse(null);
    if (expert == null) {
      throw new IllegalArgumentException("not an expert of trial " + key + ": " + source);
    }
    return expert;
  }
}
