package org.apprentice.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import java.util.stream.Stream;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks that see images take real numbers from 0 to 255 in place of bytes. */
class RealPixelsTest {
  private static final int ROWS = 3;

  private static Inputs real(Inputs bytes) {
    byte[] pixels = ((ObservationBatch.UInt8) bytes.observations()).values();
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[i] & 0xff;
    }
    return withPixels(bytes, values);
  }

  private static Inputs withPixels(Inputs like, float[] values) {
    return new Inputs(
        new ObservationBatch.Float32(values, ROWS, like.observations().width()),
        like.actions(),
        null,
        1,
        ROWS);
  }

  /** Outputs, gradient and input gradient, one after the other. */
  private static float[][] results(Network network, Pass pass, Inputs inputs) {
    NetworkSpec spec = network.spec();
    float[] gradient = new float[network.parameters().length];
    float[] inputGradient =
        new float[ROWS * (spec.observationSpace().width() + spec.actionWidth())];
    network.forward(pass, inputs);
    network.backward(pass, Networks.headRows(spec, ROWS, 11), gradient, inputGradient);
    return new float[][] {pass.output(0).clone(), pass.output(1).clone(), gradient, inputGradient};
  }

  @ParameterizedTest
  @MethodSource("org.apprentice.nn.ImageNetworkTest#libraries")
  void wholeNumbersGiveTheBitsThatBytesGive(Convolutions library, Architecture architecture) {
    NetworkSpec spec = ImageNetworkTest.spec(architecture, 1);
    Network network =
        new KernelNetwork(architecture, spec, KernelBackend.selected(), () -> library);
    Inputs bytes = ImageNetworkTest.inputs(spec, ROWS, 3);
    Inputs others = ImageNetworkTest.inputs(spec, ROWS, 4);
    Pass pass = network.pass(1, ROWS);
    float[][] expected = results(network, network.pass(1, ROWS), bytes);

    assertThat(results(network, pass, real(bytes))).isDeepEqualTo(expected);
    // one pass may be given both in turn
    results(network, pass, others);
    assertThat(results(network, pass, real(bytes))).isDeepEqualTo(expected);
    results(network, pass, real(others));
    assertThat(results(network, pass, bytes)).isDeepEqualTo(expected);
  }

  @Test
  void wholeNumbersGiveTheBitsThatBytesGiveInBfloat16() {
    assumeTrue(Precision.BF16.limit().isEmpty());
    Architecture exact = ImageNetworkTest.nature(2);
    Architecture rounded =
        ImageNetworkTest.architecture(
            (ImageSpace) exact.observationSpace(),
            2,
            exact.torsos().get(0).layers().stream()
                .map(ImageNetworkTest::inBfloat16)
                .toArray(Architecture.Layer[]::new));
    NetworkSpec spec = ImageNetworkTest.spec(rounded, 1);
    Network network = new KernelNetwork(rounded, spec);
    Inputs bytes = ImageNetworkTest.inputs(spec, ROWS, 3);

    assertThat(results(network, network.pass(1, ROWS), real(bytes)))
        .isDeepEqualTo(results(network, network.pass(1, ROWS), bytes));
  }

  /** A torso without image layers sees the same numbers. */
  @Test
  void wholeNumbersGiveTheBitsThatBytesGiveWhereNoLayerSeesTheImage() {
    Architecture architecture =
        ImageNetworkTest.architecture(
            new ImageSpace(1, 5, 3),
            0,
            new ImageLayer.Flatten(),
            ImageNetworkTest.dense(6, Activation.TANH));
    NetworkSpec spec = ImageNetworkTest.spec(architecture, 1);
    Network network = new KernelNetwork(architecture, spec);
    Inputs bytes = ImageNetworkTest.inputs(spec, ROWS, 3);

    assertThat(results(network, network.pass(1, ROWS), real(bytes)))
        .isDeepEqualTo(results(network, network.pass(1, ROWS), bytes));
  }

  /** DL4J's heads take no images. */
  static Stream<Arguments> flattened() {
    return ImageNetworkTest.libraries()
        .filter(
            it ->
                ((Architecture) it.get()[1])
                    .torsos()
                    .get(0)
                    .layers()
                    .contains(new ImageLayer.Flatten()));
  }

  @ParameterizedTest
  @MethodSource("flattened")
  void fractionsAgreeWithDl4j(Convolutions library, Architecture architecture) {
    NetworkSpec spec = ImageNetworkTest.spec(architecture, 1);
    Network network =
        new KernelNetwork(architecture, spec, KernelBackend.selected(), () -> library);
    Network dl4j = Dl4jNetwork.of(architecture, spec);
    Random random = new Random(5);
    float[] pixels = new float[ROWS * spec.observationSpace().width()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = 255 * random.nextFloat();
    }
    Inputs inputs = withPixels(ImageNetworkTest.inputs(spec, ROWS, 3), pixels);

    float[][] found = results(network, network.pass(1, ROWS), inputs);

    float[][] expected = results(dl4j, dl4j.pass(1, ROWS), inputs);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).as("result %d", i).containsExactly(expected[i], within(1e-4f));
    }
  }
}
