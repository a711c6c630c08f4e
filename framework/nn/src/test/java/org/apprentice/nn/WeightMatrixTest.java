package org.apprentice.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.apprentice.nn.Architecture.Layer;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Space;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class WeightMatrixTest {
  private static Architecture of(Space space, int actions, Layer... layers) {
    return new Architecture(
        space,
        actions,
        List.of(new Architecture.Torso("torso", List.of(layers))),
        List.of(
            new Architecture.Head("policy", 0, 3, Initialization.ORTHOGONAL, 1),
            new Architecture.Head("value", 0, 1, Initialization.ORTHOGONAL, 1)));
  }

  private static Architecture image() {
    return of(
        new ImageSpace(2, 9, 8),
        2,
        ImageNetworkTest.convolution(3, 3, 2, 1, Activation.TANH),
        new ImageLayer.MaxPooling(2, 1),
        ImageNetworkTest.convolution(4, 2, 1, 0, Activation.ELU),
        new ImageLayer.Flatten(),
        new Layer.JoinActions(2),
        ImageNetworkTest.dense(6, Activation.TANH));
  }

  static Stream<Architecture> architectures() {
    Initialization initialization = Initialization.ORTHOGONAL;
    return Stream.of(
        image(),
        of(BoxSpace.unbounded(4), 2, new Layer.JoinActions(2), new Layer.Gru(5, initialization)),
        of(BoxSpace.unbounded(4), 0, new Layer.Lstm(5, 0, initialization), new Layer.Dropout(0.5)),
        Architecture.dense(
            Networks.spec(4, 2, 1, 2, 1), List.of(6, 5), Activation.RELU, initialization, false));
  }

  /** A new network's biases are 0 and its weights are not. */
  @ParameterizedTest
  @MethodSource("architectures")
  void allButBiasesIsInMatrices(Architecture architecture) {
    float[] parameters =
        new KernelNetwork(architecture, ImageNetworkTest.spec(architecture, 1)).parameters();
    boolean[] weights = new boolean[parameters.length];
    for (WeightMatrix matrix : architecture.weightMatrices()) {
      for (int i = matrix.offset(); i < matrix.offset() + matrix.size(); i++) {
        assertThat(weights[i]).as("%d is in one matrix only", i).isFalse();
        weights[i] = true;
      }
    }
    for (int i = 0; i < parameters.length; i++) {
      assertThat(parameters[i] != 0).as("parameter %d is a weight", i).isEqualTo(weights[i]);
    }
  }

  @Test
  void rowsAreTheOutputsOfDl4jsLayers() {
    Architecture architecture = image();
    float[] parameters =
        new KernelNetwork(architecture, ImageNetworkTest.spec(architecture, 1)).parameters();
    ComputationGraph graph = Dl4jGraphs.graph(architecture, parameters);
    List<INDArray> theirs =
        Stream.of(graph.getLayers())
            .map(layer -> layer.getParam("W"))
            .filter(weights -> weights != null)
            .toList();
    List<WeightMatrix> matrices = architecture.weightMatrices();
    assertThat(matrices).hasSameSizeAs(theirs).hasSize(5);
    for (int i = 0; i < matrices.size(); i++) {
      WeightMatrix matrix = matrices.get(i);
      INDArray theirMatrix =
          theirs.get(i).rank() == 4
              ? theirs.get(i).dup('c').reshape('c', matrix.rows(), matrix.columns())
              : theirs.get(i).transpose();
      for (int row = 0; row < matrix.rows(); row++) {
        for (int column = 0; column < matrix.columns(); column++) {
          assertThat(parameters[matrix.offset() + row * matrix.columns() + column])
              .isEqualTo(theirMatrix.getFloat(row, column));
        }
      }
    }
  }

  @Test
  void matricesOfANetworkPerHeadLieOneNetworkBehindTheOther() {
    NetworkSpec spec = Networks.spec(4, 0, 1, 3, 1);
    HeadNetworks networks =
        new HeadNetworks(
            spec,
            List.of(
                head -> Networks.network(head, Activation.TANH, true, 5),
                head -> Networks.network(head, Activation.TANH, true, 2)));

    assertThat(WeightMatrix.of(networks))
        .containsExactly(
            new WeightMatrix(0, 5, 4),
            new WeightMatrix(25, 3, 5),
            new WeightMatrix(43, 2, 4),
            new WeightMatrix(53, 1, 2));
  }

  @Test
  void aGraphMadeElsewhereIsRefused() {
    Architecture architecture = image();
    NetworkSpec spec = ImageNetworkTest.spec(architecture, 1);
    Dl4jNetwork own = Dl4jNetwork.of(architecture, spec);
    Dl4jNetwork other =
        new Dl4jNetwork(Dl4jGraphs.graph(architecture, own.parameters().clone()), spec);

    assertThat(WeightMatrix.of(own)).isEqualTo(architecture.weightMatrices());
    assertThatThrownBy(() -> WeightMatrix.of(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("where the weights of DL4J graph")
        .hasMessageContaining("mlp, cnn, gru or lstm");
  }
}
