package org.apprentice.nn;

import static org.apprentice.nn.Networks.gradient;
import static org.apprentice.nn.Networks.headRows;
import static org.apprentice.nn.Networks.inputs;
import static org.apprentice.nn.Networks.normal;
import static org.apprentice.nn.Networks.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class Dl4jNetworkTest {
  @TempDir Path folder;

  /** The same parameters give the same outputs, gradients and tangents in both engines. */
  @Property(tries = 25)
  void kernelsAgreeWithDl4jForAnyDenseArchitecture(
      @ForAll @Size(max = 3) List<@IntRange(min = 1, max = 40) Integer> hidden,
      @ForAll Activation activation,
      @ForAll boolean shared,
      @ForAll @IntRange(min = 1, max = 20) int observations,
      @ForAll @IntRange(max = 3) int actions,
      @ForAll @IntRange(min = 1, max = 20) int head,
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll long seed) {
    NetworkSpec spec = spec(observations, actions, 1, head, 1);
    Architecture architecture =
        Architecture.dense(spec, hidden, activation, Initialization.XAVIER, shared);
    KernelNetwork kernels = new KernelNetwork(architecture, spec);
    float[] noise = normal(kernels.parameters().length, seed + 2);
    for (int i = 0; i < noise.length; i++) {
      kernels.parameters()[i] += 0.1f * noise[i];
    }
    kernels.parametersChanged();
    Dl4jNetwork graph = Dl4jNetwork.of(architecture, spec);
    System.arraycopy(kernels.parameters(), 0, graph.parameters(), 0, noise.length);
    graph.parametersChanged();

    Inputs inputs = inputs(spec, rows, seed);
    Pass mine = kernels.pass(1, rows);
    Pass theirs = graph.pass(1, rows);
    kernels.forward(mine, inputs);
    graph.forward(theirs, inputs);
    assertClose(mine.output(0), theirs.output(0));
    assertClose(mine.output(1), theirs.output(1));

    float[][] weights = headRows(spec, rows, seed + 5);
    float[] myInputGradient = new float[rows * (observations + actions)];
    float[] theirInputGradient = new float[rows * (observations + actions)];
    assertClose(
        gradient(kernels, inputs, weights, myInputGradient),
        gradient(graph, inputs, weights, theirInputGradient));
    assertClose(myInputGradient, theirInputGradient);

    float[][] myTangents = {new float[rows * head], new float[rows]};
    float[][] theirTangents = {new float[rows * head], new float[rows]};
    kernels.tangent(mine, noise, myTangents);
    graph.tangent(theirs, noise, theirTangents);
    assertClose(myTangents[0], theirTangents[0]);
    assertClose(myTangents[1], theirTangents[1]);
  }

  /** To 1e-5 of the largest element. */
  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    float largest = 1;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("element %s", i).isCloseTo(expected[i], within(1e-5f * largest));
    }
  }

  @Test
  void exportedZipOpensInPlainDl4j() throws IOException {
    NetworkSpec spec = spec(4, 2, 1, 3, 1);
    KernelNetwork network = Networks.network(spec, Activation.TANH, false, 16, 8);
    network.export(folder.resolve("model.zip"));
    Inputs inputs = inputs(spec, 5, 1);
    Pass pass = network.pass(1, 5);
    network.forward(pass, inputs);

    ComputationGraph graph =
        ModelSerializer.restoreComputationGraph(folder.resolve("model.zip").toFile());
    INDArray observations =
        Nd4j.createFromArray(((ObservationBatch.Float32) inputs.observations()).values())
            .reshape(5, 4);
    INDArray[] outputs =
        graph.output(observations, Nd4j.createFromArray(inputs.actions()).reshape(5, 2));
    assertClose(pass.output(0), outputs[0].ravel().toFloatVector());
    assertClose(pass.output(1), outputs[1].ravel().toFloatVector());
    assertThat(graph.params().toFloatVector()).isEqualTo(network.parameters());
  }

  @Test
  void exportedImageNetworkScalesBytesItself() throws IOException {
    NetworkSpec spec =
        new NetworkSpec(
            new ImageSpace(1, 3, 4), 0, List.of(new NetworkSpec.Head("policy", 2, 1)), 3, 1);
    KernelNetwork network = Networks.network(spec, Activation.RELU, true, 8);
    network.export(folder.resolve("model.zip"));
    byte[] bytes = new byte[24];
    float[] values = new float[24];
    for (int i = 0; i < 24; i++) {
      bytes[i] = (byte) (i * 10);
      values[i] = i * 10;
    }
    Pass pass = network.pass(1, 2);
    network.forward(pass, Inputs.of(new ObservationBatch.UInt8(bytes, 2, 12), 2));

    ComputationGraph graph =
        ModelSerializer.restoreComputationGraph(folder.resolve("model.zip").toFile());
    assertClose(
        pass.output(0),
        graph.outputSingle(Nd4j.createFromArray(values).reshape(2, 12)).ravel().toFloatVector());
  }

  @Test
  void passesDoNotDisturbEachOther() {
    NetworkSpec spec = spec(4, 0, 1, 2);
    Dl4jNetwork network =
        Dl4jNetwork.of(
            Architecture.dense(spec, List.of(8), Activation.TANH, Initialization.ORTHOGONAL, true),
            spec);
    Inputs inputs = inputs(spec, 6, 1);
    float[][] weights = headRows(spec, 6, 2);
    float[] expected = gradient(network, inputs, weights, null);
    Pass training = network.pass(1, 6);
    network.forward(training, inputs);
    network.forward(network.pass(1, 6), inputs(spec, 6, 50));
    float[] gradient = new float[expected.length];
    network.backward(training, weights, gradient, null);
    assertThat(gradient).isEqualTo(expected);
  }

  @Test
  void refusesMemoriesThatForgetWhereTheyBegan() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("observation")
                .addLayer("memory", new SimpleRnn.Builder().nIn(4).nOut(2).build(), "observation")
                .setOutputs("memory")
                .build());
    graph.init();
    assertThatThrownBy(() -> new Dl4jNetwork(graph, spec(4, 0, 1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be LSTM or Dl4jGru")
        .hasMessageContaining("layer memory is a SimpleRnn");
  }

  @Test
  void refusesGraphsWithALoss() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("observation")
                .addLayer("hidden", new DenseLayer.Builder().nIn(4).nOut(8).build(), "observation")
                .addLayer("policy", new OutputLayer.Builder().nIn(8).nOut(2).build(), "hidden")
                .setOutputs("policy")
                .build());
    graph.init();
    assertThatThrownBy(() -> new Dl4jNetwork(graph, spec(4, 0, 1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layers without a loss")
        .hasMessageContaining("policy");
    assertThatThrownBy(() -> new Dl4jNetwork(graph, spec(4, 0, 1, 2, 1)))
        .hasMessage("the graph must have 1 inputs and 2 outputs, found 1 and 1");
  }
}
