package org.apprentice.trpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Gaussian elimination in double precision. */
class ConjugateGradientTest {
  private final Random random = new Random(3);

  /** {@code B' B / size + damping I} of a random {@code B}. */
  private double[][] positiveDefinite(int size, double damping) {
    double[][] root = new double[size][size];
    for (double[] row : root) {
      for (int i = 0; i < size; i++) {
        row[i] = random.nextGaussian();
      }
    }
    double[][] matrix = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        for (double[] row : root) {
          matrix[i][j] += row[i] * row[j] / size;
        }
      }
      matrix[i][i] += damping;
    }
    return matrix;
  }

  private static ConjugateGradient.Operator operator(double[][] matrix) {
    return (vector, out) -> {
      for (int i = 0; i < out.length; i++) {
        double sum = 0;
        for (int j = 0; j < out.length; j++) {
          sum += matrix[i][j] * vector[j];
        }
        out[i] = (float) sum;
      }
    };
  }

  private float[] vector(int size) {
    float[] vector = new float[size];
    for (int i = 0; i < size; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static double[] doubles(float[] vector) {
    return IntStream.range(0, vector.length).mapToDouble(i -> vector[i]).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 30})
  void solvesWhatEliminationSolves(int size) {
    double[][] matrix = positiveDefinite(size, 0.1);
    float[] b = vector(size);
    ConjugateGradient gradient = new ConjugateGradient(size, 3 * size, 1e-10);
    for (int repetition = 0; repetition < 2; repetition++) {
      float[] solution = gradient.solve(operator(matrix), b);
      double[] expected = Elimination.solve(matrix, doubles(b));
      double curvature = 0;
      for (int i = 0; i < size; i++) {
        assertThat((double) solution[i]).isCloseTo(expected[i], within(1e-3));
        curvature += expected[i] * b[i];
      }
      assertThat(gradient.curvature()).isCloseTo(curvature, within(1e-3 * curvature));
      assertThat(gradient.residualSquares()).isLessThan(1e-8);
    }
  }

  /** After {@code k} iterations the solution is the best one of the k-th Krylov space. */
  @Test
  void fewIterationsMinimiseTheEnergyOverTheirKrylovSpace() {
    int size = 12;
    int iterations = 4;
    double[][] matrix = positiveDefinite(size, 0.1);
    float[] b = vector(size);
    ConjugateGradient gradient = new ConjugateGradient(size, iterations, 1e-10);
    float[] solution = gradient.solve(operator(matrix), b);
    assertThat(gradient.used()).isEqualTo(iterations);
    double[] expected = Elimination.krylov(matrix, b, iterations);
    double curvature = 0;
    for (int i = 0; i < size; i++) {
      assertThat((double) solution[i]).isCloseTo(expected[i], within(1e-3));
      for (int j = 0; j < size; j++) {
        curvature += expected[i] * matrix[i][j] * expected[j];
      }
    }
    assertThat(gradient.curvature()).isCloseTo(curvature, within(1e-3 * curvature));
  }

  @Test
  void stopsEarlyWhereTheResidualIsSmall() {
    double[][] identity = new double[5][5];
    for (int i = 0; i < 5; i++) {
      identity[i][i] = 4;
    }
    ConjugateGradient gradient = new ConjugateGradient(5, 10, 1e-10);
    float[] solution = gradient.solve(operator(identity), new float[] {4, 8, -4, 2, 1});
    assertThat(gradient.used()).isEqualTo(1);
    assertThat(solution).containsExactly(1, 2, -1, 0.5f, 0.25f);
    assertThat(gradient.curvature()).isEqualTo(4 * (1 + 4 + 1 + 0.25 + 0.0625));
  }

  @Test
  void withoutGradientThereIsNoStep() {
    ConjugateGradient gradient = new ConjugateGradient(3, 10, 1e-10);
    assertThat(gradient.solve(operator(positiveDefinite(3, 1)), new float[3]))
        .containsExactly(0, 0, 0);
    assertThat(gradient.used()).isZero();
    assertThat(gradient.curvature()).isZero();
  }

  @Test
  void singularDirectionsEndTheSearch() {
    ConjugateGradient gradient = new ConjugateGradient(2, 10, 1e-10);
    float[] solution = gradient.solve(operator(new double[2][2]), new float[] {1, 1});
    assertThat(solution).containsExactly(0, 0);
    assertThat(gradient.used()).isEqualTo(1);
  }
}
