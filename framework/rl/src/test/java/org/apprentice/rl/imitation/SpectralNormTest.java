package org.apprentice.rl.imitation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apprentice.nn.WeightMatrix;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Space;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class SpectralNormTest {
  private static NetworkSpec spec(Space space) {
    return new NetworkSpec(space, 2, List.of(new NetworkSpec.Head("logit", 1, 1)), 3, 1);
  }

  /** A network whose weights are drawn at random, so that singular values differ. */
  private static Network network(boolean images) {
    Network network =
        images
            ? Networks.images(spec(Networks.IMAGE))
            : Networks.dense(spec(BoxSpace.unbounded(4)));
    Random random = new Random(1);
    for (int i = 0; i < network.parameters().length; i++) {
      network.parameters()[i] = (float) random.nextGaussian();
    }
    network.parametersChanged();
    return network;
  }

  private static SpectralNorm norm(Network network) {
    return new SpectralNorm(network, new RandomStreams(5).stream("spectral-norm"));
  }

  private static double[][] matrix(float[] parameters, WeightMatrix place) {
    double[][] matrix = new double[place.rows()][place.columns()];
    for (int i = 0; i < place.size(); i++) {
      matrix[i / place.columns()][i % place.columns()] = parameters[place.offset() + i];
    }
    return matrix;
  }

  /** By one-sided Jacobi rotations (Hestenes 1958), which make the rows orthogonal. */
  private static double largestSingularValue(double[][] matrix) {
    for (int sweep = 0; sweep < 60; sweep++) {
      for (int p = 0; p < matrix.length; p++) {
        for (int q = p + 1; q < matrix.length; q++) {
          rotate(matrix[p], matrix[q]);
        }
      }
    }
    double largest = 0;
    for (double[] row : matrix) {
      largest = Math.max(largest, Math.sqrt(dot(row, row)));
    }
    return largest;
  }

  private static void rotate(double[] p, double[] q) {
    double between = dot(p, q);
    if (between == 0) {
      return;
    }
    double zeta = (dot(q, q) - dot(p, p)) / (2 * between);
    double t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
    double cosine = 1 / Math.sqrt(1 + t * t);
    for (int i = 0; i < p.length; i++) {
      double x = p[i];
      p[i] = cosine * (x - t * q[i]);
      q[i] = cosine * (t * x + q[i]);
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void converge(SpectralNorm norm) {
    for (int i = 0; i < 300; i++) {
      norm.normalize();
    }
  }

  @Test
  void dividesEachMatrixByItsLargestSingularValueAndNoBias() {
    for (boolean images : new boolean[] {false, true}) {
      Network network = network(images);
      float[] raw = network.parameters().clone();
      SpectralNorm norm = norm(network);
      converge(norm);

      float[] expected = raw.clone();
      List<WeightMatrix> places = WeightMatrix.of(network);
      for (int i = 0; i < places.size(); i++) {
        double sigma = largestSingularValue(matrix(raw, places.get(i)));
        assertThat(norm.largestSingularValues()[i]).isCloseTo(sigma, within(1e-5 * sigma));
        for (int j = 0; j < places.get(i).size(); j++) {
          expected[places.get(i).offset() + j] /= (float) sigma;
        }
      }
      assertThat(network.parameters()).containsExactly(expected, within(1e-4f));
      assertThat(norm.rawParameters()).isEqualTo(raw);
    }
  }

  /** Of a linear loss of the normalised parameters, through the singular values themselves. */
  @Test
  void gradientOfTheRawParametersIsThatOfFiniteDifferences() {
    Network network = network(true);
    SpectralNorm norm = norm(network);
    converge(norm);
    Random random = new Random(2);
    float[] gradient = new float[network.parameters().length];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = (float) random.nextGaussian();
    }
    float[] byNormalized = gradient.clone();
    norm.toRaw(gradient);

    boolean[] weights = new boolean[gradient.length];
    for (WeightMatrix place : WeightMatrix.of(network)) {
      for (int i = 0; i < place.size(); i++) {
        weights[place.offset() + i] = true;
        if (i % 7 == 0) {
          double slope =
              (loss(norm.rawParameters(), place, i, 1e-4, byNormalized)
                      - loss(norm.rawParameters(), place, i, -1e-4, byNormalized))
                  / 2e-4;
          assertThat((double) gradient[place.offset() + i]).isCloseTo(slope, within(1e-4));
        }
      }
    }
    for (int i = 0; i < gradient.length; i++) {
      if (!weights[i]) {
        assertThat(gradient[i]).isEqualTo(byNormalized[i]);
      }
    }
  }

  private static double loss(
      float[] raw, WeightMatrix place, int index, double step, float[] coefficients) {
    double[][] matrix = matrix(raw, place);
    matrix[index / place.columns()][index % place.columns()] += step;
    double sum = 0;
    for (int i = 0; i < place.size(); i++) {
      sum += coefficients[place.offset() + i] * matrix[i / place.columns()][i % place.columns()];
    }
    return sum / largestSingularValue(matrix);
  }

  /** One power iteration follows each change, and the exported network has it folded in. */
  @Test
  void exportedMatricesHaveASpectralNormOfOne(@TempDir Path folder) throws IOException {
    Network network = network(true);
    SpectralNorm norm = norm(network);
    Random random = new Random(4);
    for (int step = 0; step < 200; step++) {
      for (int i = 0; i < norm.rawParameters().length; i++) {
        norm.rawParameters()[i] += (float) (1e-3 * random.nextGaussian());
      }
      norm.normalize();
    }
    network.export(folder.resolve("network.zip"));

    List<Double> norms = new ArrayList<>();
    for (Layer layer :
        ModelSerializer.restoreComputationGraph(folder.resolve("network.zip").toFile())
            .getLayers()) {
      INDArray weights = layer.getParam("W");
      if (weights != null) {
        long filters = weights.rank() == 4 ? weights.size(0) : weights.size(1);
        INDArray matrix =
            weights.rank() == 4
                ? weights.dup('c').reshape('c', filters, weights.length() / filters)
                : weights.transpose();
        norms.add(largestSingularValue(matrix.toDoubleMatrix()));
      }
    }
    assertThat(norms).hasSize(3).allMatch(it -> Math.abs(it - 1) < 0.01);
    for (WeightMatrix place : WeightMatrix.of(network)) {
      assertThat(largestSingularValue(matrix(norm.rawParameters(), place))).isGreaterThan(1.5);
    }
  }

  @Test
  void restoredItGoesOnBitForBit() throws IOException {
    Network network = network(false);
    SpectralNorm norm = norm(network);
    norm.rawParameters()[0] += 3;
    norm.normalize();
    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    norm.save(new DataOutputStream(saved));
    float[] folded = network.parameters().clone();
    norm.rawParameters()[1] += 3;
    norm.normalize();
    float[] next = network.parameters().clone();

    Network other = Networks.dense(spec(BoxSpace.unbounded(4)));
    SpectralNorm restored = new SpectralNorm(other, new RandomStreams(6).stream("other"));
    restored.restore(new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));

    assertThat(other.parameters()).isEqualTo(folded);
    restored.rawParameters()[1] += 3;
    restored.normalize();
    assertThat(other.parameters()).isEqualTo(next).isNotEqualTo(folded);
  }

  @Test
  void matricesOfZerosStayZeros() {
    Network network = network(false);
    Arrays.fill(network.parameters(), 0f);

    norm(network).normalize();

    assertThat(network.parameters()).containsOnly(0f);
  }
}
