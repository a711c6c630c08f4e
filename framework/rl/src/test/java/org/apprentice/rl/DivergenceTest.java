package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.junit.jupiter.api.Test;

/**
 * Divergences and Fisher information against their definitions in double precision: expectations
 * over all actions, or by quadrature over the real line, and second derivatives by finite
 * differences.
 */
class DivergenceTest {
  private static final int ROWS = 3;

  /** {@code KL(old || new)} of one row; parameters are those of each array, one after the other. */
  private interface Divergence {
    double of(double[] oldParameters, double[] newParameters);
  }

  private static double categorical(double[] oldLogits, double[] newLogits) {
    double sum = 0;
    for (int action = 0; action < oldLogits.length; action++) {
      double oldLog = logProbability(oldLogits, action);
      sum += Math.exp(oldLog) * (oldLog - logProbability(newLogits, action));
    }
    return sum;
  }

  private static double logProbability(double[] logits, int action) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - logits[action]);
    }
    return -Math.log(sum);
  }

  /** Means and then log standard deviations; the integral of each component by Simpson's rule. */
  private static double gaussian(double[] oldParameters, double[] newParameters) {
    int width = oldParameters.length / 2;
    double sum = 0;
    for (int i = 0; i < width; i++) {
      double mean = oldParameters[i];
      double deviation = Math.exp(oldParameters[width + i]);
      int pieces = 400;
      double step = 24 * deviation / pieces;
      double integral = 0;
      for (int piece = 0; piece <= pieces; piece++) {
        double x = mean - 12 * deviation + piece * step;
        double weight = piece == 0 || piece == pieces ? 1 : piece % 2 == 1 ? 4 : 2;
        double oldLog = logDensity(x, oldParameters[i], oldParameters[width + i]);
        double newLog = logDensity(x, newParameters[i], newParameters[width + i]);
        integral += weight * Math.exp(oldLog) * (oldLog - newLog);
      }
      sum += integral * step / 3;
    }
    return sum;
  }

  private static double logDensity(double x, double mean, double logStd) {
    double z = (x - mean) / Math.exp(logStd);
    return -0.5 * z * z - logStd - 0.5 * Math.log(2 * Math.PI);
  }

  /** Parameters of old and new policies of {@link #ROWS} rows. */
  private static final class Case {
    private final ActionSpace space;
    private final ActionDistribution distribution;
    private final Divergence divergence;
    private final int width;
    private final float[][] old;
    private final float[][] changed;
    private final Random random;

    Case(boolean discrete, int width, long seed) {
      this.width = width;
      random = new Random(seed);
      space =
          discrete
              ? new ActionSpace.Discrete(width)
              : new ActionSpace.Continuous(new float[width], new float[width]);
      distribution = ActionDistribution.of(space, ROWS + 1);
      divergence = discrete ? DivergenceTest::categorical : DivergenceTest::gaussian;
      int arrays = distribution.parameterNames().size();
      old = parameters(arrays);
      changed = parameters(arrays);
    }

    float[][] parameters(int arrays) {
      float[][] parameters = new float[arrays][ROWS * width];
      for (float[] array : parameters) {
        for (int i = 0; i < array.length; i++) {
          array[i] = (float) random.nextGaussian() * 0.7f;
        }
      }
      return parameters;
    }

    double[] row(float[][] parameters, int row) {
      double[] values = new double[parameters.length * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = parameters[i / width][row * width + i % width];
      }
      return values;
    }
  }

  @Property(tries = 40)
  void divergenceFollowsItsDefinition(
      @ForAll boolean discrete, @ForAll @IntRange(min = 1, max = 4) int width, @ForAll long seed) {
    Case example = new Case(discrete, width, seed);
    float[] found = new float[ROWS];
    example.distribution.kl(example.old, example.changed, null, ROWS, found);
    for (int row = 0; row < ROWS; row++) {
      double expected =
          example.divergence.of(example.row(example.old, row), example.row(example.changed, row));
      assertThat((double) found[row]).isCloseTo(expected, within(1e-6 * (1 + expected)));
    }
  }

  @Test
  void aPolicyDoesNotDivergeFromItself() {
    for (boolean discrete : new boolean[] {true, false}) {
      Case example = new Case(discrete, 3, 5);
      float[] found = {1, 1, 1};
      example.distribution.kl(example.old, example.old, null, ROWS, found);
      assertThat(found).containsOnly(0);
    }
  }

  /** A thousandth of a standard deviation: the difference of two terms near 1/2 would be noise. */
  @Test
  void smallDivergencesArePrecise() {
    float[][] old = {{0.25f}, {0.125f}};
    float[][] changed = {{0.25f}, {0.125f + 0x1p-10f}};
    float[] found = new float[1];
    new DiagonalGaussian(1, 1).kl(old, changed, null, 1, found);
    double change = 0x1p-10;
    assertThat((double) found[0])
        .isCloseTo(change * change - 2 * Math.pow(change, 3) / 3, within(1e-12));
  }

  @Property(tries = 40)
  void gradientOfTheDivergenceEqualsFiniteDifferences(
      @ForAll boolean discrete, @ForAll @IntRange(min = 1, max = 4) int width, @ForAll long seed) {
    Case example = new Case(discrete, width, seed);
    float[] weights = {0.5f, -2, 0};
    float[][] found = example.parameters(example.old.length);
    float[][] before = new float[found.length][];
    for (int i = 0; i < found.length; i++) {
      before[i] = found[i].clone();
    }
    example.distribution.addKlGradient(example.old, example.changed, null, weights, ROWS, found);
    for (int row = 0; row < ROWS; row++) {
      double[] old = example.row(example.old, row);
      double[] at = example.row(example.changed, row);
      for (int i = 0; i < at.length; i++) {
        double difference = differentiate(at, i, point -> example.divergence.of(old, point));
        int element = row * width + i % width;
        double added = (double) found[i / width][element] - before[i / width][element];
        assertThat(added)
            .isCloseTo(weights[row] * difference, within(1e-5 * (1 + Math.abs(added))));
      }
    }
  }

  @Property(tries = 40)
  void fisherInformationIsTheCurvatureOfTheDivergence(
      @ForAll boolean discrete, @ForAll @IntRange(min = 1, max = 3) int width, @ForAll long seed) {
    Case example = new Case(discrete, width, seed);
    ActionBatch actions = ActionBatch.allocate(example.space, ROWS);
    example.distribution.evaluate(
        example.old, null, actions, ROWS, new float[ROWS], new float[ROWS]);
    float[][] tangents = example.parameters(example.old.length);
    float[][] found = new float[tangents.length][ROWS * width];
    example.distribution.fisher(tangents, ROWS, found);
    for (int row = 0; row < ROWS; row++) {
      double[] old = example.row(example.old, row);
      double[] tangent = example.row(tangents, row);
      for (int i = 0; i < old.length; i++) {
        int element = i;
        double expected = 0;
        for (int j = 0; j < old.length; j++) {
          expected +=
              tangent[j]
                  * differentiate(
                      old.clone(),
                      j,
                      at ->
                          differentiate(
                              at.clone(), element, point -> example.divergence.of(old, point)));
        }
        assertThat((double) found[i / width][row * width + i % width])
            .isCloseTo(expected, within(2e-4 * (1 + Math.abs(expected))));
      }
    }
  }

  @Test
  void fisherInformationMayOverwriteItsTangents() {
    for (boolean discrete : new boolean[] {true, false}) {
      Case example = new Case(discrete, 3, 9);
      ActionBatch actions = ActionBatch.allocate(example.space, ROWS);
      example.distribution.evaluate(
          example.old, null, actions, ROWS, new float[ROWS], new float[ROWS]);
      float[][] tangents = example.parameters(example.old.length);
      float[][] expected = new float[tangents.length][ROWS * 3];
      example.distribution.fisher(tangents, ROWS, expected);
      example.distribution.fisher(tangents, ROWS, tangents);
      assertThat(tangents).isDeepEqualTo(expected);
    }
  }

  private interface Scalar {
    double at(double[] point);
  }

  private static double differentiate(double[] point, int i, Scalar function) {
    double step = 1e-4;
    double kept = point[i];
    point[i] = kept + step;
    double above = function.at(point);
    point[i] = kept - step;
    double below = function.at(point);
    point[i] = kept;
    return (above - below) / (2 * step);
  }
}
