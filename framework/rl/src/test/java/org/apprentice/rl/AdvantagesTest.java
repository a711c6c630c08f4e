package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Rollout;
import org.junit.jupiter.api.Test;

class AdvantagesTest {
  private static final EnvironmentSpec SPEC =
      new EnvironmentSpec(BoxSpace.unbounded(1), new ActionSpace.Discrete(2));

  /** Rewards 10, 20, 30, values 1, 2, 3 and a value of 4 after the last step. */
  private static Rollout threeSteps() {
    Rollout rollout = Rollout.allocate(SPEC, 3, 1, 0, false);
    for (int step = 0; step < 3; step++) {
      rollout.rewards()[step] = 10 * (step + 1);
      rollout.values()[step] = step + 1;
    }
    rollout.lastValues()[0] = 4;
    return rollout;
  }

  private static float[] advantages(Rollout rollout, double gamma, double lambda) {
    float[] advantages = new float[rollout.rows()];
    Advantages.estimate(
        rollout, rollout.rewards(), gamma, lambda, advantages, new float[rollout.rows()]);
    return advantages;
  }

  @Test
  void lambdaZeroIsTheOneStepTemporalDifference() {
    assertThat(advantages(threeSteps(), 0.5, 0))
        .containsExactly(10 + 0.5f * 2 - 1, 20 + 0.5f * 3 - 2, 30 + 0.5f * 4 - 3);
  }

  @Test
  void lambdaOneIsTheDiscountedReturnLessTheValue() {
    float[] advantages = advantages(threeSteps(), 0.5, 1);
    assertThat(advantages[2]).isEqualTo(30 + 0.5f * 4 - 3);
    assertThat(advantages[1]).isEqualTo(20 + 0.5f * 30 + 0.25f * 4 - 2);
    assertThat(advantages[0]).isEqualTo(10 + 0.5f * 20 + 0.25f * 30 + 0.125f * 4 - 1);
  }

  @Test
  void laterDifferencesDecayByGammaTimesLambda() {
    // differences 10, 19.5 and 29, decay 0.25
    assertThat(advantages(threeSteps(), 0.5, 0.5))
        .containsExactly(10 + 0.25f * (19.5f + 0.25f * 29), 19.5f + 0.25f * 29, 29);
  }

  @Test
  void returnsAreAdvantagesPlusValues() {
    float[] returns = new float[3];
    Rollout rollout = threeSteps();
    Advantages.estimate(rollout, rollout.rewards(), 0.5, 0.5, new float[3], returns);
    assertThat(returns).containsExactly(16.6875f + 1, 26.75f + 2, 29 + 3);
  }

  @Test
  void terminationHasNoValueBeyondIt() {
    Rollout rollout = threeSteps();
    rollout.terminated()[1] = true;
    rollout.finalValues()[1] = 1000;
    assertThat(advantages(rollout, 0.5, 0.5)).containsExactly(10 + 0.25f * 18, 20 - 2, 29);
  }

  @Test
  void truncationBootstrapsFinalValue() {
    Rollout rollout = threeSteps();
    rollout.truncated()[1] = true;
    rollout.finalValues()[1] = 8;
    assertThat(advantages(rollout, 0.5, 0.5))
        .containsExactly(10 + 0.25f * 22, 20 + 0.5f * 8 - 2, 29);
  }

  @Test
  void truncationAtTheLastStepIgnoresTheNextEpisode() {
    Rollout rollout = threeSteps();
    rollout.truncated()[2] = true;
    rollout.finalValues()[2] = 6;
    rollout.lastValues()[0] = 1000;
    assertThat(advantages(rollout, 0.5, 0.5)[2]).isEqualTo(30 + 0.5f * 6 - 3);
  }

  @Test
  void stepThatReachesBothTheGoalAndTheLimitIsTerminated() {
    Rollout rollout = threeSteps();
    rollout.terminated()[2] = true;
    rollout.truncated()[2] = true;
    rollout.finalValues()[2] = 1000;
    assertThat(advantages(rollout, 0.5, 0.5)[2]).isEqualTo(30 - 3);
  }

  @Test
  void givenRewardsReplaceThoseOfTheRollout() {
    float[] advantages = new float[3];
    Advantages.estimate(threeSteps(), new float[] {1, 1, 1}, 0.5, 0, advantages, new float[3]);
    assertThat(advantages).containsExactly(1, 0.5f, 0);
  }

  /** Schulman et al. 2016, equation 16, term by term in double precision. */
  @Property(tries = 200)
  void equalsTheSumOfDiscountedDifferences(
      @ForAll @IntRange(min = 1, max = 40) int length,
      @ForAll @IntRange(min = 1, max = 4) int copies,
      @ForAll @DoubleRange(min = 0, max = 1) double gamma,
      @ForAll @DoubleRange(min = 0, max = 1) double lambda,
      @ForAll @DoubleRange(min = 0, max = 0.5) double endRate,
      @ForAll long seed) {
    Rollout rollout = random(length, copies, endRate, new Random(seed));
    float[] advantages = new float[rollout.rows()];
    float[] returns = new float[rollout.rows()];
    Advantages.estimate(rollout, rollout.rewards(), gamma, lambda, advantages, returns);
    for (int step = 0; step < length; step++) {
      for (int copy = 0; copy < copies; copy++) {
        int row = step * copies + copy;
        double expected = sumOfDifferences(rollout, step, copy, gamma, lambda);
        double tolerance = 1e-5 * (1 + Math.abs(expected)) + 1e-4;
        assertThat((double) advantages[row]).isCloseTo(expected, within(tolerance));
        assertThat((double) returns[row])
            .isCloseTo(expected + rollout.values()[row], within(tolerance));
      }
    }
  }

  private static Rollout random(int length, int copies, double endRate, Random random) {
    Rollout rollout = Rollout.allocate(SPEC, length, copies, 0, false);
    for (int row = 0; row < rollout.rows(); row++) {
      rollout.rewards()[row] = (float) random.nextGaussian();
      rollout.values()[row] = (float) random.nextGaussian();
      rollout.terminated()[row] = random.nextDouble() < endRate;
      rollout.truncated()[row] = random.nextDouble() < endRate;
      rollout.finalValues()[row] = (float) random.nextGaussian();
    }
    for (int copy = 0; copy < copies; copy++) {
      rollout.lastValues()[copy] = (float) random.nextGaussian();
    }
    return rollout;
  }

  private static double sumOfDifferences(
      Rollout rollout, int start, int copy, double gamma, double lambda) {
    int copies = rollout.copies();
    double sum = 0;
    for (int step = start; step < rollout.length(); step++) {
      int row = step * copies + copy;
      double next;
      if (rollout.terminated()[row]) {
        next = 0;
      } else if (rollout.truncated()[row]) {
        next = rollout.finalValues()[row];
      } else if (step == rollout.length() - 1) {
        next = rollout.lastValues()[copy];
      } else {
        next = rollout.values()[row + copies];
      }
      double difference = rollout.rewards()[row] + gamma * next - rollout.values()[row];
      sum += Math.pow(gamma * lambda, step - start) * difference;
      if (rollout.terminated()[row] || rollout.truncated()[row]) {
        break;
      }
    }
    return sum;
  }

  @Test
  void explainedVarianceIsOneForPerfectValues() {
    float[] returns = {1, 2, 4};
    assertThat(Advantages.explainedVariance(returns, returns, 3)).isEqualTo(1);
  }

  @Test
  void explainedVarianceIsZeroForTheSameValueEverywhere() {
    assertThat(Advantages.explainedVariance(new float[] {7, 7, 7}, new float[] {1, 2, 6}, 3))
        .isZero();
  }

  @Test
  void explainedVarianceIsNegativeForValuesWorseThanTheMean() {
    // errors 2, 0, -2 have four times the variance of the returns
    assertThat(Advantages.explainedVariance(new float[] {1, 2, 3}, new float[] {3, 2, 1}, 3))
        .isEqualTo(-3);
  }

  @Test
  void explainedVarianceOfConstantReturnsIsUndefined() {
    assertThat(Advantages.explainedVariance(new float[] {1, 2}, new float[] {3, 3}, 2)).isNaN();
  }
}
