package org.apprentice.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apprentice.nn.Architecture.Layer;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Image layers by both libraries against a reference in double and against DL4J. */
class ImageNetworkTest {
  private static final int ROWS = 3;

  static ImageLayer.Convolution convolution(
      int channels, int kernel, int stride, int padding, Activation activation) {
    return new ImageLayer.Convolution(
        channels, kernel, stride, padding, activation, Initialization.ORTHOGONAL, Precision.F32);
  }

  static Layer.Dense dense(int width, Activation activation) {
    return new Layer.Dense(width, activation, Initialization.ORTHOGONAL);
  }

  /** An architecture with heads of 3 and 1 on one torso. */
  static Architecture architecture(ImageSpace space, int actionWidth, Layer... layers) {
    return new Architecture(
        space,
        actionWidth,
        List.of(new Architecture.Torso("torso", List.of(layers))),
        List.of(
            new Architecture.Head("policy", 0, 3, Initialization.ORTHOGONAL, 1),
            new Architecture.Head("value", 0, 1, Initialization.ORTHOGONAL, 1)));
  }

  static NetworkSpec spec(Architecture architecture, int threads) {
    return new NetworkSpec(
        architecture.observationSpace(),
        architecture.actionWidth(),
        architecture.heads().stream()
            .map(head -> new NetworkSpec.Head(head.name(), head.width(), head.gain()))
            .toList(),
        7,
        threads);
  }

  static Inputs inputs(NetworkSpec spec, int rows, long seed) {
    ObservationBatch observations = ObservationBatch.allocate(spec.observationSpace(), rows);
    byte[] pixels = ((ObservationBatch.UInt8) observations).values();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) ((i + seed) * 37); // no two near each other are equal: maxima have slopes
    }
    float[] actions =
        spec.actionWidth() == 0 ? null : Networks.normal(rows * spec.actionWidth(), seed + 1);
    return new Inputs(observations, actions, null, 1, rows);
  }

  static Stream<Arguments> libraries() {
    List<Architecture> architectures =
        List.of(
            // a stride that leaves pixels over, padding, overlapping pooling
            architecture(
                new ImageSpace(2, 9, 8),
                0,
                convolution(3, 3, 2, 1, Activation.TANH),
                new ImageLayer.MaxPooling(2, 1),
                convolution(4, 2, 1, 0, Activation.ELU),
                new ImageLayer.Flatten(),
                dense(6, Activation.TANH)),
            // few channels and a stride: blocks of 4 x 4, as for Atari, with actions joined
            architecture(
                new ImageSpace(4, 12, 14),
                2,
                convolution(3, 8, 4, 0, Activation.LEAKY_RELU),
                convolution(4, 2, 1, 0, Activation.RELU),
                new ImageLayer.Flatten(),
                new Layer.JoinActions(2),
                dense(7, Activation.RELU),
                dense(5, Activation.TANH)),
            // blocks of 2 x 2 with 16 channels, and nothing behind the image layers
            architecture(
                new ImageSpace(4, 7, 6),
                0,
                convolution(16, 2, 2, 0, Activation.TANH),
                new ImageLayer.MaxPooling(2, 2)),
            // blocks of 3 x 3 whose channels fill no vector, and actions joined at the end
            architecture(
                new ImageSpace(3, 12, 10),
                1,
                convolution(4, 6, 3, 0, Activation.IDENTITY),
                new ImageLayer.Flatten(),
                new Layer.JoinActions(1)),
            // as many channels as half a vector holds
            architecture(
                new ImageSpace(1, 8, 8),
                0,
                convolution(8, 3, 1, 1, Activation.TANH),
                new ImageLayer.MaxPooling(2, 2),
                convolution(8, 2, 1, 0, Activation.TANH),
                new ImageLayer.Flatten(),
                dense(6, Activation.TANH)),
            // pooling before any weights
            architecture(
                new ImageSpace(1, 8, 8),
                0,
                new ImageLayer.MaxPooling(3, 2),
                convolution(17, 3, 1, 1, Activation.TANH),
                new ImageLayer.Flatten(),
                dense(3, Activation.ELU)));
    return Arrays.stream(Convolutions.values())
        .filter(Convolutions::available)
        .flatMap(library -> architectures.stream().map(a -> Arguments.of(library, a)));
  }

  /** Sum of outputs times weights, in double. */
  private static double loss(
      Architecture architecture,
      double[] parameters,
      double[] pixels,
      double[] actions,
      float[][] weights) {
    DoubleReference reference = new DoubleReference(architecture);
    int width = architecture.observationSpace().width();
    int actionWidth = architecture.actionWidth();
    double sum = 0;
    for (int row = 0; row < ROWS; row++) {
      double[][] outputs =
          reference.outputs(
              parameters,
              Arrays.copyOfRange(pixels, row * width, (row + 1) * width),
              Arrays.copyOfRange(actions, row * actionWidth, (row + 1) * actionWidth));
      for (int head = 0; head < outputs.length; head++) {
        for (int i = 0; i < outputs[head].length; i++) {
          sum += outputs[head][i] * weights[head][row * outputs[head].length + i];
        }
      }
    }
    return sum;
  }

  private static double[] scaled(Inputs inputs) {
    byte[] bytes = ((ObservationBatch.UInt8) inputs.observations()).values();
    double[] result = new double[bytes.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (bytes[i] & 0xff) / 255.0;
    }
    return result;
  }

  /** The slope of the loss at one element of what it depends on. */
  private static double slope(double[] target, int index, java.util.function.DoubleSupplier loss) {
    double step = 1e-6;
    double value = target[index];
    target[index] = value + step;
    double up = loss.getAsDouble();
    target[index] = value - step;
    double down = loss.getAsDouble();
    target[index] = value;
    return (up - down) / (2 * step);
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void gradientsAndTangentsAgreeWithFiniteDifferences(
      Convolutions library, Architecture architecture) {
    NetworkSpec spec = spec(architecture, 1);
    Network network =
        new KernelNetwork(architecture, spec, KernelBackend.selected(), () -> library);
    Inputs inputs = inputs(spec, ROWS, 3);
    float[][] weights = Networks.headRows(spec, ROWS, 11);
    int width = spec.observationSpace().width();
    int total = width + spec.actionWidth();
    float[] inputGradient = new float[ROWS * total];
    float[] gradient = new float[network.parameters().length];
    Pass pass = network.pass(1, ROWS);
    network.forward(pass, inputs);
    network.backward(pass, weights, gradient, inputGradient);
    float[] direction = Networks.normal(gradient.length, 5);
    float[][] tangents = {new float[ROWS * 3], new float[ROWS]};
    network.tangent(pass, direction, tangents);

    double[] parameters = Networks.toDouble(network.parameters(), 0, gradient.length);
    double[] pixels = scaled(inputs);
    double[] actions =
        inputs.actions() == null
            ? new double[0]
            : Networks.toDouble(inputs.actions(), 0, inputs.actions().length);
    double expectedOutputs = loss(architecture, parameters, pixels, actions, weights);
    assertThat(dot(pass.output(0), weights[0]) + dot(pass.output(1), weights[1]))
        .as("outputs")
        .isCloseTo(expectedOutputs, within(1e-4));
    double directional = 0;
    for (int i = 0; i < parameters.length; i++) {
      double slope =
          slope(parameters, i, () -> loss(architecture, parameters, pixels, actions, weights));
      assertThat((double) gradient[i]).as("parameter %d", i).isCloseTo(slope, within(1e-4));
      directional += slope * direction[i];
    }
    assertThat(dot(tangents[0], weights[0]) + dot(tangents[1], weights[1]))
        .as("tangents")
        .isCloseTo(directional, within(1e-5 * norm(direction) * norm(gradient)));
    for (int row = 0; row < ROWS; row++) {
      for (int i = 0; i < total; i += i < width ? 5 : 1) {
        boolean pixel = i < width;
        double slope =
            slope(
                pixel ? pixels : actions,
                pixel ? row * width + i : row * spec.actionWidth() + i - width,
                () -> loss(architecture, parameters, pixels, actions, weights));
        assertThat((double) inputGradient[row * total + i])
            .as("input %d of row %d", i, row)
            .isCloseTo(slope, within(1e-4));
      }
    }
  }

  static Architecture nature(int actionWidth) {
    ImageLayer.Convolution first = convolution(32, 8, 4, 0, Activation.RELU);
    ImageLayer.Convolution second = convolution(64, 4, 2, 0, Activation.RELU);
    ImageLayer.Convolution third = convolution(64, 3, 1, 0, Activation.RELU);
    Layer.Dense dense = dense(48, Activation.RELU);
    ImageSpace space = new ImageSpace(4, 84, 84);
    return actionWidth == 0
        ? architecture(space, 0, first, second, third, new ImageLayer.Flatten(), dense)
        : architecture(
            space,
            actionWidth,
            first,
            second,
            third,
            new ImageLayer.Flatten(),
            new Layer.JoinActions(actionWidth),
            dense);
  }

  /** The gradient of all parameters, with that of the inputs in the second array. */
  static float[][] gradients(Network network, Inputs inputs) {
    float[][] weights = Networks.headRows(network.spec(), inputs.rows(), 11);
    NetworkSpec spec = network.spec();
    float[] inputGradient =
        new float[inputs.rows() * (spec.observationSpace().width() + spec.actionWidth())];
    return new float[][] {
      Networks.gradient(network, inputs, weights, inputGradient), inputGradient
    };
  }

  @ParameterizedTest
  @EnumSource(Convolutions.class)
  void natureNetworkAgreesWithDl4j(Convolutions library) {
    assumeTrue(library.available());
    Architecture architecture = nature(3);
    NetworkSpec spec = spec(architecture, 1);
    Inputs inputs = inputs(spec, 4, 3);
    Network network =
        new KernelNetwork(architecture, spec, KernelBackend.selected(), () -> library);
    Network dl4j = Dl4jNetwork.of(architecture, spec);
    assertThat(network.parameters()).isEqualTo(dl4j.parameters());
    float[] gradient = gradients(network, inputs)[0];
    float[] expected = gradients(dl4j, inputs)[0];
    assertThat(distance(gradient, expected)).isLessThan(1e-5 * norm(expected));
    Pass ours = network.pass(1, 4);
    Pass theirs = dl4j.pass(1, 4);
    network.forward(ours, inputs);
    dl4j.forward(theirs, inputs);
    assertThat(ours.output(0)).containsExactly(theirs.output(0), within(1e-5f));
    assertThat(ours.output(1)).containsExactly(theirs.output(1), within(1e-5f));
  }

  @ParameterizedTest
  @EnumSource(Convolutions.class)
  void exportedZipTakesImagesInPlainDl4j(Convolutions library, @TempDir Path folder)
      throws IOException {
    assumeTrue(library.available());
    Architecture architecture =
        architecture(
            new ImageSpace(4, 20, 21),
            2,
            convolution(5, 8, 4, 0, Activation.RELU),
            new ImageLayer.MaxPooling(2, 1),
            new ImageLayer.Flatten(),
            new Layer.JoinActions(2),
            dense(7, Activation.TANH));
    NetworkSpec spec = spec(architecture, 1);
    Inputs inputs = inputs(spec, ROWS, 3);
    Network network =
        new KernelNetwork(architecture, spec, KernelBackend.selected(), () -> library);
    Pass pass = network.pass(1, ROWS);
    network.forward(pass, inputs);
    Path zip = folder.resolve("network.zip");
    network.export(zip);
    float[] bytes = new float[ROWS * spec.observationSpace().width()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = ((ObservationBatch.UInt8) inputs.observations()).values()[i] & 0xff;
    }
    INDArray[] outputs =
        ModelSerializer.restoreComputationGraph(zip.toFile())
            .output(
                Nd4j.createFromArray(bytes).reshape(ROWS, 4, 20, 21),
                Nd4j.createFromArray(inputs.actions()).reshape(ROWS, 2));
    assertThat(pass.output(0)).containsExactly(outputs[0].ravel().toFloatVector(), within(1e-5f));
    assertThat(pass.output(1)).containsExactly(outputs[1].ravel().toFloatVector(), within(1e-5f));
  }

  /** The last minibatch of an epoch may be smaller than the others. */
  @Test
  void rowsMayBeFewerThanThePassHolds() {
    Architecture architecture = libraries().map(a -> (Architecture) a.get()[1]).toList().get(1);
    NetworkSpec spec = spec(architecture, 1);
    Network network = new KernelNetwork(architecture, spec);
    Pass pass = network.pass(1, 40);
    for (int rows : new int[] {40, 7, 33, 1, 40, 12, 2, 3}) {
      Inputs inputs = inputs(spec, rows, rows);
      float[][] weights = Networks.headRows(spec, rows, 11);
      float[] gradient = new float[network.parameters().length];
      network.forward(pass, inputs);
      network.backward(pass, weights, gradient, null);
      float[] expected = Networks.gradient(network, inputs, weights, null);
      assertThat(pass.output(0)).hasSize(40 * 3);
      assertThat(gradient).as("%d rows", rows).isEqualTo(expected);
      network.parameters()[rows] += 0.1f;
      network.parametersChanged();
    }
  }

  static Layer inBfloat16(Layer layer) {
    return layer instanceof ImageLayer.Convolution it
        ? new ImageLayer.Convolution(
            it.channels(),
            it.kernel(),
            it.stride(),
            it.padding(),
            it.activation(),
            it.initialization(),
            Precision.BF16)
        : layer;
  }

  /** Eight bits of precision; PyTorch's autocast strays by 7%. */
  @Test
  void bfloat16StaysNearFloat32() {
    assumeTrue(Precision.BF16.limit().isEmpty());
    Architecture exact = nature(2);
    Architecture rounded =
        architecture(
            (ImageSpace) exact.observationSpace(),
            2,
            exact.torsos().get(0).layers().stream()
                .map(ImageNetworkTest::inBfloat16)
                .toArray(Layer[]::new));
    assertThat(rounded.fingerprint()).isEqualTo(exact.fingerprint());
    NetworkSpec spec = spec(exact, 1);
    Inputs inputs = inputs(spec, 6, 3);
    KernelNetwork network = new KernelNetwork(rounded, spec);
    float[] gradient = gradients(network, inputs)[0];
    float[] expected = gradients(new KernelNetwork(exact, spec), inputs)[0];
    assertThat(distance(gradient, expected))
        .isBetween(1e-4 * norm(expected), 0.07 * norm(expected));
    Pass pass = network.pass(1, 6);
    network.forward(pass, inputs);
    float[][] tangents = {new float[6 * 3], new float[6]};
    network.tangent(pass, gradient, tangents);
    float[][] weights = Networks.headRows(spec, 6, 11);
    assertThat(dot(tangents[0], weights[0]) + dot(tangents[1], weights[1]))
        .isCloseTo(dot(gradient, gradient), withinPercentage(5));
  }

  @Test
  void bfloat16IsRefusedWhereItCannotBeComputed() {
    Architecture architecture =
        architecture(
            new ImageSpace(1, 8, 8), 0, inBfloat16(convolution(4, 3, 1, 0, Activation.RELU)));
    NetworkSpec spec = spec(architecture, 1);
    assertThatThrownBy(
            () ->
                new KernelNetwork(
                    architecture, spec, KernelBackend.selected(), () -> Convolutions.ND4J))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "precision = bf16 needs oneDNN, but convolutions are computed by nd4j here; set"
                + " precision = f32");
    assertThatThrownBy(() -> Dl4jNetwork.of(architecture, spec))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("precision = bf16 is for engine = kernels");
  }

  @Test
  void nothingIsAllocatedOnceWarm() {
    Architecture architecture = libraries().map(a -> (Architecture) a.get()[1]).toList().get(1);
    NetworkSpec spec = spec(architecture, 1);
    KernelNetwork network = new KernelNetwork(architecture, spec);
    int rows = 16;
    Pass pass = network.pass(1, rows);
    Inputs inputs = inputs(spec, rows, 1);
    float[][] weights = Networks.headRows(spec, rows, 2);
    float[][] tangents = Networks.headRows(spec, rows, 3);
    float[] gradient = new float[network.parameters().length];
    Runnable update =
        () -> {
          network.forward(pass, inputs);
          network.backward(pass, weights, gradient, null);
          network.tangent(pass, gradient, tangents);
          network.parametersChanged();
        };
    long allocated = Long.MAX_VALUE;
    for (int round = 0; round < 200 && allocated > 1_000; round++) {
      allocated = Networks.allocatedBy(update, 20);
    }
    assertThat(allocated).isLessThan(1_000);
  }

  @Test
  void sizesThatDoNotFitAreNamed() {
    assertThatThrownBy(
            () ->
                architecture(
                    new ImageSpace(4, 20, 20),
                    0,
                    convolution(8, 8, 4, 0, Activation.RELU),
                    convolution(8, 5, 1, 0, Activation.RELU)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "convolution(8, 5x5/1, relu) does not fit into the image of 8x4x4 that reaches it;"
                + " choose smaller kernels, strides or pooling");
    assertThatThrownBy(
            () ->
                architecture(
                    new ImageSpace(4, 20, 20),
                    0,
                    new ImageLayer.Flatten(),
                    new ImageLayer.MaxPooling(2, 2)))
        .hasMessage("max-pooling(2x2/2) takes an image, but is given a vector of 1600");
  }

  static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  static double norm(float[] a) {
    return Math.sqrt(dot(a, a));
  }
}
