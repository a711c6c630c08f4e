package org.apprentice.core.config;

import java.util.Map;

/**
 * A generated variant that is left out, at a sweep point, for its parts cannot work together.
 *
 * @param point HOCON text by key; empty without a sweep
 * @param reason in one line
 */
public record Incompatible(String variant, Map<String, String> point, String reason) {
  /** {@code network=gru: network gru does not work with ...} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(variant);
    point.forEach((key, value) -> text.append(' ').append(key).append('=').append(value));
    return text.append(": ").append(reason).toString();
  }
}
