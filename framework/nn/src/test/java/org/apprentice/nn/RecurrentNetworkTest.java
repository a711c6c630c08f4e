package org.apprentice.nn;

import static org.apprentice.nn.Networks.headRows;
import static org.apprentice.nn.Networks.normal;
import static org.apprentice.nn.Networks.spec;
import static org.apprentice.nn.Networks.toDouble;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apprentice.nn.Architecture.Layer;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Memories against PyTorch's equations in double, over sequences with resets inside. */
class RecurrentNetworkTest {
  private static final int STEPS = 6;
  private static final int BATCH = 5;
  private static final int OBSERVATIONS = 3;
  private static final Initialization WEIGHTS = Initialization.XAVIER;

  private static Layer.Dense dense(int width) {
    return new Layer.Dense(width, Activation.TANH, WEIGHTS);
  }

  private static Layer.Lstm lstm(int width) {
    return new Layer.Lstm(width, 1, WEIGHTS);
  }

  private static Layer.Gru gru(int width) {
    return new Layer.Gru(width, WEIGHTS);
  }

  static Stream<Arguments> torsos() {
    return Stream.of(
        Arguments.of(List.of(lstm(4)), false, 0),
        Arguments.of(List.of(gru(4)), false, 0),
        Arguments.of(List.of(lstm(16)), true, 0),
        Arguments.of(List.of(gru(16)), true, 0),
        Arguments.of(List.of(dense(6), lstm(5), dense(7)), false, 0),
        Arguments.of(List.of(dense(66), lstm(4)), true, 0),
        Arguments.of(List.of(dense(66), gru(4)), true, 0),
        Arguments.of(List.of(dense(6), gru(5), dense(7)), true, 0),
        Arguments.of(List.of(new Layer.JoinActions(2), gru(3), lstm(4)), true, 2),
        Arguments.of(List.of(lstm(3), new Layer.JoinActions(2), gru(4)), false, 2));
  }

  private static KernelNetwork network(
      List<Layer> layers, boolean shared, int actionWidth, int threads, KernelBackend backend) {
    NetworkSpec spec = spec(OBSERVATIONS, actionWidth, threads, 2, 1);
    List<Architecture.Torso> torsos =
        shared
            ? List.of(new Architecture.Torso("both", layers))
            : List.of(new Architecture.Torso("a", layers), new Architecture.Torso("b", layers));
    Architecture architecture =
        new Architecture(
            spec.observationSpace(),
            actionWidth,
            torsos,
            List.of(
                new Architecture.Head("head0", 0, 2, WEIGHTS, 1),
                new Architecture.Head("head1", shared ? 0 : 1, 1, WEIGHTS, 1)));
    KernelNetwork network = new KernelNetwork(architecture, spec, backend);
    float[] noise = normal(network.parameters().length, 21);
    for (int i = 0; i < noise.length; i++) {
      network.parameters()[i] += 0.2f * noise[i];
    }
    return network;
  }

  private static KernelNetwork network(List<Layer> layers, boolean shared, int actionWidth) {
    return network(layers, shared, actionWidth, 1, KernelBackend.selected());
  }

  /** Resets of single sequences, the first before the first step. */
  private static Inputs sequences(NetworkSpec spec, int steps, int batch, long seed) {
    Inputs rows = Networks.inputs(spec, steps * batch, seed);
    boolean[] resets = new boolean[steps * batch];
    Random random = new Random(seed);
    for (int i = 0; i < resets.length; i++) {
      resets[i] = random.nextInt(4) == 0;
    }
    resets[0] = true;
    return new Inputs(rows.observations(), rows.actions(), resets, steps, batch);
  }

  /** Outputs of the reference for all rows, head after head; updates the state. */
  private static double[][] outputs(
      Architecture architecture, double[] parameters, Inputs inputs, double[] state) {
    DoubleReference reference = new DoubleReference(architecture);
    float[] observations = ((ObservationBatch.Float32) inputs.observations()).values();
    int batch = inputs.batch();
    int stateWidth = state.length / batch;
    double[][] all = new double[architecture.heads().size()][];
    for (int head = 0; head < all.length; head++) {
      all[head] = new double[inputs.rows() * architecture.heads().get(head).width()];
    }
    for (int row = 0; row < inputs.rows(); row++) {
      int sequence = row % batch;
      double[] own =
          inputs.resets()[row]
              ? new double[stateWidth]
              : Arrays.copyOfRange(state, sequence * stateWidth, (sequence + 1) * stateWidth);
      int actions = architecture.actionWidth();
      double[][] outputs =
          reference.step(
              parameters,
              toDouble(observations, row * OBSERVATIONS, OBSERVATIONS),
              actions == 0 ? new double[0] : toDouble(inputs.actions(), row * actions, actions),
              own);
      System.arraycopy(own, 0, state, sequence * stateWidth, stateWidth);
      for (int head = 0; head < all.length; head++) {
        int width = outputs[head].length;
        System.arraycopy(outputs[head], 0, all[head], row * width, width);
      }
    }
    return all;
  }

  private static double dot(double[][] outputs, float[][] weights) {
    double sum = 0;
    for (int head = 0; head < outputs.length; head++) {
      for (int i = 0; i < outputs[head].length; i++) {
        sum += outputs[head][i] * weights[head][i];
      }
    }
    return sum;
  }

  /** A pass with a carried state, gone forward. */
  private static Pass forward(Network network, Inputs inputs, float[] startState) {
    Pass pass = network.pass(inputs.steps() + 1, inputs.batch() + 2);
    System.arraycopy(startState, 0, pass.state(), 0, startState.length);
    network.forward(pass, inputs);
    return pass;
  }

  private static float[] startState(KernelNetwork network, int batch) {
    float[] state = normal(batch * network.stateWidth(), 17);
    for (int i = 0; i < state.length; i++) {
      state[i] *= 0.5f;
    }
    return state;
  }

  private static void assertClose(float[] actual, double[] expected, double precision) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).as("element %s", i).isCloseTo(expected[i], within(precision));
    }
  }

  @ParameterizedTest
  @MethodSource("torsos")
  void outputsAndStateFollowPyTorchsEquations(List<Layer> layers, boolean shared, int actions) {
    KernelNetwork network = network(layers, shared, actions);
    Inputs inputs = sequences(network.spec(), STEPS, BATCH, 3);
    float[] start = startState(network, BATCH);
    Pass pass = forward(network, inputs, start);
    double[] state = toDouble(start, 0, start.length);
    double[] parameters = toDouble(network.parameters(), 0, network.parameters().length);
    double[][] expected = outputs(network.architecture(), parameters, inputs, state);
    assertClose(pass.output(0), expected[0], 3e-6);
    assertClose(pass.output(1), expected[1], 3e-6);
    assertClose(pass.state(), state, 3e-6);
  }

  @ParameterizedTest
  @MethodSource("torsos")
  void gradientsAgreeWithFiniteDifferences(List<Layer> layers, boolean shared, int actions) {
    KernelNetwork network = network(layers, shared, actions);
    Inputs inputs = sequences(network.spec(), STEPS, BATCH, 5);
    float[] start = startState(network, BATCH);
    float[][] weights = headRows(network.spec(), inputs.rows(), 11);
    Pass pass = forward(network, inputs, start);
    float[] gradient = new float[network.parameters().length];
    int inputWidth = OBSERVATIONS + actions;
    float[] inputGradient = new float[inputs.rows() * inputWidth];
    network.backward(pass, weights, gradient, inputGradient);

    double[] parameters = toDouble(network.parameters(), 0, gradient.length);
    double step = 1e-6;
    for (int i = 0; i < parameters.length; i++) {
      double value = parameters[i];
      parameters[i] = value + step;
      double up = loss(network, parameters, inputs, start, weights);
      parameters[i] = value - step;
      double down = loss(network, parameters, inputs, start, weights);
      parameters[i] = value;
      assertThat((double) gradient[i])
          .as("parameter %s", i)
          .isCloseTo((up - down) / (2 * step), within(1e-4));
    }
    float[] observations = ((ObservationBatch.Float32) inputs.observations()).values();
    for (int i = 0; i < observations.length; i += 7) {
      // a float holds no smaller difference well
      float value = observations[i];
      observations[i] = value + 1e-3f;
      double up = loss(network, parameters, inputs, start, weights);
      double wide = observations[i];
      observations[i] = value - 1e-3f;
      double down = loss(network, parameters, inputs, start, weights);
      wide -= observations[i];
      observations[i] = value;
      assertThat((double) inputGradient[i / OBSERVATIONS * inputWidth + i % OBSERVATIONS])
          .as("observation %s", i)
          .isCloseTo((up - down) / wide, within(1e-4));
    }
  }

  private static double loss(
      KernelNetwork network, double[] parameters, Inputs inputs, float[] start, float[][] weights) {
    return dot(
        outputs(network.architecture(), parameters, inputs, toDouble(start, 0, start.length)),
        weights);
  }

  @ParameterizedTest
  @MethodSource("torsos")
  void tangentAgreesWithFiniteDifferences(List<Layer> layers, boolean shared, int actions) {
    KernelNetwork network = network(layers, shared, actions);
    Inputs inputs = sequences(network.spec(), STEPS, BATCH, 7);
    float[] start = startState(network, BATCH);
    float[] direction = normal(network.parameters().length, 9);
    Pass pass = forward(network, inputs, start);
    float[][] tangents = {new float[inputs.rows() * 2], new float[inputs.rows()]};
    network.tangent(pass, direction, tangents);

    double step = 1e-6;
    double[] up = toDouble(network.parameters(), 0, direction.length);
    double[] down = up.clone();
    for (int i = 0; i < up.length; i++) {
      up[i] += step * direction[i];
      down[i] -= step * direction[i];
    }
    double[] state = toDouble(start, 0, start.length);
    double[][] above = outputs(network.architecture(), up, inputs, state.clone());
    double[][] below = outputs(network.architecture(), down, inputs, state.clone());
    for (int head = 0; head < above.length; head++) {
      for (int i = 0; i < above[head].length; i++) {
        double expected = (above[head][i] - below[head][i]) / (2 * step);
        assertThat((double) tangents[head][i])
            .as("head %s, element %s", head, i)
            .isCloseTo(expected, within(1e-5 * (1 + Math.abs(expected)) * 5));
      }
    }
  }

  /** The ratio of PPO's first minibatch is exactly 1 only so. */
  @ParameterizedTest
  @EnumSource(
      value = KernelBackend.class,
      names = {"VECTOR", "JAVA"})
  void oneStepAtATimeGivesTheBitsOfAllAtOnce(KernelBackend backend) {
    for (int batch : new int[] {1, 2, 3, 6, 8, 9, 16}) {
      for (Layer memory : List.of(lstm(20), gru(20), lstm(32), gru(3))) {
        for (int threads = 1; threads <= 2; threads++) {
          List<Layer> layers = List.of(dense(threads == 1 ? 10 : 70), memory);
          try (KernelNetwork network = network(layers, false, 0, threads, backend)) {
            assertSameBits(network, sequences(network.spec(), 9, batch, batch));
          }
        }
      }
    }
  }

  private static void assertSameBits(KernelNetwork network, Inputs inputs) {
    int batch = inputs.batch();
    float[] start = startState(network, batch);
    Pass whole = forward(network, inputs, start);
    Pass stepwise = network.pass(1, batch);
    System.arraycopy(start, 0, stepwise.state(), 0, start.length);
    for (int step = 0; step < inputs.steps(); step++) {
      network.forward(stepwise, step(inputs, step));
      for (int head = 0; head < 2; head++) {
        int length = batch * network.spec().heads().get(head).width();
        assertThat(Arrays.copyOf(stepwise.output(head), length))
            .as("batch %s, step %s, head %s", batch, step, head)
            .isEqualTo(Arrays.copyOfRange(whole.output(head), step * length, (step + 1) * length));
      }
    }
    assertThat(stepwise.state()).isEqualTo(Arrays.copyOf(whole.state(), start.length));
  }

  private static Inputs step(Inputs inputs, int step) {
    int batch = inputs.batch();
    ObservationBatch.Float32 part =
        new ObservationBatch.Float32(new float[batch * OBSERVATIONS], batch, OBSERVATIONS);
    inputs.observations().copyTo(step * batch, part, 0, batch);
    return new Inputs(
        part,
        null,
        Arrays.copyOfRange(inputs.resets(), step * batch, (step + 1) * batch),
        1,
        batch);
  }

  /** A shared torso is split by sequences, separate ones are dealt to the threads. */
  @Test
  void threadsSplitSequencesAndStates() {
    for (Layer memory : List.of(lstm(32), gru(32))) {
      for (boolean shared : new boolean[] {true, false}) {
        List<Layer> layers = List.of(dense(16), memory);
        KernelNetwork one = network(layers, shared, 0);
        Inputs inputs = sequences(one.spec(), 12, 33, 3);
        float[] start = startState(one, 33);
        float[][] weights = headRows(one.spec(), inputs.rows(), 4);
        float[][] direction = {normal(one.parameters().length, 8)};
        Result expected = Result.of(one, inputs, start, weights, direction[0]);
        for (int threads = 2; threads <= 3; threads++) {
          try (KernelNetwork several =
              network(layers, shared, 0, threads, KernelBackend.selected())) {
            Result first = Result.of(several, inputs, start, weights, direction[0]);
            Result second = Result.of(several, inputs, start, weights, direction[0]);
            assertThat(second.gradient).isEqualTo(first.gradient);
            assertThat(first.output).isEqualTo(expected.output);
            assertThat(first.state).isEqualTo(expected.state);
            assertThat(first.tangent).isEqualTo(expected.tangent);
            assertThat(first.gradient)
                .usingComparatorWithPrecision(2e-4f)
                .containsExactly(expected.gradient);
          }
        }
      }
    }
  }

  private record Result(float[] output, float[] state, float[] gradient, float[] tangent) {
    static Result of(
        Network network, Inputs inputs, float[] start, float[][] weights, float[] direction) {
      return of(network, inputs, start, weights, direction, null);
    }

    static Result of(
        Network network,
        Inputs inputs,
        float[] start,
        float[][] weights,
        float[] direction,
        float[] inputGradient) {
      Pass pass = forward(network, inputs, start);
      float[] gradient = new float[network.parameters().length];
      network.backward(pass, weights, gradient, inputGradient);
      float[][] tangents = {new float[inputs.rows() * 2], new float[inputs.rows()]};
      network.tangent(pass, direction, tangents);
      return new Result(pass.output(0).clone(), pass.state().clone(), gradient, tangents[0]);
    }
  }

  @ParameterizedTest
  @EnumSource(KernelBackend.class)
  void backendsAgree(KernelBackend backend) {
    for (Layer memory : List.of(lstm(40), gru(40))) {
      List<Layer> layers = List.of(dense(24), memory);
      KernelNetwork reference = network(layers, true, 0);
      Inputs inputs = sequences(reference.spec(), 8, 12, 3);
      float[] start = startState(reference, 12);
      float[][] weights = headRows(reference.spec(), inputs.rows(), 4);
      float[] direction = normal(reference.parameters().length, 8);
      Result expected = Result.of(reference, inputs, start, weights, direction);
      Result found =
          Result.of(network(layers, true, 0, 1, backend), inputs, start, weights, direction);
      assertThat(found.output).usingComparatorWithPrecision(1e-5f).containsExactly(expected.output);
      assertThat(found.state).usingComparatorWithPrecision(1e-5f).containsExactly(expected.state);
      assertThat(found.gradient)
          .usingComparatorWithPrecision(3e-4f)
          .containsExactly(expected.gradient);
      assertThat(found.tangent)
          .usingComparatorWithPrecision(3e-4f)
          .containsExactly(expected.tangent);
    }
  }

  @Test
  void forgetBiasIsTheInitialBiasOfForgetGates() {
    NetworkSpec spec = spec(OBSERVATIONS, 0, 1, 1);
    Architecture architecture =
        new Architecture(
            spec.observationSpace(),
            0,
            List.of(new Architecture.Torso("t", List.of(new Layer.Lstm(2, 0.75, WEIGHTS)))),
            List.of(new Architecture.Head("head0", 0, 1, WEIGHTS, 1)));
    float[] parameters = new KernelNetwork(architecture, spec).parameters();
    int biases = 4 * 2 * (OBSERVATIONS + 2);
    assertThat(Arrays.copyOfRange(parameters, biases, biases + 8))
        .containsExactly(0, 0, 0.75f, 0.75f, 0, 0, 0, 0);
  }

  /** From carried states, with resets: what DL4J itself does not know. */
  @ParameterizedTest
  @MethodSource("torsos")
  void dl4jEngineAgrees(List<Layer> layers, boolean shared, int actions) {
    KernelNetwork kernels = network(layers, shared, actions);
    Dl4jNetwork graph = Dl4jNetwork.of(kernels.architecture(), kernels.spec());
    System.arraycopy(kernels.parameters(), 0, graph.parameters(), 0, kernels.parameters().length);
    graph.parametersChanged();
    assertThat(graph.stateWidth()).isEqualTo(kernels.stateWidth());
    Inputs inputs = sequences(kernels.spec(), STEPS, BATCH, 3);
    float[] start = startState(kernels, BATCH);
    float[][] weights = headRows(kernels.spec(), inputs.rows(), 4);
    float[] direction = normal(kernels.parameters().length, 8);
    float[] inputGradient = new float[inputs.rows() * (OBSERVATIONS + actions)];
    float[] expectedInputs = inputGradient.clone();
    Result expected = Result.of(kernels, inputs, start, weights, direction, expectedInputs);
    Result found = Result.of(graph, inputs, start, weights, direction, inputGradient);
    assertThat(found.output).usingComparatorWithPrecision(1e-5f).containsExactly(expected.output);
    assertThat(found.state).usingComparatorWithPrecision(1e-5f).containsExactly(expected.state);
    assertThat(found.gradient)
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(expected.gradient);
    assertThat(found.tangent).usingComparatorWithPrecision(1e-4f).containsExactly(expected.tangent);
    assertThat(inputGradient).usingComparatorWithPrecision(1e-5f).containsExactly(expectedInputs);
    Pass mine = forward(kernels, inputs, start);
    Pass theirs = forward(graph, inputs, start);
    for (int head = 0; head < 2; head++) {
      int length = inputs.rows() * kernels.featureWidth(head);
      assertThat(graph.featureWidth(head)).isEqualTo(kernels.featureWidth(head));
      assertThat(Arrays.copyOf(theirs.features(head), length))
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(Arrays.copyOf(mine.features(head), length));
    }
  }

  /**
   * What torch.nn.LSTM and torch.nn.GRU (2.13, double) of size 2 gave for weights {@code 0.7
   * sin(k)} with k = 1, 2, ... through weight_ih, weight_hh, bias_ih and bias_hh, inputs {@code
   * cos(3 t + j)}, h of 0.3 and -0.2 and c of 0.1 and 0.4 before the first step.
   */
  @Test
  void theReferenceGivesPyTorchsNumbers() {
    double[] lstmState = {0.3, -0.2, 0.1, 0.4};
    DoubleReference.TorchLstm lstm =
        new DoubleReference.TorchLstm(
            sines(0, 8, 2), sines(16, 8, 2), sines(32, 1, 8)[0], sines(40, 1, 8)[0]);
    double[] gruState = {0.3, -0.2};
    DoubleReference.TorchGru gru =
        new DoubleReference.TorchGru(
            sines(0, 6, 2), sines(12, 6, 2), sines(24, 1, 6)[0], sines(30, 1, 6)[0]);
    double[][] expectedLstm = {
      {0.0752367, 0.1306851}, {0.0511262, 0.2057776}, {0.1659744, 0.1503227}
    };
    double[][] expectedGru = {
      {0.0241074, -0.3656119}, {-0.0219503, -0.2103384}, {-0.2083573, -0.3610886}
    };
    for (int t = 0; t < 3; t++) {
      double[] x = {Math.cos(3 * t), Math.cos(3 * t + 1)};
      assertThat(lstm.step(x, lstmState, 0)).containsExactly(expectedLstm[t], within(1e-7));
      assertThat(gru.step(x, gruState, 0)).containsExactly(expectedGru[t], within(1e-7));
    }
    assertThat(lstmState[2]).isCloseTo(0.2099225, within(1e-7));
    assertThat(lstmState[3]).isCloseTo(0.2639345, within(1e-7));
  }

  private static double[][] sines(int from, int rows, int columns) {
    double[][] matrix = new double[rows][columns];
    for (int i = 0; i < rows * columns; i++) {
      matrix[i / columns][i % columns] = 0.7 * Math.sin(from + i + 1);
    }
    return matrix;
  }

  /** In plain Java: whether C2 keeps all vectors in registers depends on what else ran before. */
  @Test
  void nothingIsAllocatedOnceWarm() {
    for (Layer memory : List.of(lstm(32), gru(32))) {
      KernelNetwork network = network(List.of(memory), true, 0, 1, KernelBackend.JAVA);
      Inputs inputs = sequences(network.spec(), 8, 8, 3);
      Pass pass = network.pass(8, 8);
      float[][] weights = headRows(network.spec(), 64, 4);
      float[] gradient = new float[network.parameters().length];
      float[][] tangents = {new float[128], new float[64]};
      Runnable update =
          () -> {
            network.forward(pass, inputs);
            network.backward(pass, weights, gradient, null);
            network.tangent(pass, gradient, tangents);
          };
      update.run();

      assertThat(Networks.allocatedBy(update, 50)).as("%s", memory).isLessThan(1_000);
    }
  }
}
