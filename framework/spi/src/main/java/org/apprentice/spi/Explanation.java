package org.apprentice.spi;

import java.util.OptionalDouble;

/**
 * What a policy thought of one observation, for people who watch it.
 *
 * @param probabilities how likely each numbered action was, {@code [actions]}; empty where actions
 *     are real vectors, and where a policy does not say
 * @param value estimated discounted return from the observation; empty without such an estimate
 */
public record Explanation(float[] probabilities, OptionalDouble value) {
  /** Of a policy that says nothing. */
  public static final Explanation NONE = new Explanation(new float[0], OptionalDouble.empty());
}
