package org.apprentice.core.trial;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.apprentice.core.config.Trial;

/**
 * The place of a run in a study. A run has several when studies share a trial.
 *
 * @param study name of the experiment
 * @param variant {@code baseline} or the name of the variant
 * @param point HOCON text by key of the sweep point, without the seed
 * @param control whether it has to fail there where the study's claim holds
 */
public record Membership(
    String study,
    String variant,
    Map<String, String> point,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean control) {
  public Membership {
    if (study == null || variant == null || point == null) {
      throw new IllegalArgumentException("a membership needs study, variant and point");
    }
  }

  /** Of a trial in the study that its experiment file stands for. */
  public static Membership of(Trial trial) {
    return new Membership(
        trial.experiment().name(), trial.variant(), trial.point(), trial.experiment().control());
  }

  /** The variant and the point in words; {@code baseline} if neither changes anything. */
  public String label() {
    StringBuilder label = new StringBuilder();
    if (point.isEmpty() || !variant.equals(Trial.BASELINE)) {
      label.append(variant);
    }
    point.forEach(
        (key, value) ->
            label.append(label.isEmpty() ? "" : " ").append(key).append('=').append(value));
    return label.toString();
  }
}
