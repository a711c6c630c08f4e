package org.apprentice.spi;

import java.util.List;

/**
 * What an algorithm needs of a network.
 *
 * @param observationSpace the main input
 * @param actionWidth width of a second input that is joined to the torso's output (for image
 *     torsos) or to the observation (for vectors); 0 for none
 * @param heads linear outputs, in this order
 * @param seed of the initial parameters
 * @param threads how many threads a large batch may be split over; results are bit-identical for
 *     the same number
 */
public record NetworkSpec(
    Space observationSpace, int actionWidth, List<Head> heads, long seed, int threads) {
  /**
   * @param name {@code policy}, {@code value}, {@code logit}, ...
   * @param width number of outputs
   * @param gain scale of the head's initial weights (orthogonal gain, or the row norm for normc)
   */
  public record Head(String name, int width, double gain) {}
}
