package org.apprentice.spi;

/** What an environment shows to a policy and what it takes from it. */
public record EnvironmentSpec(Space observationSpace, ActionSpace actionSpace) {}
