package org.apprentice.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.NetworkSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitializationTest {
  private static float[] weights(
      Initialization initialization, int inputs, int outputs, double gain) {
    float[] weights = new float[inputs * outputs];
    initialization.fill(weights, 0, inputs, outputs, gain, new SplittableRandom(1));
    return weights;
  }

  @ParameterizedTest
  @CsvSource({"64,64", "4,64", "64,3", "30,70"})
  void orthogonalWeightsHaveOrthogonalRowsOrColumns(int inputs, int outputs) {
    double gain = 1.5;
    float[] weights = weights(Initialization.ORTHOGONAL, inputs, outputs, gain);
    boolean rows = outputs <= inputs;
    int count = Math.min(inputs, outputs);
    for (int i = 0; i < count; i++) {
      for (int j = 0; j <= i; j++) {
        double product = 0;
        for (int k = 0; k < Math.max(inputs, outputs); k++) {
          product +=
              rows
                  ? weights[i * inputs + k] * weights[j * inputs + k]
                  : weights[k * inputs + i] * weights[k * inputs + j];
        }
        assertThat(product).isCloseTo(i == j ? gain * gain : 0, within(1e-6));
      }
    }
  }

  @Test
  void xavierIsUniformWithinGlorotsLimit() {
    float[] weights = weights(Initialization.XAVIER, 100, 60, 2);
    double limit = 2 * Math.sqrt(6.0 / 160);
    double squares = 0;
    float largest = 0;
    for (float weight : weights) {
      squares += weight * weight;
      largest = Math.max(largest, Math.abs(weight));
    }
    assertThat((double) largest).isBetween(0.99 * limit, limit);
    assertThat(squares / weights.length).isCloseTo(limit * limit / 3, within(0.02 * limit * limit));
  }

  @Test
  void normcGivesEachOutputTheSameNorm() {
    float[] weights = weights(Initialization.NORMC, 20, 7, 0.01);
    for (int output = 0; output < 7; output++) {
      double squares = 0;
      for (int i = 0; i < 20; i++) {
        squares += weights[output * 20 + i] * weights[output * 20 + i];
      }
      assertThat(Math.sqrt(squares)).isCloseTo(0.01, within(1e-8));
    }
  }

  @Test
  void headsTakeTheirGainAndBiasesAreZero() {
    NetworkSpec spec =
        new NetworkSpec(
            BoxSpace.unbounded(8), 0, List.of(new NetworkSpec.Head("policy", 2, 0.01)), 5, 1);
    KernelNetwork network = Networks.network(spec, Activation.TANH, true, 16);
    float[] parameters = network.parameters();
    int head = 9 * 16;
    double squares = 0;
    for (int i = 0; i < 16; i++) {
      squares += parameters[head + i] * parameters[head + i];
      assertThat(parameters[8 * 16 + i]).isZero();
    }
    assertThat(Math.sqrt(squares)).isCloseTo(0.01, within(1e-8));
    assertThat(parameters[head + 32]).isZero();
    assertThat(parameters[head + 33]).isZero();
  }

  @Test
  void seedDecidesTheWeights() {
    NetworkSpec spec = Networks.spec(4, 0, 1, 2);
    float[] first = Networks.network(spec, Activation.TANH, false, 8).parameters();
    assertThat(Networks.network(spec, Activation.TANH, false, 8).parameters()).isEqualTo(first);
    NetworkSpec other = new NetworkSpec(spec.observationSpace(), 0, spec.heads(), 8, 1);
    assertThat(Networks.network(other, Activation.TANH, false, 8).parameters()).isNotEqualTo(first);
  }
}
