package org.apprentice.nn;

import static org.apprentice.nn.Networks.headRows;
import static org.apprentice.nn.Networks.inputs;
import static org.apprentice.nn.Networks.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

class HeadNetworksTest {
  private static final int ROWS = 9;

  @TempDir Path folder;

  private final NetworkSpec spec = spec(4, 0, 1, 3, 1);
  private final NetworkFactory actor = part -> Networks.network(part, Activation.TANH, true, 16, 8);
  private final NetworkFactory critic = part -> Networks.network(part, Activation.RELU, true, 12);

  @Test
  void eachHeadHasItsOwnNetworkBehindOneVector() {
    HeadNetworks network = new HeadNetworks(spec, List.of(actor, critic));
    KernelNetwork first = (KernelNetwork) network.networks().get(0);
    KernelNetwork second = (KernelNetwork) network.networks().get(1);
    network.parameters()[3] = 0.5f;
    network.parameters()[network.parameters().length - 1] = 0.25f;
    network.parametersChanged();
    Inputs inputs = inputs(spec, ROWS, 2);
    Pass pass = network.pass(1, ROWS);
    network.forward(pass, inputs);
    assertThat(first.parameters()[3]).isEqualTo(0.5f);
    assertThat(second.parameters()[second.parameters().length - 1]).isEqualTo(0.25f);

    float[][] weights = headRows(spec, ROWS, 5);
    float[] gradient = new float[network.parameters().length];
    float[] inputGradient = new float[ROWS * 4];
    network.backward(pass, weights, gradient, inputGradient);
    float[] firstInput = new float[ROWS * 4];
    float[] secondInput = new float[ROWS * 4];
    float[] firstGradient =
        Networks.gradient(first, inputs, new float[][] {weights[0]}, firstInput);
    float[] secondGradient =
        Networks.gradient(second, inputs, new float[][] {weights[1]}, secondInput);
    assertThat(gradient).startsWith(firstGradient).endsWith(secondGradient);
    for (int i = 0; i < inputGradient.length; i++) {
      assertThat(inputGradient[i]).isEqualTo(firstInput[i] + secondInput[i]);
    }
  }

  @Test
  void restrictedPassComputesTheWantedHeadsAlone() {
    HeadNetworks network = new HeadNetworks(spec, List.of(actor, critic));
    Pass whole = network.pass(1, ROWS);
    Pass restricted = network.pass(1, ROWS);
    restricted.restrict(new boolean[] {false, true});
    Inputs first = inputs(spec, ROWS, 2);
    network.forward(whole, first);
    network.forward(restricted, first);
    assertThat(restricted.output(1)).containsExactly(whole.output(1));
    assertThat(restricted.output(0)).containsOnly(0f);

    float[][] weights = {null, headRows(spec, ROWS, 5)[1]};
    float[] gradient = new float[network.parameters().length];
    float[] expected = new float[network.parameters().length];
    network.backward(restricted, weights, gradient, null);
    network.backward(whole, weights, expected, null);
    assertThat(gradient).containsExactly(expected);

    restricted.restrict(new boolean[] {true, true});
    network.forward(restricted, first);
    assertThat(restricted.output(0)).containsExactly(whole.output(0));
  }

  @Test
  void exportsOneGraphForAllHeads() throws IOException {
    HeadNetworks network = new HeadNetworks(spec, List.of(actor, critic));
    Inputs inputs = inputs(spec, ROWS, 2);
    Pass pass = network.pass(1, ROWS);
    network.forward(pass, inputs);
    network.export(folder.resolve("model.zip"));
    ComputationGraph graph =
        ModelSerializer.restoreComputationGraph(folder.resolve("model.zip").toFile());
    float[] observations = ((ObservationBatch.Float32) inputs.observations()).values();
    float[] values =
        graph
            .output(Nd4j.createFromArray(observations).reshape(ROWS, 4))[1]
            .ravel()
            .toFloatVector();
    for (int row = 0; row < ROWS; row++) {
      assertThat(values[row]).isCloseTo(pass.output(1)[row], within(1e-5f));
    }
    assertThat(graph.getConfiguration().getNetworkOutputs()).containsExactly("head0", "head1");
  }
}
