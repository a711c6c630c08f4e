package org.apprentice.nn;

import static org.apprentice.nn.Networks.gradient;
import static org.apprentice.nn.Networks.headRows;
import static org.apprentice.nn.Networks.inputs;
import static org.apprentice.nn.Networks.normal;
import static org.apprentice.nn.Networks.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.apprentice.nn.Architecture.Layer;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final int ROWS = 40;
  private static final double RATE = 0.3;

  private static Architecture architecture(NetworkSpec spec, List<Layer> layers) {
    return Architecture.of(spec, layers, Initialization.XAVIER, true);
  }

  /** Dropout between smooth layers, and in front of a memory. */
  private static KernelNetwork network(int threads) {
    NetworkSpec spec = spec(5, 0, threads, 2);
    Layer dense = new Layer.Dense(20, Activation.TANH, Initialization.XAVIER);
    return new KernelNetwork(
        architecture(
            spec,
            List.of(
                dense,
                new Layer.Dropout(RATE),
                new Layer.Gru(12, Initialization.XAVIER),
                new Layer.Dropout(RATE),
                dense)),
        spec);
  }

  private static float[] outputs(KernelNetwork network, Inputs inputs, long seed) {
    Pass pass = network.pass(inputs.steps(), inputs.batch());
    pass.training(new Random(seed));
    network.forward(pass, inputs);
    return pass.output(0).clone();
  }

  @Test
  void doesNothingUnlessThePassIsTrained() {
    NetworkSpec spec = spec(5, 0, 1, 2);
    Layer dense = new Layer.Dense(20, Activation.TANH, Initialization.XAVIER);
    KernelNetwork with =
        new KernelNetwork(architecture(spec, List.of(dense, new Layer.Dropout(RATE))), spec);
    KernelNetwork without = new KernelNetwork(architecture(spec, List.of(dense)), spec);
    System.arraycopy(without.parameters(), 0, with.parameters(), 0, without.parameters().length);
    assertThat(with.description()).isEqualTo(without.description());
    Inputs inputs = inputs(spec, ROWS, 3);
    float[][] weights = headRows(spec, ROWS, 4);
    assertThat(gradient(with, inputs, weights, null))
        .isEqualTo(gradient(without, inputs, weights, null));

    Pass pass = with.pass(1, ROWS);
    pass.training(new Random(1));
    with.forward(pass, inputs);
    float[] trained = pass.output(0).clone();
    pass.training(null);
    with.forward(pass, inputs);
    Pass plain = without.pass(1, ROWS);
    without.forward(plain, inputs);
    assertThat(pass.output(0)).isEqualTo(plain.output(0)).isNotEqualTo(trained);
  }

  /** A layer that passes on what it is given shows the mask. */
  @Test
  void dropsAtItsRateAndScalesTheRest() {
    int width = 50;
    int rows = 400;
    NetworkSpec spec = spec(width, 0, 1, width);
    KernelNetwork network =
        new KernelNetwork(architecture(spec, List.of(new Layer.Dropout(RATE))), spec);
    float[] parameters = network.parameters();
    java.util.Arrays.fill(parameters, 0f);
    for (int i = 0; i < width; i++) {
      parameters[i * width + i] = 1;
    }
    float[] ones = new float[rows * width];
    java.util.Arrays.fill(ones, 1f);
    Inputs inputs = Inputs.of(new ObservationBatch.Float32(ones, rows, width), rows);
    float[] masks = outputs(network, inputs, 5);
    int dropped = 0;
    for (float mask : masks) {
      assertThat(mask).isIn(0f, (float) (1 / (1 - RATE)));
      dropped += mask == 0 ? 1 : 0;
    }
    double deviation = Math.sqrt(RATE * (1 - RATE) / masks.length);
    assertThat((double) dropped / masks.length).isCloseTo(RATE, within(4 * deviation));
    assertThat(outputs(network, inputs, 6)).isNotEqualTo(masks);
    assertThat(java.util.Arrays.copyOf(masks, width))
        .as("another row")
        .isNotEqualTo(java.util.Arrays.copyOfRange(masks, width, 2 * width));
  }

  @Test
  void eachForwardDropsOthersReproducibly() {
    KernelNetwork network = network(1);
    Inputs inputs = sequences(network.spec());
    Pass pass = network.pass(4, 10);
    pass.training(new Random(7));
    network.forward(pass, inputs);
    float[] first = pass.output(0).clone();
    java.util.Arrays.fill(pass.state(), 0f);
    network.forward(pass, inputs);
    assertThat(pass.output(0)).isNotEqualTo(first);
    assertThat(outputs(network, inputs, 7)).isEqualTo(first);
  }

  @Test
  void threadsDropTheSame() {
    KernelNetwork one = network(1);
    NetworkSpec spec = one.spec();
    Inputs rows = inputs(spec, 2000, 3);
    Inputs inputs = new Inputs(rows.observations(), null, null, 20, 100);
    try (KernelNetwork three = network(3)) {
      assertThat(outputs(three, inputs, 7)).isEqualTo(outputs(one, inputs, 7));
    }
  }

  /** The masks of the last forward, at which everything is smooth. */
  @Test
  void gradientAndTangentAreThoseOfWhatWasLeft() {
    KernelNetwork network = network(1);
    Inputs inputs = sequences(network.spec());
    float[][] weights = headRows(network.spec(), ROWS, 4);
    Pass pass = network.pass(4, 10);
    pass.training(new Random(7));
    network.forward(pass, inputs);
    float[] gradient = new float[network.parameters().length];
    network.backward(pass, weights, gradient, new float[ROWS * 5]);
    float[] direction = normal(gradient.length, 8);
    float[][] tangents = {new float[ROWS * 2]};
    network.tangent(pass, direction, tangents);

    double step = 1e-3;
    double difference =
        (loss(network, inputs, weights, direction, step)
                - loss(network, inputs, weights, direction, -step))
            / (2 * step);
    assertThat(dot(gradient, direction)).isCloseTo(difference, within(0.02 * Math.abs(difference)));
    assertThat(dot(tangents[0], weights[0]))
        .isCloseTo(dot(gradient, direction), within(1e-3 * Math.abs(difference)));
  }

  private static double loss(
      KernelNetwork network, Inputs inputs, float[][] weights, float[] direction, double step) {
    float[] kept = network.parameters().clone();
    for (int i = 0; i < kept.length; i++) {
      network.parameters()[i] += (float) (step * direction[i]);
    }
    network.parametersChanged();
    double loss = dot(outputs(network, inputs, 7), weights[0]);
    System.arraycopy(kept, 0, network.parameters(), 0, kept.length);
    network.parametersChanged();
    return loss;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static Inputs sequences(NetworkSpec spec) {
    Inputs rows = inputs(spec, ROWS, 3);
    return new Inputs(rows.observations(), null, null, 4, 10);
  }

  @Test
  void compositesTrainAllTheirParts() {
    NetworkSpec spec = spec(5, 0, 1, 2, 1);
    HeadNetworks heads =
        new HeadNetworks(
            spec,
            List.of(
                part ->
                    new KernelNetwork(architecture(part, List.of(new Layer.Dropout(RATE))), part),
                part ->
                    new KernelNetwork(architecture(part, List.of(new Layer.Dropout(RATE))), part)));
    Inputs inputs = inputs(spec, ROWS, 3);
    Pass pass = heads.pass(1, ROWS);
    heads.forward(pass, inputs);
    float[] policy = pass.output(0).clone();
    float[] value = pass.output(1).clone();
    pass.training(new Random(1));
    heads.forward(pass, inputs);
    assertThat(pass.output(0)).isNotEqualTo(policy);
    assertThat(pass.output(1)).isNotEqualTo(value);
  }

  @Test
  void dl4jIsRefusedAndNeverChosen() {
    NetworkSpec spec = spec(5, 0, 1, 2);
    Architecture architecture = architecture(spec, List.of(new Layer.Dropout(RATE)));
    assertThatThrownBy(() -> Engine.DL4J.create(architecture, spec))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("engine = dl4j cannot run dropout")
        .hasMessageContaining("engine = kernels");
    assertThat(Engine.AUTO.create(architecture, spec)).isInstanceOf(KernelNetwork.class);
  }
}
