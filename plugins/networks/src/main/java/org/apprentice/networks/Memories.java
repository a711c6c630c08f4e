package org.apprentice.networks;

import java.util.Optional;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Space;

/** What all recurrent networks here refuse. */
final class Memories {
  private Memories() {}

  static Optional<String> conflict(String name, Space observationSpace) {
    return observationSpace instanceof ImageSpace
        ? Optional.of(
            "network %s takes vectors, but the observation is a %s; put a network for images before it,"
                    .formatted(name, observationSpace)
                + " as in network { torso = cnn, memory = "
                + (name.equals("mlpgru") ? "gru" : name)
                + " }")
        : Optional.empty();
  }
}
