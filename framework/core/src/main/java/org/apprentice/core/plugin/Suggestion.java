package org.apprentice.core.plugin;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/** The name that was probably meant. */
public final class Suggestion {
  /** Below this two names share too little for a guess to help. */
  private static final double LEAST_SIMILARITY = 0.75;

  private Suggestion() {}

  /** The most similar of {@code known}, if any is similar enough. */
  public static Optional<String> closest(String name, Collection<String> known) {
    JaroWinklerSimilarity similarity = new JaroWinklerSimilarity();
    return known.stream()
        .filter(candidate -> similarity.apply(name, candidate) >= LEAST_SIMILARITY)
        .max(Comparator.comparingDouble(candidate -> similarity.apply(name, candidate)));
  }

  /** {@code "; did you mean mlp?"}, or nothing. */
  public static String question(String name, Collection<String> known) {
    return closest(name, known).map(found -> "; did you mean " + found + "?").orElse("");
  }
}
