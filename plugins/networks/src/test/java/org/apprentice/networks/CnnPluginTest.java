package org.apprentice.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Dl4jNetwork;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;
import org.apprentice.nn.KernelNetwork;
import org.apprentice.nn.Precision;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.NetworkSpec;
import org.junit.jupiter.api.Test;

class CnnPluginTest {
  private static final ImageSpace ATARI = new ImageSpace(4, 84, 84);

  private final CnnPlugin plugin = new CnnPlugin();

  private static CnnConfig config(
      List<Integer> kernels, List<Integer> pooling, boolean shared, Precision precision) {
    return new CnnConfig(
        List.of(32, 64, 64),
        kernels,
        List.of(4, 2, 1),
        List.of(),
        pooling,
        List.of(16),
        List.of(),
        Activation.RELU,
        Initialization.NORMC,
        shared,
        precision,
        Engine.AUTO);
  }

  private static CnnConfig nature(boolean shared) {
    return config(List.of(8, 4, 3), List.of(), shared, Precision.F32);
  }

  private static NetworkSpec spec(int actionWidth) {
    return new NetworkSpec(
        ATARI,
        actionWidth,
        List.of(new NetworkSpec.Head("policy", 4, 0.01), new NetworkSpec.Head("value", 1, 1)),
        1,
        1);
  }

  @Test
  void parametersAreThoseOfTheLayers() {
    int convolutions = (4 * 64 + 1) * 32 + (32 * 16 + 1) * 64 + (64 * 9 + 1) * 64;
    int dense = (64 * 7 * 7 + 1) * 16;
    int heads = 17 * 4 + 17;
    assertThat(plugin.create(nature(true), spec(0)).parameters())
        .hasSize(convolutions + dense + heads);
    assertThat(plugin.create(nature(false), spec(0)).parameters())
        .hasSize(2 * (convolutions + dense) + heads);
  }

  @Test
  void actionsJoinBehindTheConvolutions() {
    assertThat(plugin.create(nature(true), spec(3)).parameters().length)
        .isEqualTo(plugin.create(nature(true), spec(0)).parameters().length + 3 * 16);
    assertThat(plugin.create(nature(true), spec(3)).description())
        .contains("flatten, join-actions, dense(16, relu)");
  }

  @Test
  void vectorsAreRefused() {
    assertThat(plugin.conflict(nature(true), BoxSpace.unbounded(4)))
        .hasValueSatisfying(
            reason -> assertThat(reason).contains("network cnn takes images", "such as mlp"));
  }

  @Test
  void imagesThatAreTooSmallAreRefusedNamingTheLayer() {
    assertThat(plugin.conflict(nature(true), new ImageSpace(1, 8, 8)))
        .hasValue(
            "network cnn cannot take a uint8 image[1, 8, 8]: convolution(64, 4x4/2, relu) does not"
                + " fit into the image of 32x1x1 that reaches it; choose smaller kernels, strides or"
                + " pooling");
    assertThatThrownBy(
            () ->
                plugin.create(
                    config(List.of(8, 4, 3), List.of(4, 4, 4), true, Precision.F32), spec(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not fit into the image of");
  }

  @Test
  void listsMustBeOfOneLength() {
    assertThatThrownBy(() -> config(List.of(8, 4), List.of(), true, Precision.F32))
        .hasMessage(
            "kernels must hold a number for each of the 3 convolutions of filters, found [8, 4]");
    assertThatThrownBy(() -> config(List.of(8, 4, 3), List.of(2, 2), true, Precision.F32))
        .hasMessage(
            "pooling must hold a number for each of the 3 convolutions of filters, found [2, 2]");
    assertThatThrownBy(() -> config(List.of(8, 4, 0), List.of(), true, Precision.F32))
        .hasMessage("kernels must hold numbers of at least 1, found 0");
  }

  @Test
  void engineDecidesWhatRunsTheSameParameters() {
    assertThat(plugin.create(nature(true), spec(0))).isInstanceOf(KernelNetwork.class);
    CnnConfig halves = config(List.of(8, 4, 3), List.of(), true, Precision.BF16);
    CnnConfig onDl4j =
        new CnnConfig(
            halves.filters(),
            halves.kernels(),
            halves.strides(),
            halves.padding(),
            halves.pooling(),
            halves.hidden(),
            halves.dropout(),
            halves.activation(),
            halves.initialization(),
            halves.shared(),
            Precision.F32,
            Engine.DL4J);
    assertThat(plugin.create(onDl4j, spec(0)))
        .isInstanceOf(Dl4jNetwork.class)
        .satisfies(
            network ->
                assertThat(network.parameters())
                    .isEqualTo(plugin.create(nature(true), spec(0)).parameters()));
  }
}
