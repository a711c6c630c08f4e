package org.apprentice.nn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apprentice.spi.ImageSpace;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Describes an {@link Architecture} as a DL4J graph with the same flat parameter vector. Nothing
 * else in a kernel network touches ND4J, which takes a second and much memory to start.
 */
final class Dl4jGraphs {
  private static final String OBSERVATION = "observation";
  private static final String ACTIONS = "actions";

  private Dl4jGraphs() {}

  /** The graph with a copy of the parameters; its outputs are the heads in order. */
  static ComputationGraph graph(Architecture architecture, float[] parameters) {
    ComputationGraph graph = new ComputationGraph(configuration(architecture));
    graph.init(Nd4j.createFromArray(parameters), true);
    return graph;
  }

  static void export(Architecture architecture, float[] parameters, Path zip) throws IOException {
    ModelSerializer.writeModel(graph(architecture, parameters), zip.toFile(), false);
  }

  private static ComputationGraphConfiguration configuration(Architecture architecture) {
    List<String> order = new ArrayList<>();
    // the flattened gradient is not to be divided by the batch size: losses say themselves whether
    // they are means
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder().miniBatch(false).updater(new NoOp()).graphBuilder();
    builder.addInputs(OBSERVATION);
    order.add(OBSERVATION);
    if (architecture.actionWidth() > 0) {
      builder.addInputs(ACTIONS);
      order.add(ACTIONS);
    }
    String input = OBSERVATION;
    if (architecture.observationSpace() instanceof ImageSpace) {
      input = "scaled";
      builder.addVertex(input, new ScaleVertex(1.0 / 255), OBSERVATION);
      order.add(input);
    }
    addLayers(architecture, builder, input, order);
    builder.setOutputs(
        architecture.heads().stream().map(Architecture.Head::name).toArray(String[]::new));
    ComputationGraphConfiguration configuration = builder.build();
    // the order of computation is the order of parameters; DL4J would interleave the torsos
    configuration.setTopologicalOrder(topologicalOrder(configuration, order));
    configuration.setTopologicalOrderStr(order);
    return configuration;
  }

  private static void addLayers(
      Architecture architecture, GraphBuilder builder, String input, List<String> order) {
    List<String> ends = new ArrayList<>();
    Shape observation = Shape.of(architecture.observationSpace());
    for (Architecture.Torso torso : architecture.torsos()) {
      String end = input;
      Shape shape = observation;
      for (int i = 0; i < torso.layers().size(); i++) {
        Architecture.Layer layer = torso.layers().get(i);
        String name = torso.name() + "-" + i;
        add(builder, name, layer, shape, end);
        shape = layer.output(shape);
        order.add(name);
        end = name;
      }
      ends.add(end);
    }
    for (Architecture.Head head : architecture.heads()) {
      Shape shape = architecture.torsos().get(head.torso()).output(observation);
      builder.addLayer(
          head.name(), dense(shape, head.width(), Activation.IDENTITY), ends.get(head.torso()));
      order.add(head.name());
    }
  }

  private static void add(
      GraphBuilder builder, String name, Architecture.Layer layer, Shape input, String from) {
    if (layer instanceof Architecture.Layer.Dense dense) {
      builder.addLayer(name, dense(input, dense.width(), dense.activation()), from);
    } else if (layer instanceof Architecture.Layer.JoinActions) {
      builder.addVertex(name, new MergeVertex(), from, ACTIONS);
    } else {
      throw new IllegalStateException("DL4J has no layer " + layer);
    }
  }

  private static DenseLayer dense(Shape input, int outputs, Activation activation) {
    return new DenseLayer.Builder()
        .nIn(input.width())
        .nOut(outputs)
        .activation(
            switch (activation) {
              case IDENTITY -> org.nd4j.linalg.activations.Activation.IDENTITY;
              case TANH -> org.nd4j.linalg.activations.Activation.TANH;
              case RELU -> org.nd4j.linalg.activations.Activation.RELU;
              case LEAKY_RELU -> org.nd4j.linalg.activations.Activation.LEAKYRELU;
              case ELU -> org.nd4j.linalg.activations.Activation.ELU;
            })
        .build();
  }

  private static int[] topologicalOrder(
      ComputationGraphConfiguration configuration, List<String> order) {
    List<String> indices = new ArrayList<>(configuration.getNetworkInputs());
    indices.addAll(configuration.getVertices().keySet());
    return order.stream().mapToInt(indices::indexOf).toArray();
  }
}
