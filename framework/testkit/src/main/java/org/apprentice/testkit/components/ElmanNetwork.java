package org.apprentice.testkit.components;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * {@code h_t = tanh(W x_t + R h_(t-1) + b)} with linear heads (Elman 1990), in the plainest loops:
 * clear, exact and slow. The flat vector holds W, R and b, then W and b of every head; matrices are
 * {@code [inputs x outputs]} in column-major order, as DL4J's are.
 */
final class ElmanNetwork implements Network {
  private final NetworkSpec spec;
  private final int inputs;
  private final int hidden;
  private final float[] parameters;

  ElmanNetwork(NetworkSpec spec, int hidden) {
    this.spec = spec;
    this.hidden = hidden;
    inputs = spec.observationSpace().width() + spec.actionWidth();
    parameters = new float[headOffset(spec.heads().size())];
    RandomGenerator random = new RandomStreams(spec.seed()).stream("elman");
    draw(random, 0, inputs * hidden, 1 / Math.sqrt(inputs));
    draw(random, inputs * hidden, hidden * hidden, 1 / Math.sqrt(hidden));
    for (int head = 0; head < spec.heads().size(); head++) {
      double deviation = spec.heads().get(head).gain() / Math.sqrt(hidden);
      draw(random, headOffset(head), hidden * width(head), deviation);
    }
  }

  private void draw(RandomGenerator random, int offset, int count, double deviation) {
    for (int i = offset; i < offset + count; i++) {
      parameters[i] = (float) (random.nextGaussian() * deviation);
    }
  }

  private int width(int head) {
    return spec.heads().get(head).width();
  }

  private int headOffset(int head) {
    int offset = (inputs + hidden + 1) * hidden;
    for (int i = 0; i < head; i++) {
      offset += (hidden + 1) * width(i);
    }
    return offset;
  }

  @Override
  public NetworkSpec spec() {
    return spec;
  }

  @Override
  public int stateWidth() {
    return hidden;
  }

  @Override
  public int featureWidth(int head) {
    return hidden;
  }

  @Override
  public Pass pass(int maxSteps, int maxBatch) {
    return new ElmanPass(maxSteps * maxBatch, maxBatch);
  }

  @Override
  public void forward(Pass pass, Inputs given) {
    ((ElmanPass) pass).forward(given);
  }

  @Override
  public void backward(
      Pass pass, float[][] headGradients, float[] parameterGradient, float[] inputGradient) {
    ((ElmanPass) pass).backward(headGradients, parameterGradient, inputGradient);
  }

  @Override
  public void tangent(Pass pass, float[] direction, float[][] headTangents) {
    ((ElmanPass) pass).tangent(direction, headTangents);
  }

  @Override
  public float[] parameters() {
    return parameters;
  }

  @Override
  public void parametersChanged() {}

  @Override
  public void export(Path zip) throws IOException {
    GraphBuilder builder = new NeuralNetConfiguration.Builder().graphBuilder();
    InputType observation = InputType.recurrent(spec.observationSpace().width());
    if (spec.actionWidth() == 0) {
      builder.addInputs("observation").setInputTypes(observation);
    } else {
      builder
          .addInputs("observation", "actions")
          .setInputTypes(observation, InputType.recurrent(spec.actionWidth()))
          .addVertex("joined", new MergeVertex(), "observation", "actions");
    }
    SimpleRnn layer =
        new SimpleRnn.Builder().nIn(inputs).nOut(hidden).activation(Activation.TANH).build();
    builder.addLayer("hidden", layer, spec.actionWidth() == 0 ? "observation" : "joined");
    List<NetworkSpec.Head> heads = spec.heads();
    for (NetworkSpec.Head head : heads) {
      RnnOutputLayer output =
          new RnnOutputLayer.Builder(LossFunction.MSE)
              .nIn(hidden)
              .nOut(head.width())
              .activation(Activation.IDENTITY)
              .build();
      builder.addLayer(head.name(), output, "hidden");
    }
    builder.setOutputs(heads.stream().map(NetworkSpec.Head::name).toArray(String[]::new));
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init(Nd4j.createFromArray(parameters), true);
    ModelSerializer.writeModel(graph, zip.toFile(), false);
  }

  /**
   * {@code out[outAt..] += in[inAt..] M} for the matrix that begins at {@code at} in {@code
   * matrices}.
   */
  private static void multiply(
      float[] matrices,
      int at,
      float[] in,
      int inAt,
      int rows,
      float[] out,
      int outAt,
      int columns) {
    for (int column = 0; column < columns; column++) {
      float sum = 0;
      for (int row = 0; row < rows; row++) {
        sum += in[inAt + row] * matrices[at + column * rows + row];
      }
      out[outAt + column] += sum;
    }
  }

  /** {@code out[outAt..] += M in[inAt..]}. */
  private static void multiplyTransposed(
      float[] matrices,
      int at,
      float[] in,
      int inAt,
      int rows,
      float[] out,
      int outAt,
      int columns) {
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        out[outAt + row] += matrices[at + column * rows + row] * in[inAt + column];
      }
    }
  }

  /** {@code M += left' right}: the gradient of a matrix. */
  private static void addOuter(
      float[] matrices,
      int at,
      float[] left,
      int leftAt,
      int rows,
      float[] right,
      int rightAt,
      int columns) {
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        matrices[at + column * rows + row] += left[leftAt + row] * right[rightAt + column];
      }
    }
  }

  private final class ElmanPass implements Pass {
    private final float[] state;
    private final float[] joined;
    private final float[] before;
    private final float[] after;
    private final boolean[] cut;
    private final float[][] outputs;
    private int steps;
    private int batch;

    ElmanPass(int maxRows, int maxBatch) {
      state = new float[maxBatch * hidden];
      joined = new float[maxRows * inputs];
      before = new float[maxRows * hidden];
      after = new float[maxRows * hidden];
      cut = new boolean[maxRows];
      outputs = new float[spec.heads().size()][];
      for (int head = 0; head < outputs.length; head++) {
        outputs[head] = new float[maxRows * width(head)];
      }
    }

    void forward(Inputs given) {
      steps = given.steps();
      batch = given.batch();
      join(given);
      for (int row = 0; row < steps * batch; row++) {
        int sequence = row % batch;
        cut[row] = given.resets() != null && given.resets()[row];
        if (cut[row]) {
          Arrays.fill(state, sequence * hidden, (sequence + 1) * hidden, 0);
        }
        System.arraycopy(state, sequence * hidden, before, row * hidden, hidden);
        affine(parameters, row);
        for (int i = row * hidden; i < (row + 1) * hidden; i++) {
          after[i] = (float) Math.tanh(after[i]);
        }
        System.arraycopy(after, row * hidden, state, sequence * hidden, hidden);
        for (int head = 0; head < outputs.length; head++) {
          int width = width(head);
          int bias = headOffset(head) + hidden * width;
          System.arraycopy(parameters, bias, outputs[head], row * width, width);
          multiply(
              parameters,
              headOffset(head),
              after,
              row * hidden,
              hidden,
              outputs[head],
              row * width,
              width);
        }
      }
    }

    private void join(Inputs given) {
      float[] observations = ((ObservationBatch.Float32) given.observations()).values();
      int observationWidth = spec.observationSpace().width();
      int actionWidth = spec.actionWidth();
      for (int row = 0; row < steps * batch; row++) {
        System.arraycopy(
            observations, row * observationWidth, joined, row * inputs, observationWidth);
        if (actionWidth > 0) {
          System.arraycopy(
              given.actions(),
              row * actionWidth,
              joined,
              row * inputs + observationWidth,
              actionWidth);
        }
      }
    }

    /** {@code after = W x + R h + b}. */
    private void affine(float[] weights, int row) {
      System.arraycopy(weights, (inputs + hidden) * hidden, after, row * hidden, hidden);
      multiply(weights, 0, joined, row * inputs, inputs, after, row * hidden, hidden);
      multiply(weights, inputs * hidden, before, row * hidden, hidden, after, row * hidden, hidden);
    }

    void backward(float[][] headGradients, float[] gradient, float[] inputGradient) {
      Arrays.fill(gradient, 0);
      if (inputGradient != null) {
        Arrays.fill(inputGradient, 0, steps * batch * inputs, 0);
      }
      float[] carried = new float[batch * hidden];
      float[] slope = new float[hidden];
      for (int row = steps * batch - 1; row >= 0; row--) {
        int sequence = row % batch;
        System.arraycopy(carried, sequence * hidden, slope, 0, hidden);
        for (int head = 0; head < outputs.length; head++) {
          if (headGradients[head] != null) {
            headBackward(head, row, headGradients[head], gradient, slope);
          }
        }
        for (int i = 0; i < hidden; i++) {
          float value = after[row * hidden + i];
          slope[i] *= 1 - value * value;
          gradient[(inputs + hidden) * hidden + i] += slope[i];
        }
        addOuter(gradient, 0, joined, row * inputs, inputs, slope, 0, hidden);
        addOuter(gradient, inputs * hidden, before, row * hidden, hidden, slope, 0, hidden);
        if (inputGradient != null) {
          multiplyTransposed(parameters, 0, slope, 0, inputs, inputGradient, row * inputs, hidden);
        }
        Arrays.fill(carried, sequence * hidden, (sequence + 1) * hidden, 0);
        if (!cut[row]) {
          multiplyTransposed(
              parameters, inputs * hidden, slope, 0, hidden, carried, sequence * hidden, hidden);
        }
      }
    }

    private void headBackward(
        int head, int row, float[] headGradient, float[] gradient, float[] slope) {
      int width = width(head);
      int at = headOffset(head);
      addOuter(gradient, at, after, row * hidden, hidden, headGradient, row * width, width);
      for (int i = 0; i < width; i++) {
        gradient[at + hidden * width + i] += headGradient[row * width + i];
      }
      multiplyTransposed(parameters, at, headGradient, row * width, hidden, slope, 0, width);
    }

    void tangent(float[] direction, float[][] headTangents) {
      float[] carried = new float[batch * hidden];
      float[] change = new float[hidden];
      for (int row = 0; row < steps * batch; row++) {
        int sequence = row % batch;
        if (cut[row]) {
          Arrays.fill(carried, sequence * hidden, (sequence + 1) * hidden, 0);
        }
        System.arraycopy(direction, (inputs + hidden) * hidden, change, 0, hidden);
        multiply(direction, 0, joined, row * inputs, inputs, change, 0, hidden);
        multiply(direction, inputs * hidden, before, row * hidden, hidden, change, 0, hidden);
        multiply(
            parameters, inputs * hidden, carried, sequence * hidden, hidden, change, 0, hidden);
        for (int i = 0; i < hidden; i++) {
          float value = after[row * hidden + i];
          change[i] *= 1 - value * value;
        }
        System.arraycopy(change, 0, carried, sequence * hidden, hidden);
        for (int head = 0; head < outputs.length; head++) {
          if (headTangents[head] != null) {
            headTangent(head, row, direction, change, headTangents[head]);
          }
        }
      }
    }

    private void headTangent(int head, int row, float[] direction, float[] change, float[] out) {
      int width = width(head);
      int at = headOffset(head);
      System.arraycopy(direction, at + hidden * width, out, row * width, width);
      multiply(direction, at, after, row * hidden, hidden, out, row * width, width);
      multiply(parameters, at, change, 0, hidden, out, row * width, width);
    }

    @Override
    public float[] output(int head) {
      return outputs[head];
    }

    @Override
    public float[] features(int head) {
      return after;
    }

    @Override
    public float[] state() {
      return state;
    }
  }
}
