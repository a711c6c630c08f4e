package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;

/**
 * Gradient and tangent of a network against central differences of a weighed sum of its outputs.
 */
final class Derivatives {
  private static final float STEP = 1f / 128;

  private final Network network;
  private final Inputs inputs;
  private final Pass pass;
  private final float[][] weights;

  /**
   * @param weights per head {@code [rows x width]}; null for a head that does not count
   */
  Derivatives(Network network, Inputs inputs, float[][] weights) {
    this.network = network;
    this.inputs = inputs;
    this.weights = weights;
    pass = network.pass(1, inputs.rows());
  }

  private double loss() {
    network.parametersChanged();
    network.forward(pass, inputs);
    double sum = 0;
    for (int head = 0; head < weights.length; head++) {
      for (int i = 0; weights[head] != null && i < weights[head].length; i++) {
        sum += (double) weights[head][i] * pass.output(head)[i];
      }
    }
    return sum;
  }

  private double difference(float[] values, int i) {
    float kept = values[i];
    values[i] = kept + STEP;
    double above = loss();
    values[i] = kept - STEP;
    double below = loss();
    values[i] = kept;
    return (above - below) / (2 * STEP);
  }

  /** Expects the gradient by parameters, and that of {@code inputs} where it is asked for. */
  void assertGradient(boolean byInputs) {
    loss();
    float[] parameters = network.parameters();
    float[] gradient = new float[parameters.length];
    java.util.Arrays.fill(gradient, 9);
    float[] observations = ((ObservationBatch.Float32) inputs.observations()).values();
    float[] inputGradient = byInputs ? new float[observations.length] : null;
    network.backward(pass, weights, gradient, inputGradient);
    for (int i = 0; i < gradient.length; i++) {
      double expected = difference(parameters, i);
      assertThat((double) gradient[i])
          .as("parameter %d", i)
          .isCloseTo(expected, within(2e-3 * (1 + Math.abs(expected))));
    }
    for (int i = 0; byInputs && i < inputGradient.length; i++) {
      assertThat((double) inputGradient[i])
          .as("input %d", i)
          .isCloseTo(difference(observations, i), within(2e-3));
    }
  }

  /** Expects {@code weights . J v = gradient . v}. */
  void assertTangent(float[] direction) {
    loss();
    float[] gradient = new float[direction.length];
    network.backward(pass, weights, gradient, null);
    double expected = 0;
    for (int i = 0; i < direction.length; i++) {
      expected += (double) gradient[i] * direction[i];
    }
    float[][] tangents = new float[weights.length][];
    for (int head = 0; head < weights.length; head++) {
      tangents[head] = weights[head] == null ? null : new float[weights[head].length];
    }
    network.tangent(pass, direction, tangents);
    double found = 0;
    for (int head = 0; head < weights.length; head++) {
      for (int i = 0; weights[head] != null && i < weights[head].length; i++) {
        found += (double) weights[head][i] * tangents[head][i];
      }
    }
    assertThat(found).isCloseTo(expected, within(1e-3 * (1 + Math.abs(expected))));
  }
}
