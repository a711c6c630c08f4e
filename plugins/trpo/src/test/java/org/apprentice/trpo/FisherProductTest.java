package org.apprentice.trpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products against the whole Fisher matrix of {@link ReferencePolicy}. */
class FisherProductTest {
  @ParameterizedTest
  @CsvSource({
    "CATEGORICAL, 1, 0",
    "CATEGORICAL, 5, 0.1",
    "MASKED, 1, 0",
    "GAUSSIAN, 1, 0.1",
    "GAUSSIAN, 2, 0",
    // sequences of 4 steps and, filled up, of 2
    "RECURRENT_CATEGORICAL, 1, 0",
    "RECURRENT_CATEGORICAL, 3, 0.1",
    "RECURRENT_GAUSSIAN, 1, 0.1"
  })
  void productsAreThoseOfTheExplicitMatrix(Case.Kind kind, int every, double damping) {
    Case small = new Case(kind);
    TrpoConfig config =
        Trial.DEFAULTS.with(
            "rollout-length = " + Case.LENGTH,
            "sequence-length = 4",
            "fisher-subsample = " + every,
            "damping = " + damping);
    double[][] matrix = small.reference.fisher(small.parameters(), small.sequences(config, every));
    FisherProduct product =
        new FisherProduct(config, small.policy, Case.COPIES, small.sequences(config, 1).length);
    product.begin(small.rollout, small.rollout.observations());
    int size = matrix.length;
    float[] column = new float[size];
    double largest = 0;
    for (int j = 0; j < size; j++) {
      float[] unit = new float[size];
      unit[j] = 1;
      product.multiply(unit, column);
      for (int i = 0; i < size; i++) {
        double expected = matrix[i][j] + (i == j ? damping : 0);
        assertThat((double) column[i])
            .as("%d, %d", i, j)
            .isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
        largest = Math.max(largest, Math.abs(expected));
      }
    }
    assertThat(largest).isGreaterThan(0.05);
  }
}
