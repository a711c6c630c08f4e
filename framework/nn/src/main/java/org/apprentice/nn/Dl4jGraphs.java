package org.apprentice.nn;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apprentice.spi.ImageSpace;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Describes an {@link Architecture} as a DL4J graph with the same flat parameter vector. Nothing
 * else in a kernel network touches ND4J, which takes a second and much memory to start.
 *
 * <p>A recurrent graph takes and gives {@code [batch, width, steps]}. Only memories compute with
 * such arrays: what is between them folds the steps into the rows.
 */
final class Dl4jGraphs {
  private static final String OBSERVATION = "observation";
  private static final String ACTIONS = "actions";

  /** An entry of the zip for whoever opens it without this class path. */
  private static final String NOTE = "README.txt";

  private final Architecture architecture;
  private final boolean recurrent;
  private final GraphBuilder builder;

  /** Names of inputs and vertices, in the order of computation. */
  private final List<String> order = new ArrayList<>();

  /** Where torsos find the actions. */
  private String actions = ACTIONS;

  private Dl4jGraphs(Architecture architecture) {
    this.architecture = architecture;
    this.recurrent = architecture.stateWidth() > 0;
    // the flattened gradient is not to be divided by the batch size: losses say themselves whether
    // they are means
    this.builder =
        new NeuralNetConfiguration.Builder().miniBatch(false).updater(new NoOp()).graphBuilder();
  }

  /** The graph with a copy of the parameters; its outputs are the heads in order. */
  static ComputationGraph graph(Architecture architecture, float[] parameters) {
    ComputationGraph graph = new ComputationGraph(new Dl4jGraphs(architecture).configuration());
    graph.init(Nd4j.createFromArray(parameters), true);
    return graph;
  }

  static void export(Architecture architecture, float[] parameters, Path zip) throws IOException {
    ModelSerializer.writeModel(graph(architecture, parameters), zip.toFile(), false);
    if (architecture.uses(Architecture.Layer.Gru.class)) {
      note(
          zip,
          "This network has layers of the class "
              + Dl4jGru.class.getName()
              + ", for DL4J has no gated recurrent unit.\nTo open it with ModelSerializer,"
              + " put the jar apprentice-nn on the class path.\n");
    }
  }

  private static void note(Path zip, String text) throws IOException {
    try (FileSystem entries = FileSystems.newFileSystem(zip)) {
      Files.writeString(entries.getPath(NOTE), text);
    }
  }

  /**
   * Shape of one row of the first input of a graph that is not recurrent: that of the image where a
   * layer sees it as such.
   */
  static long[] observationShape(Architecture architecture) {
    return seesImages(architecture)
        ? Arrays.stream(architecture.observationSpace().shape()).asLongStream().toArray()
        : new long[] {architecture.observationSpace().width()};
  }

  private static boolean seesImages(Architecture architecture) {
    return architecture.torsos().stream().anyMatch(torso -> ImageTorso.begins(torso.layers()));
  }

  private ComputationGraphConfiguration configuration() {
    String input = input(OBSERVATION);
    if (architecture.actionWidth() > 0) {
      actions = input(ACTIONS);
    }
    if (recurrent) {
      input = fold(OBSERVATION);
      actions = architecture.actionWidth() > 0 ? fold(ACTIONS) : null;
    }
    if (architecture.observationSpace() instanceof ImageSpace) {
      input = vertex("scaled", new ScaleVertex(1.0 / 255), input);
    }
    if (recurrent && seesImages(architecture)) {
      Shape.Image image = (Shape.Image) Shape.of(architecture.observationSpace());
      InputPreProcessor shape =
          new FeedForwardToCnnPreProcessor(image.rows(), image.columns(), image.channels());
      input = reshape("images", shape, input);
    }
    addLayers(input);
    builder.setOutputs(
        architecture.heads().stream().map(Architecture.Head::name).toArray(String[]::new));
    ComputationGraphConfiguration configuration = builder.build();
    // the order of computation is the order of parameters; DL4J would interleave the torsos
    configuration.setTopologicalOrder(topologicalOrder(configuration, order));
    configuration.setTopologicalOrderStr(order);
    return configuration;
  }

  private String input(String name) {
    builder.addInputs(name);
    order.add(name);
    return name;
  }

  private String layer(String name, Layer layer, String... from) {
    builder.addLayer(name, layer, from);
    order.add(name);
    return name;
  }

  private String vertex(String name, GraphVertex vertex, String... from) {
    builder.addVertex(name, vertex, from);
    order.add(name);
    return name;
  }

  /** Makes rows of sequences. */
  private String fold(String sequences) {
    return reshape(sequences + "-rows", new RnnToFeedForwardPreProcessor(), sequences);
  }

  /** Makes sequences of rows. */
  private String unfold(String name, String rows) {
    return reshape(name, new FeedForwardToRnnPreProcessor(), rows);
  }

  /**
   * As the preprocessor of a layer that does nothing else: {@code rnnTimeStep} skips those of
   * recurrent layers, and vertices do not know the batch size.
   */
  private String reshape(String name, InputPreProcessor preprocessor, String from) {
    builder.addLayer(
        name,
        new ActivationLayer(org.nd4j.linalg.activations.Activation.IDENTITY),
        preprocessor,
        from);
    order.add(name);
    return name;
  }

  private void addLayers(String input) {
    List<String> ends = new ArrayList<>();
    Shape observation = Shape.of(architecture.observationSpace());
    for (Architecture.Torso torso : architecture.torsos()) {
      String end = input;
      Shape shape = observation;
      if (seesImages(architecture) && !ImageTorso.begins(torso.layers())) {
        end = vertex(torso.name() + "-flat", flatten((Shape.Image) observation), end);
      }
      for (int i = 0; i < torso.layers().size(); i++) {
        Architecture.Layer layer = torso.layers().get(i);
        end = add(torso.name() + "-" + i, layer, shape, end);
        shape = layer.output(shape);
      }
      ends.add(end);
    }
    for (Architecture.Head head : architecture.heads()) {
      Shape shape = architecture.torsos().get(head.torso()).output(observation);
      String end = ends.get(head.torso());
      DenseLayer dense = dense(shape, head.width(), Activation.IDENTITY);
      if (recurrent) {
        unfold(head.name(), layer(head.name() + "-rows", dense, end));
      } else {
        layer(head.name(), dense, end);
      }
    }
  }

  /** Returns the name of what the layer gives. */
  private String add(String name, Architecture.Layer layer, Shape input, String from) {
    if (layer instanceof Architecture.Layer.Dense dense) {
      return layer(name, dense(input, dense.width(), dense.activation()), from);
    }
    if (layer instanceof Architecture.Layer.Lstm lstm) {
      return fold(layer(name, lstm(input, lstm), unfold(name + "-sequences", from)));
    }
    if (layer instanceof Architecture.Layer.Gru gru) {
      Dl4jGru memory = new Dl4jGru.Builder().nIn(input.width()).nOut(gru.width()).build();
      return fold(layer(name, memory, unfold(name + "-sequences", from)));
    }
    if (layer instanceof Architecture.Layer.JoinActions) {
      return vertex(name, new MergeVertex(), from, actions);
    }
    if (layer instanceof Architecture.Layer.Dropout dropout) {
      return layer(
          name, new org.deeplearning4j.nn.conf.layers.DropoutLayer(1 - dropout.rate()), from);
    }
    if (layer instanceof ImageLayer.Convolution convolution) {
      return layer(name, convolution((Shape.Image) input, convolution), from);
    }
    if (layer instanceof ImageLayer.MaxPooling pooling) {
      return layer(name, pooling(pooling), from);
    }
    if (layer instanceof ImageLayer.Flatten) {
      return input instanceof Shape.Image image ? vertex(name, flatten(image), from) : from;
    }
    throw new IllegalStateException("DL4J has no layer " + layer);
  }

  private static LSTM lstm(Shape input, Architecture.Layer.Lstm lstm) {
    return new LSTM.Builder()
        .nIn(input.width())
        .nOut(lstm.width())
        .activation(org.nd4j.linalg.activations.Activation.TANH)
        .gateActivationFunction(org.nd4j.linalg.activations.Activation.SIGMOID)
        .forgetGateBiasInit(lstm.forgetBias())
        .build();
  }

  private static DenseLayer dense(Shape input, int outputs, Activation activation) {
    return new DenseLayer.Builder()
        .nIn(input.width())
        .nOut(outputs)
        .activation(activation(activation))
        .build();
  }

  private static ConvolutionLayer convolution(Shape.Image input, ImageLayer.Convolution layer) {
    return new ConvolutionLayer.Builder(layer.kernel(), layer.kernel())
        .nIn(input.channels())
        .nOut(layer.channels())
        .stride(layer.stride(), layer.stride())
        .padding(layer.padding(), layer.padding())
        .convolutionMode(ConvolutionMode.Truncate)
        .activation(activation(layer.activation()))
        .build();
  }

  private static SubsamplingLayer pooling(ImageLayer.MaxPooling layer) {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(layer.size(), layer.size())
        .stride(layer.stride(), layer.stride())
        .convolutionMode(ConvolutionMode.Truncate)
        .build();
  }

  private static PreprocessorVertex flatten(Shape.Image image) {
    return new PreprocessorVertex(
        new CnnToFeedForwardPreProcessor(image.rows(), image.columns(), image.channels()));
  }

  private static org.nd4j.linalg.activations.Activation activation(Activation activation) {
    return switch (activation) {
      case IDENTITY -> org.nd4j.linalg.activations.Activation.IDENTITY;
      case TANH -> org.nd4j.linalg.activations.Activation.TANH;
      case RELU -> org.nd4j.linalg.activations.Activation.RELU;
      case LEAKY_RELU -> org.nd4j.linalg.activations.Activation.LEAKYRELU;
      case ELU -> org.nd4j.linalg.activations.Activation.ELU;
    };
  }

  private static int[] topologicalOrder(
      ComputationGraphConfiguration configuration, List<String> order) {
    List<String> indices = new ArrayList<>(configuration.getNetworkInputs());
    indices.addAll(configuration.getVertices().keySet());
    return order.stream().mapToInt(indices::indexOf).toArray();
  }
}
