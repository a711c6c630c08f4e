package org.apprentice.core.trial;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run's files tell, as tags, so that every tracking store knows it too: {@value #RESULT}, a
 * {@link TrialResult} as JSON, and {@value #MEMBERSHIPS}, a list of {@link Membership}s as JSON.
 */
final class RunTags {
  static final String RESULT = "apprentice.result";
  static final String MEMBERSHIPS = "apprentice.memberships";

  /** Longest value of a tag that all versions of MLflow keep whole. */
  static final int LONGEST = 5000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private RunTags() {}

  /** Without its warnings if these are too long; empty if it is still too long. */
  static Optional<String> text(TrialResult result) {
    return fitting(result).or(() -> fitting(result.withoutWarnings()));
  }

  /** As many as fit, the first ones first; empty if there are none. */
  static Optional<String> text(List<Membership> memberships) {
    for (int count = memberships.size(); count > 0; count--) {
      Optional<String> text = fitting(memberships.subList(0, count));
      if (text.isPresent()) {
        return text;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> fitting(Object value) {
    try {
      return Optional.of(JSON.writeValueAsString(value)).filter(it -> it.length() <= LONGEST);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON for " + value, e);
    }
  }

  /** Empty if the tag is missing or holds something else. */
  static Optional<TrialResult> result(Map<String, String> tags) {
    return read(tags.get(RESULT), new TypeReference<TrialResult>() {});
  }

  /**
   * If the tag is missing or holds something else, the tags {@code study} and {@code variant} tell
   * of the study that trained the run, as those of earlier versions do.
   */
  static List<Membership> memberships(Map<String, String> tags) {
    return read(tags.get(MEMBERSHIPS), new TypeReference<List<Membership>>() {})
        .orElseGet(
            () ->
                tags.containsKey("study") && tags.containsKey("variant")
                    ? List.of(
                        new Membership(tags.get("study"), tags.get("variant"), Map.of(), false))
                    : List.of());
  }

  private static <T> Optional<T> read(String text, TypeReference<T> type) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(JSON.readValue(text, type));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
