package org.apprentice.nn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Any DL4J graph as a network: general, and ten to a hundred times slower than the kernels. The
 * graph's inputs are the observation ({@code [rows x shape of the space]}, bytes as numbers from 0
 * to 255) and, where the specification has them, the actions; its outputs are the heads in order,
 * as layers without a loss. A graph with recurrent layers (LSTM or {@link Dl4jGru}) takes and gives
 * {@code [sequences x width x steps]} instead: forward goes step by step, and backward through the
 * sequences cut where they are reset, for DL4J knows no resets.
 *
 * <p>DL4J keeps the activations of one forward pass only. A pass that is not the last one to have
 * gone forward repeats its own before it goes backward, so passes do not disturb each other; layers
 * that draw random numbers draw anew then.
 */
public final class Dl4jNetwork implements Network {
  private final KeepingGraph graph;
  private final NetworkSpec spec;
  private final Architecture architecture;
  private final long[] observationShape;
  private final float[] parameters;
  private final Dl4jMemories memories;

  /** The vertices that give the outputs of the heads, then those that give their features. */
  private final List<String> resultNames = new ArrayList<>();

  private KeepingGraph exact;
  private boolean stale;
  private GraphPass last;

  /**
   * A network with a copy of the graph.
   *
   * @throws IllegalArgumentException if the graph has other recurrent layers, outputs with a loss,
   *     or other inputs or outputs than the specification
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
    this.memories = new Dl4jMemories(this.graph);
    for (int head = 0; head < spec.heads().size(); head++) {
      resultNames.add(this.graph.outputName(head));
    }
    for (int head = 0; head < spec.heads().size(); head++) {
      resultNames.add(this.graph.inputName(this.graph.linearName(head)));
    }
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
    return memories.stateWidth();
  }

  @Override
  public int featureWidth(int head) {
    return graph.getLayer(graph.linearName(head)).conf().getLayer() instanceof DenseLayer dense
        ? (int) dense.getNIn()
        : 0;
  }

  @Override
  public Pass pass(int maxSteps, int maxBatch) {
    return new GraphPass(maxSteps, maxBatch);
  }

  @Override
  public void forward(Pass pass, Inputs inputs) {
    GraphPass own = mine(pass);
    own.keep(inputs);
    refresh();
    if (stateWidth() > 0) {
      step(own, graph, DataType.FLOAT, own::store);
      memories.take(graph, own.state, own.batch);
    } else {
      feed(own);
    }
  }

  private void refresh() {
    if (stale) {
      stale = false;
      graph.setParams(Nd4j.createFromArray(parameters).castTo(graph.params().dataType()));
    }
  }

  private void feed(GraphPass pass) {
    Map<String, INDArray> activations = graph.feedForward(pass.arrays(DataType.FLOAT), true, false);
    last = pass;
    pass.store(0, resultNames.stream().map(activations::get).toArray(INDArray[]::new));
  }

  /** Takes the results of one step: the heads' outputs, and behind them their features. */
  private interface Taker {
    void take(int step, INDArray[] results);
  }

  /** A recurrent graph step by step, from the state with which the pass began. */
  private void step(GraphPass pass, KeepingGraph stepped, DataType type, Taker taker) {
    memories.put(stepped, pass.startState, pass.batch, type);
    for (int step = 0; step < pass.steps; step++) {
      if (pass.resets != null) {
        memories.forget(stepped, pass.resets, step * pass.batch, pass.batch);
      }
      taker.take(step, stepped.step(resultNames, pass.step(step, type)));
    }
  }

  @Override
  public void backward(
      Pass pass, float[][] headGradients, float[] parameterGradient, float[] inputGradient) {
    GraphPass own = mine(pass);
    Segments segments = stateWidth() == 0 ? null : new Segments(own.steps, own.batch, own.resets);
    if (segments != null) {
      float[] states = segments.states(own.startState, stateWidth(), own.resets);
      memories.put(graph, states, segments.count(), DataType.FLOAT);
      graph.feedSequences(own.arrays(segments));
    } else if (last != own) {
      feed(own);
    }
    INDArray[] errors = new INDArray[headGradients.length];
    for (int head = 0; head < errors.length; head++) {
      int width = spec.heads().get(head).width();
      float[] rows =
          headGradients[head] == null
              ? new float[own.rows * width]
              : Arrays.copyOf(headGradients[head], own.rows * width);
      errors[head] =
          segments == null
              ? Nd4j.createFromArray(rows).reshape(own.rows, width)
              : segments.cut(rows, width);
    }
    graph.backpropGradient(errors);
    last = null; // going backward may have overwritten activations
    float[] flat = graph.getFlattenedGradients().toFloatVector();
    System.arraycopy(flat, 0, parameterGradient, 0, flat.length);
    if (inputGradient != null) {
      readInputGradient(own, segments, inputGradient);
    }
  }

  private void readInputGradient(GraphPass pass, Segments segments, float[] inputGradient) {
    int total = spec.observationSpace().width() + spec.actionWidth();
    int column = 0;
    for (String input : graph.getConfiguration().getNetworkInputs()) {
      int width = column == 0 ? spec.observationSpace().width() : spec.actionWidth();
      boolean image = column == 0 && spec.observationSpace() instanceof ImageSpace;
      // the graph is given bytes, but the gradient is to be by pixels in [0, 1]
      INDArray epsilon = graph.getVertex(input).getEpsilon().mul(image ? 255 : 1);
      if (segments != null) {
        segments.join(epsilon, width, inputGradient, total, column);
      } else {
        float[] rows = epsilon.reshape(pass.rows * (long) width).toFloatVector();
        for (int row = 0; row < pass.rows; row++) {
          System.arraycopy(rows, row * width, inputGradient, row * total + column, width);
        }
      }
      column += width;
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
    double[][] up = exactOutputs(own, center.add(vector.mul(step)));
    double[][] down = exactOutputs(own, center.sub(vector.mul(step)));
    for (int head = 0; head < up.length; head++) {
      for (int i = 0; headTangents[head] != null && i < up[head].length; i++) {
        headTangents[head][i] = (float) ((up[head][i] - down[head][i]) / (2 * step));
      }
    }
  }

  private double[][] exactOutputs(GraphPass pass, INDArray exactParameters) {
    exact.setParams(exactParameters);
    double[][] outputs = new double[spec.heads().size()][];
    for (int head = 0; head < outputs.length; head++) {
      outputs[head] = new double[pass.rows * spec.heads().get(head).width()];
    }
    Taker taker =
        (step, results) -> {
          for (int head = 0; head < outputs.length; head++) {
            double[] rows = results[head].dup('c').ravel().toDoubleVector();
            int firstRow = step * pass.batch;
            System.arraycopy(
                rows, 0, outputs[head], firstRow * spec.heads().get(head).width(), rows.length);
          }
        };
    if (stateWidth() > 0) {
      step(pass, exact, DataType.DOUBLE, taker);
    } else {
      taker.take(0, exact.output(true, pass.arrays(DataType.DOUBLE)));
    }
    return outputs;
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
    if (architecture != null) {
      Dl4jGraphs.export(architecture, parameters, zip);
      return;
    }
    refresh();
    ModelSerializer.writeModel(graph, zip.toFile(), false);
  }

  /** Keeps its inputs and the state with which it began, to repeat its forward pass. */
  private final class GraphPass implements Pass {
    private final int maxRows;
    private final float[][] outputs;

    /** Per head and step, the activations that it was made from; rows are all of one step. */
    private final INDArray[][] features;

    private final float[] state;
    private final float[] startState;
    private float[] observations;
    private float[] actions;
    private boolean[] resets;
    private int steps;
    private int batch;
    private int rows;

    GraphPass(int maxSteps, int maxBatch) {
      this.maxRows = maxSteps * maxBatch;
      this.state = new float[maxBatch * stateWidth()];
      this.startState = new float[state.length];
      this.outputs = new float[spec.heads().size()][];
      this.features = new INDArray[spec.heads().size()][maxSteps];
      for (int head = 0; head < outputs.length; head++) {
        outputs[head] = new float[maxRows * spec.heads().get(head).width()];
      }
    }

    Dl4jNetwork network() {
      return Dl4jNetwork.this;
    }

    void keep(Inputs inputs) {
      int needed = inputs.batch() * stateWidth();
      if (inputs.rows() > maxRows || needed > state.length) {
        throw new IllegalArgumentException(
            "the pass was made for " + maxRows + " rows, found " + inputs.rows());
      }
      rows = inputs.rows();
      steps = inputs.steps();
      batch = inputs.batch();
      observations = numbers(inputs);
      int actionWidth = spec.actionWidth();
      actions = actionWidth == 0 ? null : Arrays.copyOf(inputs.actions(), rows * actionWidth);
      resets = inputs.resets() == null ? null : Arrays.copyOf(inputs.resets(), rows);
      System.arraycopy(state, 0, startState, 0, state.length);
    }

    private float[] numbers(Inputs inputs) {
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

    /** The inputs of a feed-forward graph. */
    INDArray[] arrays(DataType type) {
      long[] shape = new long[observationShape.length + 1];
      shape[0] = rows;
      System.arraycopy(observationShape, 0, shape, 1, observationShape.length);
      return inputs(
          Nd4j.createFromArray(observations).reshape(shape).castTo(type),
          actions == null
              ? null
              : Nd4j.createFromArray(actions).reshape(rows, spec.actionWidth()).castTo(type));
    }

    /** The inputs of a recurrent graph at one step. */
    INDArray[] step(int step, DataType type) {
      return inputs(
          step(step, observations, spec.observationSpace().width()).castTo(type),
          actions == null ? null : step(step, actions, spec.actionWidth()).castTo(type));
    }

    private INDArray step(int step, float[] from, int width) {
      int length = batch * width;
      return Nd4j.createFromArray(Arrays.copyOfRange(from, step * length, (step + 1) * length))
          .reshape(batch, width, 1);
    }

    /** The inputs of a recurrent graph. */
    INDArray[] arrays(Segments segments) {
      return inputs(
          segments.cut(observations, spec.observationSpace().width()),
          actions == null ? null : segments.cut(actions, spec.actionWidth()));
    }

    private INDArray[] inputs(INDArray observation, INDArray action) {
      return action == null ? new INDArray[] {observation} : new INDArray[] {observation, action};
    }

    /** Keeps the results of a step; those of a feed-forward graph are all of step 0. */
    void store(int step, INDArray[] results) {
      for (int head = 0; head < outputs.length; head++) {
        float[] flat = flat(results[head]);
        int width = spec.heads().get(head).width();
        int expected = stateWidth() > 0 ? batch : rows;
        if (flat.length != expected * width) {
          throw new IllegalArgumentException(
              "output "
                  + spec.heads().get(head).name()
                  + " must have width "
                  + width
                  + ", found shape "
                  + Arrays.toString(results[head].shape()));
        }
        System.arraycopy(flat, 0, outputs[head], step * batch * width, flat.length);
        features[head][step] = results[outputs.length + head];
      }
    }

    private float[] flat(INDArray array) {
      return array.castTo(DataType.FLOAT).dup('c').ravel().toFloatVector();
    }

    @Override
    public float[] output(int head) {
      return outputs[head];
    }

    @Override
    public float[] features(int head) {
      if (featureWidth(head) == 0) {
        return Pass.super.features(head);
      }
      float[] all = new float[rows * featureWidth(head)];
      int place = 0;
      for (int step = 0; place < all.length; step++) {
        float[] flat = flat(features[head][step]);
        System.arraycopy(flat, 0, all, place, flat.length);
        place += flat.length;
      }
      return all;
    }

    @Override
    public float[] state() {
      return state;
    }
  }
}
