package org.apprentice.nn;

import static org.apprentice.nn.Networks.gradient;
import static org.apprentice.nn.Networks.headRows;
import static org.apprentice.nn.Networks.inputs;
import static org.apprentice.nn.Networks.network;
import static org.apprentice.nn.Networks.spec;
import static org.apprentice.nn.Networks.toDouble;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KernelNetworkTest {
  private static final int ROWS = 21;

  /**
   * Sum over all rows and heads of output times weight: its gradient by central differences in
   * double.
   */
  private static double loss(
      KernelNetwork network,
      double[] parameters,
      double[] observations,
      double[] actions,
      float[][] weights) {
    NetworkSpec spec = network.spec();
    int width = spec.observationSpace().width();
    DoubleReference reference = new DoubleReference(network.architecture());
    double sum = 0;
    for (int row = 0; row < ROWS; row++) {
      double[] observation = Arrays.copyOfRange(observations, row * width, (row + 1) * width);
      double[] action =
          Arrays.copyOfRange(actions, row * spec.actionWidth(), (row + 1) * spec.actionWidth());
      double[][] outputs = reference.outputs(parameters, observation, action);
      for (int head = 0; head < outputs.length; head++) {
        for (int i = 0; i < outputs[head].length; i++) {
          sum += outputs[head][i] * weights[head][row * outputs[head].length + i];
        }
      }
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({
    "TANH,false,0",
    "TANH,true,3",
    "RELU,false,2",
    "LEAKY_RELU,true,0",
    "ELU,false,3",
    "IDENTITY,true,2"
  })
  void gradientsAgreeWithFiniteDifferences(Activation activation, boolean shared, int actionWidth) {
    NetworkSpec spec = spec(5, actionWidth, 1, 3, 1);
    KernelNetwork network = network(spec, activation, shared, 16, 20);
    Inputs inputs = inputs(spec, ROWS, 3);
    float[][] weights = headRows(spec, ROWS, 11);
    float[] inputGradient = new float[ROWS * (5 + actionWidth)];
    float[] gradient = gradient(network, inputs, weights, inputGradient);
    double[] parameters = toDouble(network.parameters(), 0, network.parameters().length);
    double[] observations =
        toDouble(((ObservationBatch.Float32) inputs.observations()).values(), 0, ROWS * 5);
    double[] actions =
        actionWidth == 0 ? new double[0] : toDouble(inputs.actions(), 0, ROWS * actionWidth);

    double step = 1e-6;
    for (int i = 0; i < parameters.length; i++) {
      double value = parameters[i];
      parameters[i] = value + step;
      double up = loss(network, parameters, observations, actions, weights);
      parameters[i] = value - step;
      double down = loss(network, parameters, observations, actions, weights);
      parameters[i] = value;
      assertThat((double) gradient[i])
          .as("parameter %s", i)
          .isCloseTo((up - down) / (2 * step), within(1e-4));
    }
    for (int row = 0; row < ROWS; row++) {
      for (int i = 0; i < 5 + actionWidth; i++) {
        double[] target = i < 5 ? observations : actions;
        int index = i < 5 ? row * 5 + i : row * actionWidth + i - 5;
        double value = target[index];
        target[index] = value + step;
        double up = loss(network, parameters, observations, actions, weights);
        target[index] = value - step;
        double down = loss(network, parameters, observations, actions, weights);
        target[index] = value;
        assertThat((double) inputGradient[row * (5 + actionWidth) + i])
            .as("input %s of row %s", i, row)
            .isCloseTo((up - down) / (2 * step), within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void tangentIsTheAdjointOfBackward(Activation activation) {
    NetworkSpec spec = spec(6, 2, 1, 4, 1);
    KernelNetwork network = network(spec, activation, false, 33, 16);
    Inputs inputs = inputs(spec, ROWS, 5);
    Pass pass = network.pass(1, ROWS);
    network.forward(pass, inputs);
    float[] direction = Networks.normal(network.parameters().length, 9);
    float[][] weights = headRows(spec, ROWS, 13);
    float[][] tangents = {new float[ROWS * 4], new float[ROWS]};
    network.tangent(pass, direction, tangents);
    float[] gradient = new float[direction.length];
    network.backward(pass, weights, gradient, null);

    double left = dot(tangents[0], weights[0]) + dot(tangents[1], weights[1]);
    assertThat(left)
        .isCloseTo(dot(direction, gradient), within(2e-5 * norm(direction) * norm(gradient)));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static double norm(float[] a) {
    return Math.sqrt(dot(a, a));
  }

  /** A shared torso is split by rows, separate ones are dealt to the threads. */
  @ParameterizedTest
  @CsvSource({"2,true", "2,false", "3,true", "3,false"})
  void threadsGiveTheSameBitsEachTimeAndAgreeWithOne(int threads, boolean shared) {
    NetworkSpec one = spec(4, 2, 1, 2, 1, 3);
    NetworkSpec several = spec(4, 2, threads, 2, 1, 3);
    Inputs inputs = inputs(one, 250, 3);
    float[][] weights = headRows(one, 250, 4);
    float[] expectedInput = new float[250 * 6];
    float[] expected =
        gradient(network(one, Activation.TANH, shared, 64, 64), inputs, weights, expectedInput);
    try (KernelNetwork network = network(several, Activation.TANH, shared, 64, 64)) {
      float[] firstInput = new float[250 * 6];
      float[] first = gradient(network, inputs, weights, firstInput);
      float[] secondInput = new float[250 * 6];
      assertThat(gradient(network, inputs, weights, secondInput)).isEqualTo(first);
      assertThat(secondInput).isEqualTo(firstInput);
      assertThat(first).usingComparatorWithPrecision(1e-4f).containsExactly(expected);
      assertThat(firstInput).usingComparatorWithPrecision(1e-4f).containsExactly(expectedInput);
    }
  }

  @Test
  void threadsWithTorsosOfTheirOwnGiveTheBitsOfOne() {
    NetworkSpec one = spec(4, 0, 1, 2, 1);
    NetworkSpec two = spec(4, 0, 2, 2, 1);
    Inputs inputs = inputs(one, 250, 3);
    float[][] weights = headRows(one, 250, 4);
    try (KernelNetwork network = network(two, Activation.TANH, false, 64, 64)) {
      assertThat(gradient(network, inputs, weights, null))
          .isEqualTo(gradient(network(one, Activation.TANH, false, 64, 64), inputs, weights, null));
    }
  }

  @Test
  void changedParametersAreSeenAfterARefusedForward() {
    NetworkSpec spec = spec(4, 0, 1, 2);
    KernelNetwork network = network(spec, Activation.TANH, true, 8);
    Pass pass = network.pass(1, ROWS);
    network.forward(pass, inputs(spec, ROWS, 1));
    float[] before = pass.output(0).clone();
    network.parameters()[0] += 1;
    network.parametersChanged();
    assertThatThrownBy(() -> network.forward(pass, inputs(spec, ROWS + 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the pass was made for 1 x 21 rows, found 1 x 22");
    network.forward(pass, inputs(spec, ROWS, 1));
    assertThat(pass.output(0)).isNotEqualTo(before);
  }

  @Test
  void passesDoNotDisturbEachOther() {
    NetworkSpec spec = spec(4, 0, 1, 2, 1);
    KernelNetwork network = network(spec, Activation.TANH, false, 32);
    float[][] weights = headRows(spec, ROWS, 4);
    Pass training = network.pass(1, ROWS);
    Pass acting = network.pass(1, ROWS);
    Inputs inputs = inputs(spec, ROWS, 3);
    network.forward(training, inputs);
    float[] expected = training.output(0).clone();
    network.forward(acting, inputs(spec, ROWS, 99));
    float[] gradient = new float[network.parameters().length];
    network.backward(training, weights, gradient, null);

    assertThat(training.output(0)).isEqualTo(expected);
    assertThat(gradient).isEqualTo(gradient(network, inputs, weights, null));
  }

  @Test
  void nothingIsAllocatedOnceWarm() {
    NetworkSpec spec = spec(4, 2, 2, 2, 1);
    try (KernelNetwork network = network(spec, Activation.TANH, true, 64, 64)) {
      int rows = 128;
      Pass pass = network.pass(1, rows);
      Inputs inputs = inputs(spec, rows, 1);
      float[][] weights = headRows(spec, rows, 2);
      float[][] tangents = headRows(spec, rows, 3);
      float[] gradient = new float[network.parameters().length];
      float[] inputGradient = new float[rows * 6];
      Adam adam = new Adam(gradient.length, 0.9, 0.999, 1e-5);
      Runnable update =
          () -> {
            network.forward(pass, inputs);
            network.backward(pass, weights, gradient, inputGradient);
            network.tangent(pass, gradient, tangents);
            adam.step(network.parameters(), gradient, 1e-4, 0.5);
            network.parametersChanged();
          };
      // the interpreter and C1 box the vectors that C2 keeps in registers
      long allocated = Long.MAX_VALUE;
      for (int round = 0; round < 200 && allocated > 1_000; round++) {
        allocated = Networks.allocatedBy(update, 100);
      }
      assertThat(allocated).isLessThan(1_000);
    }
  }

  /** ND4J takes a second and hundreds of megabytes to start: a network must work without it. */
  @Test
  void needsNoNd4jUntilItIsExported() throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("nd4j") && !entry.contains("deeplearning4j"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                classPath,
                WithoutNd4j.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("30 gradients").contains("no ND4J");
  }

  /** Run in a JVM of its own. */
  static final class WithoutNd4j {
    public static void main(String[] args) {
      NetworkSpec spec = spec(4, 0, 1, 2);
      KernelNetwork network = network(spec, Activation.TANH, true, 4);
      float[][] weights = headRows(spec, ROWS, 4);
      int length = gradient(network, inputs(spec, ROWS, 3), weights, null).length;
      System.out.println(length + " gradients");
      try {
        Class.forName("org.nd4j.linalg.factory.Nd4j");
      } catch (ClassNotFoundException e) {
        System.out.println("no ND4J");
      }
    }
  }
}
