package corridor;

import org.apprentice.nn.Dl4jNetwork;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.NetworkSpec;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;

/** One hidden layer, described as a graph of DL4J. */
final class Graph implements NetworkPlugin<Graph.Config> {
  record Config(int width) {}

  @Override
  public String name() {
    return "graph";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public String description() {
    return "a hidden layer of DL4J";
  }

  @Override
  public Network create(Config config, NetworkSpec spec) {
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(spec.seed())
            .graphBuilder()
            .addInputs("observation")
            .addLayer(
                "hidden",
                dense(spec.observationSpace().width(), config.width(), Activation.TANH),
                "observation");
    for (NetworkSpec.Head head : spec.heads()) {
      builder.addLayer(
          head.name(), dense(config.width(), head.width(), Activation.IDENTITY), "hidden");
    }
    builder.setOutputs(spec.heads().stream().map(NetworkSpec.Head::name).toArray(String[]::new));
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return new Dl4jNetwork(graph, spec);
  }

  private static DenseLayer dense(int inputs, int outputs, Activation activation) {
    return new DenseLayer.Builder().nIn(inputs).nOut(outputs).activation(activation).build();
  }
}
