package org.apprentice.spi;

import java.util.List;

/**
 * What an environment shows to a policy and what it takes from it.
 *
 * @param actionNames what discrete actions mean, such as {@code NOOP} and {@code FIRE}, in their
 *     order; empty where they have no names
 */
public record EnvironmentSpec(
    Space observationSpace, ActionSpace actionSpace, List<String> actionNames) {
  public EnvironmentSpec {
    actionNames = List.copyOf(actionNames);
    if (!actionNames.isEmpty() && actionNames.size() != actionSpace.width()) {
      throw new IllegalArgumentException(
          "there must be a name for each of %s, found %s".formatted(actionSpace, actionNames));
    }
  }

  /** Actions without names. */
  public EnvironmentSpec(Space observationSpace, ActionSpace actionSpace) {
    this(observationSpace, actionSpace, List.of());
  }
}
