package org.apprentice.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apprentice.spi.NetworkSpec;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;

class AdamTest {
  /** 19 elements: more than one vector and a rest. */
  private static final int SIZE = 19;

  @Test
  void followsThePaperWithEpsilonOutsideTheCorrection() {
    Adam adam = new Adam(SIZE, 0.9, 0.999, 1e-3);
    float[] parameters = Networks.normal(SIZE, 1);
    double[] expected = Networks.toDouble(parameters, 0, SIZE);
    double[] mean = new double[SIZE];
    double[] variance = new double[SIZE];
    for (int t = 1; t <= 20; t++) {
      float[] gradient = Networks.normal(SIZE, 100 + t);
      double norm = 0;
      for (float g : gradient) {
        norm += (double) g * g;
      }
      norm = Math.sqrt(norm);
      double scale = Math.min(1, 2.0 / (norm + 1e-6));
      for (int i = 0; i < SIZE; i++) {
        double g = gradient[i] * scale;
        mean[i] = 0.9 * mean[i] + 0.1 * g;
        variance[i] = 0.999 * variance[i] + 0.001 * g * g;
        double corrected = Math.sqrt(variance[i] / (1 - Math.pow(0.999, t)));
        expected[i] -= 0.01 / (1 - Math.pow(0.9, t)) * mean[i] / (corrected + 1e-3);
      }
      assertThat(adam.step(parameters, gradient, 0.01, 2)).isCloseTo(norm, within(1e-5));
    }
    for (int i = 0; i < SIZE; i++) {
      assertThat((double) parameters[i]).isCloseTo(expected[i], within(2e-6));
    }
  }

  @Test
  void infiniteNormMeansNoClipping() {
    float[] parameters = {0f};
    // m / (sqrt(v) + epsilon) of the first step is g / (|g| + epsilon)
    new Adam(1, 0.9, 0.999, 1).step(parameters, new float[] {3f}, 1, Double.POSITIVE_INFINITY);
    assertThat(parameters[0]).isCloseTo(-0.75f, within(1e-6f));
  }

  @Test
  void continuesBitForBitAfterRestore() throws IOException {
    Adam adam = new Adam(SIZE, 0.9, 0.999, 1e-5);
    float[] parameters = Networks.normal(SIZE, 1);
    adam.step(parameters, Networks.normal(SIZE, 2), 0.01, 0.5);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    adam.save(new DataOutputStream(bytes));
    float[] copy = parameters.clone();
    Adam restored = new Adam(SIZE, 0.9, 0.999, 1e-5);
    restored.restore(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

    adam.step(parameters, Networks.normal(SIZE, 3), 0.01, 0.5);
    restored.step(copy, Networks.normal(SIZE, 3), 0.01, 0.5);
    assertThat(copy).isEqualTo(parameters);
    assertThatThrownBy(
            () ->
                new Adam(5, 0.9, 0.999, 1e-5)
                    .restore(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the state is of an Adam updater of 19 parameters, but this one has 5");
  }

  /** DL4J adds epsilon to the uncorrected root; with a tiny epsilon, that makes no difference. */
  @Test
  void agreesWithDl4j() {
    Adam adam = new Adam(SIZE, 0.9, 0.999, 1e-12);
    float[] parameters = Networks.normal(SIZE, 1);
    INDArray theirs = Nd4j.createFromArray(parameters.clone());
    GradientUpdater<?> updater =
        org.nd4j.linalg.learning.config.Adam.builder()
            .beta1(0.9)
            .beta2(0.999)
            .epsilon(1e-12)
            .learningRate(0.01)
            .build()
            .instantiate(Nd4j.zeros(DataType.FLOAT, 1, 2 * SIZE), true);
    for (int t = 0; t < 10; t++) {
      float[] gradient = Networks.normal(SIZE, 100 + t);
      INDArray update = Nd4j.createFromArray(gradient).reshape(1, SIZE);
      updater.applyUpdater(update, t, 0);
      theirs.subi(update.reshape(SIZE));
      adam.step(parameters, gradient, 0.01, Double.POSITIVE_INFINITY);
    }
    for (int i = 0; i < SIZE; i++) {
      assertThat(parameters[i]).isCloseTo(theirs.getFloat(i), within(1e-6f));
    }
  }

  /** Only the norm is summed in another order. */
  @Test
  void threadsUpdateTheParametersOfTheirTorsos() {
    NetworkSpec spec = Networks.spec(4, 0, 2, 2, 1, 1);
    try (KernelNetwork network = Networks.network(spec, Activation.TANH, false, 64, 64)) {
      int size = network.parameters().length;
      float[] alone = network.parameters().clone();
      float[] first = alone.clone();
      float[] second = alone.clone();
      Adam one = new Adam(size, 0.9, 0.999, 1e-5);
      Adam two = new Adam(network, 0.9, 0.999, 1e-5);
      Adam again = new Adam(network, 0.9, 0.999, 1e-5);
      for (int t = 0; t < 5; t++) {
        float[] gradient = Networks.normal(size, t);
        double norm = one.step(alone, gradient, 0.01, 0.5);
        assertThat(two.step(first, gradient, 0.01, 0.5)).isCloseTo(norm, within(1e-5 * norm));
        again.step(second, gradient, 0.01, 0.5);
      }
      assertThat(second).isEqualTo(first);
      assertThat(first).usingComparatorWithPrecision(1e-5f).containsExactly(alone);
    }
  }
}
