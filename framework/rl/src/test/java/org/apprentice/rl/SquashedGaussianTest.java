package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.junit.jupiter.api.Test;

class SquashedGaussianTest {
  private static final ActionSpace.Continuous SPACE =
      new ActionSpace.Continuous(new float[] {-2, 0.5f}, new float[] {2, 1.5f});
  private static final int WIDTH = 2;

  /** {@code da / du} of component {@code i} where the action is {@code a}. */
  private static double slope(double action, int i) {
    double half = ((double) SPACE.high()[i] - SPACE.low()[i]) / 2;
    double squashed = (action - SPACE.low()[i]) / half - 1;
    return half * (1 - squashed * squashed);
  }

  private static double density(double action, double mean, double logStd, int i) {
    double half = ((double) SPACE.high()[i] - SPACE.low()[i]) / 2;
    double squashed = (action - SPACE.low()[i]) / half - 1;
    double u = 0.5 * Math.log((1 + squashed) / (1 - squashed));
    double z = (u - mean) / Math.exp(logStd);
    return Math.exp(-0.5 * z * z - logStd) / Math.sqrt(2 * Math.PI) / slope(action, i);
  }

  private static float[][] parameters(Random random, int rows) {
    float[][] parameters = new float[2][rows * WIDTH];
    for (int i = 0; i < rows * WIDTH; i++) {
      parameters[0][i] = (float) random.nextGaussian();
      parameters[1][i] = (float) (random.nextDouble() * 1.5 - 1.5);
    }
    return parameters;
  }

  private static ActionBatch.Continuous actions(Random random, int rows) {
    float[] values = new float[rows * WIDTH];
    for (int i = 0; i < values.length; i++) {
      float low = SPACE.low()[i % WIDTH];
      float high = SPACE.high()[i % WIDTH];
      values[i] = low + (high - low) * (0.02f + 0.96f * random.nextFloat());
    }
    return new ActionBatch.Continuous(values, rows, WIDTH);
  }

  /** The change of variables, and the integral of -p log p by the midpoint rule. */
  @Property(tries = 40)
  void densityAndEntropyFollowTheirDefinitions(
      @ForAll @IntRange(min = 1, max = 3) int rows, @ForAll long seed) {
    Random random = new Random(seed);
    float[][] parameters = parameters(random, rows);
    ActionBatch.Continuous actions = actions(random, rows);
    float[] logProbabilities = new float[rows];
    float[] entropies = new float[rows];
    new SquashedGaussian(SPACE, rows)
        .evaluate(parameters, null, actions, rows, logProbabilities, entropies);
    for (int row = 0; row < rows; row++) {
      double expected = 0;
      double entropy = 0;
      for (int i = 0; i < WIDTH; i++) {
        int at = row * WIDTH + i;
        double mean = parameters[0][at];
        double logStd = parameters[1][at];
        expected += Math.log(density(actions.values()[at], mean, logStd, i));
        entropy += entropy(mean, logStd, i);
      }
      assertThat((double) logProbabilities[row])
          .isCloseTo(expected, within(1e-3 * (1 + Math.abs(expected))));
      assertThat((double) entropies[row]).isCloseTo(entropy, within(1e-3));
    }
  }

  /** {@code -sum p(u) log p(a(u)) du} over the unbounded variable. */
  private static double entropy(double mean, double logStd, int i) {
    double half = ((double) SPACE.high()[i] - SPACE.low()[i]) / 2;
    double deviation = Math.exp(logStd);
    int pieces = 400;
    double step = 16 * deviation / pieces;
    double sum = 0;
    for (int piece = 0; piece < pieces; piece++) {
      double u = mean - 8 * deviation + (piece + 0.5) * step;
      double z = (u - mean) / deviation;
      double logDensity = -0.5 * z * z - logStd - 0.5 * Math.log(2 * Math.PI);
      double logSlope = Math.log(half) - 2 * Math.log(Math.cosh(u));
      sum -= Math.exp(logDensity) * (logDensity - logSlope) * step;
    }
    return sum;
  }

  @Property(tries = 40)
  void gradientEqualsFiniteDifferences(
      @ForAll @IntRange(min = 1, max = 3) int rows,
      @ForAll @DoubleRange(min = 0, max = 0.5) double entropyGradient,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[][] parameters = parameters(random, rows);
    ActionBatch.Continuous actions = actions(random, rows);
    float[] outer = new float[rows];
    for (int row = 0; row < rows; row++) {
      outer[row] = (float) random.nextGaussian();
    }
    SquashedGaussian distribution = new SquashedGaussian(SPACE, rows);
    distribution.evaluate(parameters, null, actions, rows, new float[rows], new float[rows]);
    float[][] gradient = new float[2][rows * WIDTH];
    distribution.gradient(actions, outer, (float) entropyGradient, rows, gradient);
    for (int array = 0; array < 2; array++) {
      for (int i = 0; i < rows * WIDTH; i++) {
        double[] point = {parameters[0][i], parameters[1][i]};
        int element = i % WIDTH;
        double action = actions.values()[i];
        double step = 1e-4;
        double[] sums = new double[2];
        for (int side = 0; side < 2; side++) {
          double[] at = point.clone();
          at[array] += side == 0 ? step : -step;
          sums[side] =
              outer[i / WIDTH] * Math.log(density(action, at[0], at[1], element))
                  + entropyGradient * entropy(at[0], at[1], element);
        }
        double expected = (sums[0] - sums[1]) / (2 * step);
        assertThat((double) gradient[array][i])
            .isCloseTo(expected, within(2e-3 * (1 + Math.abs(expected))));
      }
    }
  }

  @Property(tries = 60)
  void actionsLieWithinTheirBoundsAndAreAsLikelyWhenAskedAgain(
      @ForAll @IntRange(min = 1, max = 5) int rows,
      @ForAll @DoubleRange(min = -3, max = 4) double logStd,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[][] parameters = parameters(random, rows);
    java.util.Arrays.fill(parameters[1], (float) logStd);
    SquashedGaussian distribution = new SquashedGaussian(SPACE, rows);
    ActionBatch.Continuous actions =
        new ActionBatch.Continuous(new float[rows * WIDTH], rows, WIDTH);
    float[] drawn = new float[rows];
    distribution.sample(parameters, null, rows, random, actions, drawn);
    for (int i = 0; i < rows * WIDTH; i++) {
      assertThat(actions.values()[i]).isBetween(SPACE.low()[i % WIDTH], SPACE.high()[i % WIDTH]);
    }
    float[] again = new float[rows];
    distribution.evaluate(parameters, null, actions, rows, again, new float[rows]);
    assertThat(again).containsExactly(drawn);
    for (float value : drawn) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void actionsAtTheBoundsHaveFiniteDensities() {
    float[] logProbabilities = new float[2];
    SquashedGaussian distribution = new SquashedGaussian(SPACE, 2);
    ActionBatch.Continuous actions =
        new ActionBatch.Continuous(new float[] {-2, 1.5f, 2, 0.5f}, 2, WIDTH);
    distribution.evaluate(new float[2][4], null, actions, 2, logProbabilities, new float[2]);
    float[][] gradient = new float[2][4];
    distribution.gradient(actions, new float[] {1, 1}, 0.1f, 2, gradient);
    for (float[] values : new float[][] {logProbabilities, gradient[0], gradient[1]}) {
      for (float value : values) {
        assertThat(value).isFinite();
      }
    }
  }

  @Test
  void modeIsTheSquashedMean() {
    ActionBatch.Continuous actions = new ActionBatch.Continuous(new float[2], 1, WIDTH);
    new SquashedGaussian(SPACE, 1).mode(new float[][] {{0.5f, -1}, {0, 0}}, null, 1, actions);
    assertThat(actions.values())
        .containsExactly(
            new float[] {2 * (float) Math.tanh(0.5), 1 + 0.5f * (float) Math.tanh(-1)},
            within(1e-6f));
  }

  @Test
  void infiniteBoundsAreRefused() {
    ActionSpace.Continuous unbounded =
        new ActionSpace.Continuous(new float[] {-1}, new float[] {Float.POSITIVE_INFINITY});
    assertThatThrownBy(() -> new SquashedGaussian(unbounded, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "actions = squash needs actions between finite bounds, found [-1.0, Infinity]; use"
                + " actions = clip");
  }
}
