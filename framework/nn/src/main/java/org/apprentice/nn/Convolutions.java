package org.apprentice.nn;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What computes image layers. The fastest that loads on this machine is chosen once; the system
 * property {@code apprentice.convolutions} ({@code onednn} or {@code nd4j}) chooses another, for
 * tests and benchmarks.
 */
public enum Convolutions {
  /** oneDNN's primitives, called directly. */
  ONEDNN,
  /** ND4J's operations; several times slower. */
  ND4J;

  /** Name of the system property that chooses. */
  public static final String PROPERTY = "apprentice.convolutions";

  /** What is in use. */
  public static Convolutions selected() {
    return Selection.CHOICE;
  }

  /** One line for a person: what is in use, and why nothing faster. */
  public static String describe() {
    if (Selection.CHOICE == ONEDNN) {
      return OneDnn.describe();
    }
    return "nd4j" + (ONEDNN.available() ? "" : "; oneDNN, which is faster: " + OneDnn.problem());
  }

  /** Whether it works on this machine. */
  public boolean available() {
    return this == ND4J || OneDnn.problem() == null;
  }

  /** Why it cannot compute in this precision here; empty if it can. */
  Optional<String> limit(Precision precision) {
    if (precision == Precision.F32) {
      return Optional.empty();
    }
    if (this != ONEDNN) {
      return Optional.of(
          "precision = bf16 needs oneDNN, but convolutions are computed by nd4j here; set precision = f32");
    }
    return OneDnn.hasBfloat16()
        ? Optional.empty()
        : Optional.of(
            "precision = bf16 needs a CPU with AVX-512 BF16 (avx512_bf16), but this one has "
                + OneDnn.instructionSet()
                + "; set precision = f32");
  }

  /** How many of a torso's first layers it computes together, given that the first sees images. */
  int prefix(List<Architecture.Layer> layers) {
    int count = 0;
    while (count < layers.size() && ImageTorso.isImageLayer(layers.get(count))) {
      count++;
    }
    if (count < layers.size() && layers.get(count) instanceof ImageLayer.Flatten) {
      count++;
    }
    if (this == ONEDNN) {
      if (count < layers.size() && layers.get(count) instanceof Architecture.Layer.JoinActions) {
        count++;
      }
      while (count < layers.size() && layers.get(count) instanceof Architecture.Layer.Dense) {
        count++;
      }
    }
    return count;
  }

  private static Convolutions choose(String name) {
    if (name == null) {
      return ONEDNN.available() ? ONEDNN : ND4J;
    }
    for (Convolutions choice : values()) {
      if (choice.name().toLowerCase(Locale.ROOT).equals(name)) {
        return choice;
      }
    }
    throw new IllegalArgumentException(
        "system property " + PROPERTY + " must be onednn or nd4j, found '" + name + "'");
  }

  /** Chosen on first use. */
  private static final class Selection {
    static final Convolutions CHOICE = choose(System.getProperty(PROPERTY));
  }
}
