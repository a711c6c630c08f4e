package org.apprentice.nn;

import static org.apprentice.nn.ImageNetworkTest.architecture;
import static org.apprentice.nn.ImageNetworkTest.convolution;
import static org.apprentice.nn.ImageNetworkTest.dense;
import static org.apprentice.nn.ImageNetworkTest.distance;
import static org.apprentice.nn.ImageNetworkTest.gradients;
import static org.apprentice.nn.ImageNetworkTest.inputs;
import static org.apprentice.nn.ImageNetworkTest.norm;
import static org.apprentice.nn.ImageNetworkTest.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Pass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Image layers on several threads. */
class ImageThreadsTest {
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void threadsGiveTheSameBitsEachTimeAndAgreeWithOne(boolean separate) {
    Architecture shared =
        ImageNetworkTest.libraries().map(a -> (Architecture) a.get()[1]).toList().get(1);
    Architecture architecture =
        separate
            ? new Architecture(
                shared.observationSpace(),
                shared.actionWidth(),
                List.of(
                    new Architecture.Torso("actor", shared.torsos().get(0).layers()),
                    new Architecture.Torso("critic", shared.torsos().get(0).layers())),
                List.of(
                    new Architecture.Head("policy", 0, 3, Initialization.ORTHOGONAL, 1),
                    new Architecture.Head("value", 1, 1, Initialization.ORTHOGONAL, 1)))
            : shared;
    Inputs inputs = inputs(spec(architecture, 1), 301, 3);
    float[][] expected = gradients(new KernelNetwork(architecture, spec(architecture, 1)), inputs);
    try (KernelNetwork network = new KernelNetwork(architecture, spec(architecture, 2))) {
      float[][] first = gradients(network, inputs);
      assertThat(gradients(network, inputs)).isDeepEqualTo(first);
      for (int i = 0; i < first.length; i++) {
        assertThat(distance(first[i], expected[i])).isLessThan(1e-5 * norm(expected[i]));
      }
    }
  }

  /** Five images for four threads, two each: one has none. */
  @Test
  void aThreadMayBeLeftWithoutRows() {
    Architecture architecture =
        architecture(
            new ImageSpace(1, 24, 24),
            0,
            convolution(16, 3, 1, 0, Activation.TANH),
            new ImageLayer.Flatten(),
            dense(64, Activation.TANH));
    Inputs inputs = inputs(spec(architecture, 1), 5, 3);
    float[][] expected = tangents(new KernelNetwork(architecture, spec(architecture, 1)), inputs);
    try (KernelNetwork network = new KernelNetwork(architecture, spec(architecture, 4))) {
      float[][] found = tangents(network, inputs);
      assertThat(found[0]).containsExactly(expected[0], within(1e-3f));
      assertThat(found[1]).containsExactly(expected[1], within(1e-3f));
    }
  }

  private static float[][] tangents(KernelNetwork network, Inputs inputs) {
    Pass pass = network.pass(1, 5);
    network.forward(pass, inputs);
    float[][] tangents = {new float[5 * 3], new float[5]};
    network.tangent(pass, Networks.normal(network.parameters().length, 9), tangents);
    return tangents;
  }
}
