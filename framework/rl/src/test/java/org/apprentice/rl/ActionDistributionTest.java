package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.junit.jupiter.api.Test;

class ActionDistributionTest {
  /** Samples that a bound on frequencies and moments is stated for. */
  private static final int DRAWS = 200_000;

  private static final double HALF_LOG_TWO_PI = 0.9189385332046727;

  private static ActionSpace.Continuous continuous(int width) {
    return new ActionSpace.Continuous(new float[width], new float[width]);
  }

  private static float[] uniform(Random random, int size, double range) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * range);
    }
    return values;
  }

  private static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  @Test
  void kindFollowsTheActionSpace() {
    assertThat(ActionDistribution.of(new ActionSpace.Discrete(3), 1).parameterNames())
        .containsExactly("policy");
    assertThat(ActionDistribution.of(continuous(2), 1).parameterNames())
        .containsExactly("policy", "log-std");
  }

  // ---- categorical

  private static double logProbability(double[] logits, int offset, int n, int action) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.exp(logits[offset + i] - logits[offset + action]);
    }
    return -Math.log(sum);
  }

  private static double entropy(double[] logits, int offset, int n) {
    double entropy = 0;
    for (int i = 0; i < n; i++) {
      double logProbability = logProbability(logits, offset, n, i);
      entropy -= Math.exp(logProbability) * logProbability;
    }
    return entropy;
  }

  @Test
  void frequenciesAreTheProbabilities() {
    float[] probabilities = {0.05f, 0.6f, 0.25f, 0.1f};
    float[] logits = new float[DRAWS * 4];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i % 4]) + 3;
    }
    ActionBatch.Discrete actions = new ActionBatch.Discrete(new int[DRAWS]);
    new Categorical(4, DRAWS)
        .sample(new float[][] {logits}, null, DRAWS, new Random(1), actions, new float[DRAWS]);
    for (int action = 0; action < 4; action++) {
      int wanted = action;
      double frequency =
          Arrays.stream(actions.values()).filter(it -> it == wanted).count() / (double) DRAWS;
      double p = probabilities[action];
      assertThat(frequency).isCloseTo(p, within(4 * Math.sqrt(p * (1 - p) / DRAWS)));
    }
  }

  @Test
  void modeIsTheFirstOfTheLargestLogits() {
    ActionBatch.Discrete actions = new ActionBatch.Discrete(new int[3]);
    float[] logits = {1, 3, 2, /* */ -5, -5, -6, /* */ 0, 0, 0.1f};
    new Categorical(3, 3).mode(new float[][] {logits}, 3, actions);
    assertThat(actions.values()).containsExactly(1, 0, 2);
  }

  @Test
  void entropyOfEqualLogitsIsTheLogarithmOfTheirNumber() {
    for (int n : new int[] {2, 3, 7, 100}) {
      float[] logits = new float[n];
      Arrays.fill(logits, -1.5f);
      float[] entropy = new float[1];
      new Categorical(n, 1)
          .evaluate(
              new float[][] {logits},
              new ActionBatch.Discrete(new int[1]),
              1,
              new float[1],
              entropy);
      assertThat((double) entropy[0]).isCloseTo(Math.log(n), within(1e-6));
    }
  }

  @Test
  void extremeLogitsGiveFiniteNumbers() {
    float[] logits = {1000, -1000, -1000, /* */ -3e4f, 3e4f, 0, /* */ 88, 89, -200};
    ActionBatch.Discrete actions = new ActionBatch.Discrete(new int[] {0, 2, 1});
    Categorical distribution = new Categorical(3, 3);
    float[] logProbabilities = new float[3];
    float[] entropies = new float[3];
    distribution.evaluate(new float[][] {logits}, actions, 3, logProbabilities, entropies);
    assertThat(logProbabilities[0]).isEqualTo(0);
    assertThat(logProbabilities[1]).isEqualTo(-3e4f);
    assertThat((double) logProbabilities[2]).isCloseTo(-Math.log(1 + Math.exp(-1)), within(1e-5));
    assertThat(entropies[0]).isEqualTo(0);
    assertThat(entropies[1]).isEqualTo(0);
    float[] gradient = new float[9];
    distribution.gradient(actions, new float[] {1, 1, 1}, 0.5f, 3, new float[][] {gradient});
    for (float value : gradient) {
      assertThat(value).isFinite();
    }
    assertThat(Arrays.copyOfRange(gradient, 3, 6))
        .containsExactly(new float[] {0, -1, 1}, within(0f));
  }

  /**
   * In floats seven sevenths are a little less than 1: what is left must not fall to an impossible
   * action.
   */
  @Property
  void impossibleActionsAreNeverDrawn(
      @ForAll @IntRange(min = 1, max = 100) int possible, @ForAll @IntRange(max = 3) int before) {
    float[] logits = new float[before + possible + 3];
    Arrays.fill(logits, -1e4f);
    Arrays.fill(logits, before, before + possible, 0.3f);
    RandomGenerator largest =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            return -1;
          }
        };
    assertThat(largest.nextDouble()).isEqualTo(Math.nextDown(1.0));
    ActionBatch.Discrete action = new ActionBatch.Discrete(new int[1]);
    new Categorical(logits.length, 1)
        .sample(new float[][] {logits}, null, 1, largest, action, new float[1]);
    assertThat(action.values()[0]).isEqualTo(before + possible - 1);
  }

  @Property(tries = 200)
  void categoricalSamplingAndEvaluatingAgreeBitForBit(
      @ForAll @IntRange(min = 1, max = 9) int n,
      @ForAll @IntRange(min = 1, max = 17) int rows,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[][] logits = {uniform(random, rows * n, 20)};
    ActionBatch.Discrete actions = new ActionBatch.Discrete(new int[rows]);
    float[] sampled = new float[rows];
    new Categorical(n, rows).sample(logits, null, rows, random, actions, sampled);
    float[] evaluated = new float[1];
    Categorical single = new Categorical(n, 1);
    for (int row = 0; row < rows; row++) {
      float[] own = Arrays.copyOfRange(logits[0], row * n, (row + 1) * n);
      ActionBatch.Discrete action = new ActionBatch.Discrete(new int[] {actions.values()[row]});
      single.evaluate(new float[][] {own}, action, 1, evaluated, new float[1]);
      assertThat(Float.floatToRawIntBits(evaluated[0]))
          .isEqualTo(Float.floatToRawIntBits(sampled[row]));
      assertThat((double) sampled[row])
          .isCloseTo(logProbability(widen(own), 0, n, action.values()[0]), within(2e-5));
    }
  }

  @Property(tries = 100)
  void categoricalGradientEqualsFiniteDifferences(
      @ForAll @IntRange(min = 1, max = 6) int n,
      @ForAll @IntRange(min = 1, max = 5) int rows,
      @ForAll boolean entropyBonus,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] logits = uniform(random, rows * n, 4);
    float[] outer = uniform(random, rows, 2);
    float entropyGradient = entropyBonus ? 0.7f : 0;
    int[] chosen = random.ints(rows, 0, n).toArray();
    ActionBatch.Discrete actions = new ActionBatch.Discrete(chosen);
    Categorical distribution = new Categorical(n, rows + 2);
    distribution.evaluate(new float[][] {logits}, actions, rows, new float[rows], new float[rows]);
    float[] gradient = new float[rows * n];
    distribution.gradient(actions, outer, entropyGradient, rows, new float[][] {gradient});

    double[] expected =
        finiteDifferences(
            widen(logits),
            at -> {
              double sum = 0;
              for (int row = 0; row < rows; row++) {
                sum += outer[row] * logProbability(at, row * n, n, chosen[row]);
                sum += entropyGradient * entropy(at, row * n, n);
              }
              return sum;
            });
    for (int i = 0; i < gradient.length; i++) {
      assertThat((double) gradient[i]).isCloseTo(expected[i], within(1e-5));
    }
  }

  // ---- diagonal Gaussian

  private static double logDensity(
      double[] means, double[] logStd, float[] actions, int offset, int width) {
    double sum = 0;
    for (int i = offset; i < offset + width; i++) {
      double z = (actions[i] - means[i]) / Math.exp(logStd[i]);
      sum += -0.5 * z * z - logStd[i] - HALF_LOG_TWO_PI;
    }
    return sum;
  }

  @Property(tries = 200)
  void densityAndEntropyFollowTheFormulas(
      @ForAll @IntRange(min = 1, max = 6) int width,
      @ForAll @IntRange(min = 1, max = 5) int rows,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] means = uniform(random, rows * width, 3);
    float[] logStd = uniform(random, rows * width, 1);
    float[] values = uniform(random, rows * width, 4);
    float[] logProbabilities = new float[rows];
    float[] entropies = new float[rows];
    new DiagonalGaussian(width, rows)
        .evaluate(
            new float[][] {means, logStd},
            new ActionBatch.Continuous(values, rows, width),
            rows,
            logProbabilities,
            entropies);
    for (int row = 0; row < rows; row++) {
      double density = logDensity(widen(means), widen(logStd), values, row * width, width);
      assertThat((double) logProbabilities[row])
          .isCloseTo(density, within(1e-5 * (1 + Math.abs(density))));
      double entropy = 0;
      for (int i = row * width; i < (row + 1) * width; i++) {
        entropy += 0.5 * Math.log(2 * Math.PI * Math.E * Math.exp(2.0 * logStd[i]));
      }
      assertThat((double) entropies[row]).isCloseTo(entropy, within(1e-5));
    }
  }

  @Property(tries = 200)
  void gaussianSamplingAndEvaluatingAgreeBitForBit(
      @ForAll @IntRange(min = 1, max = 6) int width,
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[][] parameters = {uniform(random, rows * width, 3), uniform(random, rows * width, 2)};
    ActionBatch.Continuous actions =
        new ActionBatch.Continuous(new float[rows * width], rows, width);
    float[] sampled = new float[rows];
    new DiagonalGaussian(width, rows).sample(parameters, null, rows, random, actions, sampled);
    float[] evaluated = new float[rows];
    new DiagonalGaussian(width, rows + 3)
        .evaluate(parameters, actions, rows, evaluated, new float[rows]);
    assertThat(evaluated).containsExactly(sampled);
  }

  @Property(tries = 100)
  void gaussianGradientEqualsFiniteDifferences(
      @ForAll @IntRange(min = 1, max = 4) int width,
      @ForAll @IntRange(min = 1, max = 4) int rows,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] means = uniform(random, rows * width, 2);
    float[] logStd = uniform(random, rows * width, 0.8);
    float[] values = uniform(random, rows * width, 2);
    float[] outer = uniform(random, rows, 2);
    float entropyGradient = 0.3f;
    ActionBatch.Continuous actions = new ActionBatch.Continuous(values, rows, width);
    DiagonalGaussian distribution = new DiagonalGaussian(width, rows);
    distribution.evaluate(
        new float[][] {means, logStd}, actions, rows, new float[rows], new float[rows]);
    float[][] gradients = new float[2][rows * width];
    distribution.gradient(actions, outer, entropyGradient, rows, gradients);

    double[] byMean =
        finiteDifferences(
            widen(means),
            at -> weighedDensities(at, widen(logStd), values, outer, entropyGradient, width));
    double[] byLogStd =
        finiteDifferences(
            widen(logStd),
            at -> weighedDensities(widen(means), at, values, outer, entropyGradient, width));
    for (int i = 0; i < rows * width; i++) {
      assertThat((double) gradients[0][i])
          .isCloseTo(byMean[i], within(1e-4 * (1 + Math.abs(byMean[i]))));
      assertThat((double) gradients[1][i])
          .isCloseTo(byLogStd[i], within(1e-4 * (1 + Math.abs(byLogStd[i]))));
    }
  }

  private static double weighedDensities(
      double[] means,
      double[] logStd,
      float[] actions,
      float[] outer,
      double entropyGradient,
      int width) {
    double sum = 0;
    for (int row = 0; row < outer.length; row++) {
      sum += outer[row] * logDensity(means, logStd, actions, row * width, width);
    }
    for (double value : logStd) {
      sum += entropyGradient * (value + 0.5 + HALF_LOG_TWO_PI);
    }
    return sum;
  }

  @Test
  void samplesHaveTheMeansAndDeviations() {
    float[] means = new float[DRAWS * 2];
    float[] logStd = new float[DRAWS * 2];
    for (int row = 0; row < DRAWS; row++) {
      means[2 * row] = -1;
      means[2 * row + 1] = 3;
      logStd[2 * row] = (float) Math.log(0.5);
      logStd[2 * row + 1] = (float) Math.log(2);
    }
    ActionBatch.Continuous actions = new ActionBatch.Continuous(new float[DRAWS * 2], DRAWS, 2);
    new DiagonalGaussian(2, DRAWS)
        .sample(
            new float[][] {means, logStd},
            null,
            DRAWS,
            new RandomStreams(3).stream("actions"),
            actions,
            new float[DRAWS]);
    RunningMoments moments = new RunningMoments(2);
    moments.add(actions.values(), DRAWS);
    double spread = 4 / Math.sqrt(DRAWS);
    assertThat(moments.mean(0)).isCloseTo(-1, within(0.5 * spread));
    assertThat(moments.mean(1)).isCloseTo(3, within(2 * spread));
    assertThat(moments.variance(0)).isCloseTo(0.25, within(0.25 * Math.sqrt(2) * spread));
    assertThat(moments.variance(1)).isCloseTo(4, within(4 * Math.sqrt(2) * spread));
    double covariance = 0;
    for (int row = 0; row < DRAWS; row++) {
      covariance += (actions.values()[2 * row] + 1) * (actions.values()[2 * row + 1] - 3);
    }
    assertThat(covariance / DRAWS).isCloseTo(0, within(spread));
  }

  @Test
  void modeIsTheMean() {
    ActionBatch.Continuous actions = new ActionBatch.Continuous(new float[4], 2, 2);
    float[] means = {1, -2, 3, 4};
    new DiagonalGaussian(2, 2).mode(new float[][] {means, new float[4]}, 2, actions);
    assertThat(actions.values()).containsExactly(1, -2, 3, 4);
  }

  // ---- oracle

  private interface Scalar {
    double at(double[] point);
  }

  private static double[] finiteDifferences(double[] point, Scalar function) {
    double step = 1e-5;
    double[] gradient = new double[point.length];
    for (int i = 0; i < point.length; i++) {
      double kept = point[i];
      point[i] = kept + step;
      double above = function.at(point);
      point[i] = kept - step;
      double below = function.at(point);
      point[i] = kept;
      gradient[i] = (above - below) / (2 * step);
    }
    return gradient;
  }
}
