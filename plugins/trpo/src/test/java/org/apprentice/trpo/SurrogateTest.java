package org.apprentice.trpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.apprentice.spi.ActionBatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objective, divergence and gradient against {@link ReferencePolicy}. */
@Tag("own-kernels")
class SurrogateTest {
  private static final double ENTROPY = 0.05;

  private final TrpoConfig config =
      Trial.DEFAULTS.with(
          "rollout-length = " + Case.LENGTH, "sequence-length = 4", "entropy = " + ENTROPY);

  /** In few batches and in many: the sums are over all of them. */
  @ParameterizedTest
  @CsvSource({
    "CATEGORICAL, 100",
    "CATEGORICAL, 5",
    "MASKED, 1",
    "GAUSSIAN, 100",
    "GAUSSIAN, 7",
    "RECURRENT_CATEGORICAL, 100",
    "RECURRENT_CATEGORICAL, 9",
    "RECURRENT_GAUSSIAN, 100",
    "RECURRENT_GAUSSIAN, 1"
  })
  void objectiveDivergenceAndGradientAreThoseOfTheReference(Case.Kind kind, int batchRows) {
    Case small = new Case(kind);
    float[] advantages = small.advantages();
    Surrogate surrogate = new Surrogate(config, small.policy, Case.COPIES, batchRows);
    double[] old = small.parameters();
    float[] gradient = new float[old.length];
    surrogate.begin(small.rollout, small.rollout.observations(), advantages, gradient);
    assertThat(surrogate.kl()).isZero();
    assertThat(surrogate.objective()).isCloseTo(objective(small, old, advantages), within(1e-5));
    for (int i = 0; i < old.length; i++) {
      double step = 1e-5;
      double[] up = old.clone();
      up[i] += step;
      double[] down = old.clone();
      down[i] -= step;
      double expected =
          (objective(small, up, advantages) - objective(small, down, advantages)) / (2 * step);
      assertThat((double) gradient[i]).as("%d", i).isCloseTo(expected, within(2e-5));
    }

    for (int round = 0; round < 3; round++) {
      float[] direction = small.direction();
      float[] parameters = small.policy.network().parameters();
      for (int i = 0; i < direction.length; i++) {
        parameters[small.policy.policyParameters().from() + i] += 0.1f * direction[i];
      }
      small.policy.network().parametersChanged();
      surrogate.evaluate();
      double[] moved = small.parameters();
      double divergence = small.reference.divergence(old, moved, small.sequences(config, 1));
      assertThat(divergence).isGreaterThan(1e-3);
      assertThat(surrogate.kl()).isCloseTo(divergence, within(1e-5 * Math.max(1, divergence)));
      assertThat(surrogate.objective())
          .isCloseTo(objective(small, moved, advantages), within(1e-5));
    }
  }

  /** {@code mean(ratio A) + c mean(H)}. */
  private double objective(Case small, double[] parameters, float[] advantages) {
    List<int[]> rows = small.sequenceRows(config, 1);
    ReferencePolicy.Sequence[] sequences = small.sequences(config, 1);
    double sum = 0;
    for (int i = 0; i < sequences.length; i++) {
      double[][] outputs = small.reference.outputs(parameters, sequences[i]);
      for (int step = 0; step < outputs.length; step++) {
        int row = rows.get(i)[step];
        double logProbability = small.reference.logProbability(outputs[step], action(small, row));
        sum +=
            Math.exp(logProbability - small.rollout.logProbabilities()[row]) * advantages[row]
                + ENTROPY * small.reference.entropy(outputs[step]);
      }
    }
    return sum / Case.ROWS;
  }

  private static double[] action(Case small, int row) {
    if (small.rollout.actions() instanceof ActionBatch.Discrete discrete) {
      return new double[] {discrete.values()[row]};
    }
    float[] values = ((ActionBatch.Continuous) small.rollout.actions()).values();
    return new double[] {values[2 * row], values[2 * row + 1]};
  }
}
