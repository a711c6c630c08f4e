package org.apprentice.core.plugin;

import java.util.Arrays;
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
    return known.stream()
        .filter(candidate -> similarity(name, candidate) >= LEAST_SIMILARITY)
        .max(Comparator.comparingDouble(candidate -> similarity(name, candidate)));
  }

  /** Jaro-Winkler, which does not see that two letters of a short name changed places. */
  private static double similarity(String name, String candidate) {
    boolean sameLetters = Arrays.equals(letters(name), letters(candidate));
    return sameLetters ? 1 : new JaroWinklerSimilarity().apply(name, candidate);
  }

  private static int[] letters(String name) {
    return name.chars().sorted().toArray();
  }

  /** {@code "; did you mean mlp?"}, or nothing. */
  public static String question(String name, Collection<String> known) {
    return closest(name, known).map(found -> "; did you mean " + found + "?").orElse("");
  }
}
