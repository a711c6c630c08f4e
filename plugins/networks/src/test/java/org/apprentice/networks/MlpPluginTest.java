package org.apprentice.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.ServiceLoader;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Dl4jNetwork;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;
import org.apprentice.nn.KernelNetwork;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.Space;
import org.junit.jupiter.api.Test;

class MlpPluginTest {
  private final MlpPlugin plugin = new MlpPlugin();

  private static NetworkSpec spec(Space space) {
    return new NetworkSpec(
        space,
        0,
        List.of(new NetworkSpec.Head("policy", 2, 0.01), new NetworkSpec.Head("value", 1, 1)),
        1,
        1);
  }

  private static MlpConfig config(boolean shared, boolean flatten, Engine engine) {
    return new MlpConfig(
        List.of(8, 4), Activation.TANH, Initialization.ORTHOGONAL, shared, flatten, 0, engine);
  }

  @Test
  void isFoundAmongThePlugins() {
    assertThat(ServiceLoader.load(Plugin.class))
        .flatMap(Plugin::networks)
        .anyMatch(MlpPlugin.class::isInstance);
  }

  @Test
  void sharedTorsoHasItsParametersOnce() {
    NetworkSpec spec = spec(BoxSpace.unbounded(3));
    int torso = 4 * 8 + 9 * 4;
    int heads = 5 * 2 + 5;
    assertThat(plugin.create(config(true, false, Engine.AUTO), spec).parameters())
        .hasSize(torso + heads);
    assertThat(plugin.create(config(false, false, Engine.AUTO), spec).parameters())
        .hasSize(2 * torso + heads);
  }

  @Test
  void engineDecidesWhatRunsTheSameParameters() {
    NetworkSpec spec = spec(BoxSpace.unbounded(3));
    assertThat(plugin.create(config(true, false, Engine.AUTO), spec))
        .isInstanceOf(KernelNetwork.class);
    assertThat(plugin.create(config(true, false, Engine.DL4J), spec))
        .isInstanceOf(Dl4jNetwork.class)
        .satisfies(
            network ->
                assertThat(network.parameters())
                    .isEqualTo(
                        plugin.create(config(true, false, Engine.KERNELS), spec).parameters()));
  }

  @Test
  void imagesAreTakenOnlyFlattened() {
    ImageSpace image = new ImageSpace(4, 84, 84);
    assertThat(plugin.conflict(config(false, false, Engine.AUTO), image))
        .hasValueSatisfying(
            reason -> assertThat(reason).contains("uint8 image[4, 84, 84]", "flatten = true"));
    assertThat(plugin.conflict(config(false, true, Engine.AUTO), image)).isEmpty();
    assertThatThrownBy(() -> plugin.create(config(false, false, Engine.AUTO), spec(image)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flatten = true");
  }

  @Test
  void refusesWidthsBelowOne() {
    assertThatThrownBy(() -> MlpConfig.tanh(64, 0))
        .hasMessage("hidden must hold widths of at least 1, found 0");
  }

  @Test
  void dropoutIsCheckedAndNeedsTheKernels() {
    assertThatThrownBy(() -> dropping(1, Engine.AUTO))
        .hasMessage("dropout must be in [0, 1), found 1.0");
    assertThatThrownBy(() -> dropping(0.5, Engine.DL4J))
        .hasMessageStartingWith("dropout must be 0 with engine = dl4j");
    assertThat(plugin.create(dropping(0.5, Engine.AUTO), spec(BoxSpace.unbounded(3))))
        .isInstanceOf(KernelNetwork.class);
  }

  private static MlpConfig dropping(double dropout, Engine engine) {
    return new MlpConfig(
        List.of(8), Activation.TANH, Initialization.ORTHOGONAL, true, false, dropout, engine);
  }
}
