package org.apprentice.nn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Any feed-forward DL4J graph as a network: general, and ten to twenty times slower than the
 * kernels. The graph's inputs are the observation ({@code [rows x shape of the space]}, bytes as
 * numbers from 0 to 255) and, where the specification has them, the actions; its outputs are the
 * heads in order, as layers without a loss.
 *
 * <p>DL4J keeps the activations of one forward pass only. A pass that is not the last one to have
 * gone forward repeats its own before it goes backward, so passes do not disturb each other; layers
 * that draw random numbers draw anew then.
 */
public final class Dl4jNetwork implements Network {
  private final ComputationGraph graph;
  private final NetworkSpec spec;
  private final Architecture architecture;
  private final long[] observationShape;
  private final float[] parameters;
  private ComputationGraph exact;
  private boolean stale;
  private GraphPass last;

  /**
   * A network with a copy of the graph.
   *
   * @throws IllegalArgumentException if the graph is recurrent, has outputs with a loss, or other
   *     inputs or outputs than the specification
   */
  public Dl4jNetwork(ComputationGraph graph, NetworkSpec spec) {
    this(
        graph,
        spec,
        null,
        Arrays.stream(spec.observationSpace().shape()).mapToLong(size -> size).toArray());
  }

  private Dl4jNetwork(
      ComputationGraph graph,
      NetworkSpec spec,
      Architecture architecture,
      long[] observationShape) {
    check(graph, spec);
    this.graph = new KeepingGraph(graph.getConfiguration());
    this.graph.init(graph.params(), true);
    this.spec = spec;
    this.architecture = architecture;
    this.observationShape = observationShape;
    this.parameters = graph.params().toFloatVector();
    // in workspaces, the gradient of the input would be gone before it is read
    this.graph.getConfiguration().setTrainingWorkspaceMode(WorkspaceMode.NONE);
    this.graph.getConfiguration().setInferenceWorkspaceMode(WorkspaceMode.NONE);
  }

  /** The graph of an architecture, with the initial parameters that the kernels would have. */
  public static Dl4jNetwork of(Architecture architecture, NetworkSpec spec) {
    if (architecture.uses(Architecture.Layer.Dropout.class)) {
      throw new IllegalArgumentException(
          "engine = dl4j cannot run dropout, for which DL4J draws from one generator of the whole"
              + " process; set engine = kernels, or dropout = 0");
    }
    if (architecture.torsos().stream()
        .anyMatch(torso -> ImageTorso.precision(torso.layers()) == Precision.BF16)) {
      throw new IllegalArgumentException(
          "precision = bf16 is for engine = kernels; DL4J computes in f32: set one of them");
    }
    float[] initial = new KernelNetwork(architecture, spec).parameters();
    return new Dl4jNetwork(
        Dl4jGraphs.graph(architecture, initial),
        spec,
        architecture,
        Dl4jGraphs.observationShape(architecture));
  }

  private static void check(ComputationGraph graph, NetworkSpec spec) {
    int inputs = spec.actionWidth() > 0 ? 2 : 1;
    if (graph.getNumInputArrays() != inputs || graph.getNumOutputArrays() != spec.heads().size()) {
      throw new IllegalArgumentException(
          "the graph must have "
              + inputs
              + " inputs and "
              + spec.heads().size()
              + " outputs, found "
              + graph.getNumInputArrays()
              + " and "
              + graph.getNumOutputArrays());
    }
    for (Layer layer : graph.getLayers()) {
      if (layer instanceof RecurrentLayer) {
        throw new IllegalArgumentException(
            "the graph must be feed-forward, found the recurrent layer "
                + layer.conf().getLayer().getLayerName());
      }
    }
    for (String output : graph.getConfiguration().getNetworkOutputs()) {
      if (graph.getLayer(output) instanceof IOutputLayer) {
        throw new IllegalArgumentException(
            "outputs of the graph must be layers without a loss, such as DenseLayer with the identity; "
                + output
                + " has one");
      }
    }
  }

  @Override
  public NetworkSpec spec() {
    return spec;
  }

  /** What the graph was made from; empty for a graph made elsewhere. */
  public Optional<Architecture> architecture() {
    return Optional.ofNullable(architecture);
  }

  @Override
  public String description() {
    return architecture == null
        ? "DL4J graph " + String.join(", ", graph.getConfiguration().getTopologicalOrderStr())
        : architecture.fingerprint();
  }

  @Override
  public int stateWidth() {
    return 0;
  }

  @Override
  public int featureWidth(int head) {
    return (int) ((FeedForwardLayer) graph.getLayer(outputName(head)).conf().getLayer()).getNIn();
  }

  private String outputName(int head) {
    return graph.getConfiguration().getNetworkOutputs().get(head);
  }

  @Override
  public Pass pass(int maxSteps, int maxBatch) {
    return new GraphPass(maxSteps * maxBatch);
  }

  @Override
  public void forward(Pass pass, Inputs inputs) {
    GraphPass own = mine(pass);
    own.keep(inputs);
    refresh();
    feed(own);
  }

  private void refresh() {
    if (stale) {
      stale = false;
      graph.setParams(Nd4j.createFromArray(parameters).castTo(graph.params().dataType()));
    }
  }

  private void feed(GraphPass pass) {
    Map<String, INDArray> activations = graph.feedForward(pass.arrays, true, false);
    last = pass;
    for (int head = 0; head < spec.heads().size(); head++) {
      String name = outputName(head);
      pass.store(head, activations.get(name));
      pass.features[head] =
          activations.get(graph.getConfiguration().getVertexInputs().get(name).get(0));
    }
  }

  @Override
  public void backward(
      Pass pass, float[][] headGradients, float[] parameterGradient, float[] inputGradient) {
    GraphPass own = mine(pass);
    if (last != own) {
      feed(own);
    }
    INDArray[] errors = new INDArray[headGradients.length];
    for (int head = 0; head < errors.length; head++) {
      int width = spec.heads().get(head).width();
      float[] rows =
          headGradients[head] == null
              ? new float[own.rows * width]
              : Arrays.copyOf(headGradients[head], own.rows * width);
      errors[head] = Nd4j.createFromArray(rows).reshape(own.rows, width);
    }
    graph.backpropGradient(errors);
    last = null; // going backward may have overwritten activations
    float[] flat = graph.getFlattenedGradients().toFloatVector();
    System.arraycopy(flat, 0, parameterGradient, 0, flat.length);
    if (inputGradient != null) {
      int total = spec.observationSpace().width() + spec.actionWidth();
      int column = 0;
      for (String input : graph.getConfiguration().getNetworkInputs()) {
        int width = column == 0 ? spec.observationSpace().width() : spec.actionWidth();
        float[] rows =
            graph.getVertex(input).getEpsilon().reshape(own.rows * (long) width).toFloatVector();
        for (int row = 0; row < own.rows; row++) {
          System.arraycopy(rows, row * width, inputGradient, row * total + column, width);
        }
        column += width;
      }
    }
  }

  /**
   * By central differences of a copy of the graph in double precision, whose error is about 1e-9 of
   * the result where the graph is smooth.
   */
  @Override
  public void tangent(Pass pass, float[] direction, float[][] headTangents) {
    GraphPass own = mine(pass);
    if (exact == null) {
      exact = new KeepingGraph(graph.getConfiguration());
      exact.getConfiguration().setDataType(DataType.DOUBLE);
      exact.init(Nd4j.createFromArray(parameters).castTo(DataType.DOUBLE), false);
    }
    INDArray center = Nd4j.createFromArray(parameters).castTo(DataType.DOUBLE);
    INDArray vector = Nd4j.createFromArray(direction).castTo(DataType.DOUBLE);
    double norm = vector.norm2Number().doubleValue();
    double step = norm == 0 ? 1 : 1e-5 / norm;
    INDArray[] inputs =
        Arrays.stream(own.arrays).map(a -> a.castTo(DataType.DOUBLE)).toArray(INDArray[]::new);
    exact.setParams(center.add(vector.mul(step)));
    INDArray[] up = exact.output(true, inputs);
    exact.setParams(center.sub(vector.mul(step)));
    INDArray[] down = exact.output(true, inputs);
    for (int head = 0; head < up.length; head++) {
      if (headTangents[head] != null) {
        float[] rows =
            up[head].sub(down[head]).divi(2 * step).castTo(DataType.FLOAT).ravel().toFloatVector();
        System.arraycopy(rows, 0, headTangents[head], 0, rows.length);
      }
    }
  }

  private GraphPass mine(Pass pass) {
    if (pass instanceof GraphPass own && own.network() == this) {
      return own;
    }
    throw new IllegalArgumentException("the pass belongs to another network");
  }

  @Override
  public float[] parameters() {
    return parameters;
  }

  @Override
  public void parametersChanged() {
    stale = true;
    last = null;
  }

  @Override
  public void export(Path zip) throws IOException {
    refresh();
    ModelSerializer.writeModel(graph, zip.toFile(), false);
  }

  /** Keeps the gradients of its inputs, which DL4J clears after going backward. */
  private static final class KeepingGraph extends ComputationGraph {
    private static final long serialVersionUID = 1L;

    KeepingGraph(ComputationGraphConfiguration configuration) {
      super(configuration.clone());
      // clone forgets the order, which is that of the parameters
      getConfiguration().setTopologicalOrder(configuration.getTopologicalOrder());
      getConfiguration().setTopologicalOrderStr(configuration.getTopologicalOrderStr());
    }

    @Override
    protected void calcBackpropGradients(
        boolean clearLayers, boolean truncated, INDArray... errors) {
      super.calcBackpropGradients(false, truncated, errors);
    }
  }

  /** Keeps its inputs, to repeat its forward pass. */
  private final class GraphPass implements Pass {
    private final int maxRows;
    private final float[][] outputs;

    /** Per head, the activations that it was made from. */
    private final INDArray[] features;

    private INDArray[] arrays;
    private int rows;

    GraphPass(int maxRows) {
      this.maxRows = maxRows;
      this.outputs = new float[spec.heads().size()][];
      this.features = new INDArray[spec.heads().size()];
      for (int head = 0; head < outputs.length; head++) {
        outputs[head] = new float[maxRows * spec.heads().get(head).width()];
      }
    }

    Dl4jNetwork network() {
      return Dl4jNetwork.this;
    }

    void keep(Inputs inputs) {
      rows = inputs.rows();
      if (rows > maxRows) {
        throw new IllegalArgumentException(
            "the pass was made for " + maxRows + " rows, found " + rows);
      }
      INDArray observation = Nd4j.createFromArray(observations(inputs)).reshape(shape());
      arrays =
          spec.actionWidth() == 0
              ? new INDArray[] {observation}
              : new INDArray[] {
                observation,
                Nd4j.createFromArray(Arrays.copyOf(inputs.actions(), rows * spec.actionWidth()))
                    .reshape(rows, spec.actionWidth())
              };
    }

    private long[] shape() {
      long[] shape = new long[observationShape.length + 1];
      shape[0] = rows;
      System.arraycopy(observationShape, 0, shape, 1, observationShape.length);
      return shape;
    }

    private float[] observations(Inputs inputs) {
      int length = rows * spec.observationSpace().width();
      if (inputs.observations() instanceof ObservationBatch.Float32 real) {
        return Arrays.copyOf(real.values(), length);
      }
      byte[] bytes = ((ObservationBatch.UInt8) inputs.observations()).values();
      float[] values = new float[length];
      for (int i = 0; i < length; i++) {
        values[i] = bytes[i] & 0xff;
      }
      return values;
    }

    void store(int head, INDArray activations) {
      float[] flat = activations.castTo(DataType.FLOAT).ravel().toFloatVector();
      if (flat.length != rows * spec.heads().get(head).width()) {
        throw new IllegalArgumentException(
            "output "
                + spec.heads().get(head).name()
                + " must have width "
                + spec.heads().get(head).width()
                + ", found shape "
                + Arrays.toString(activations.shape()));
      }
      System.arraycopy(flat, 0, outputs[head], 0, flat.length);
    }

    @Override
    public float[] output(int head) {
      return outputs[head];
    }

    @Override
    public float[] features(int head) {
      return features[head].castTo(DataType.FLOAT).ravel().toFloatVector();
    }

    @Override
    public float[] state() {
      return new float[0];
    }
  }
}
