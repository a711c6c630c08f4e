package org.apprentice.sarsa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apprentice.classiccontrol.ClassicControlPlugin;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.ConfigurationException;
import org.apprentice.core.config.Experiment;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.networks.NetworksPlugin;
import org.apprentice.testkit.components.TestkitPlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SarsaPluginTest {
  @TempDir Path folder;

  private Experiment compose(String... overrides) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("it.conf"),
            """
            environment = mountain-car
            algorithm = sarsa
            training.steps = 1000
            """);
    return new Composer(
            Components.of(
                new BuiltInSamplers(),
                new SarsaPlugin(),
                new NetworksPlugin(),
                new ClassicControlPlugin(),
                new TestkitPlugin()))
        .compose(file, List.of(overrides))
        .trials()
        .get(0)
        .experiment();
  }

  @Test
  void itNeedsNoNetwork() throws IOException {
    assertThat(compose().network()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "network=mlp | command line: algorithm sarsa uses no network, and the experiment names mlp;"
            + " remove it, or set network = null",
        "environment=pendulum | algorithm sarsa does not work with environment"
            + " pendulum: it chooses among discrete actions, found continuous(1)",
        "environment=identity-image | algorithm sarsa does not work with environment"
            + " identity-image: it lays tiles over vectors of few numbers, found uint8 image",
        "algorithm.ranges=[[0, 1]] | algorithm sarsa does not work with environment mountain-car:"
            + " ranges must have one pair for each of the 2 numbers of an observation, found 1",
        "algorithm.ranges=[[0, 1], [1, 1]] | command line: algorithm.ranges must be pairs"
            + " [low, high] with low < high, found [1.0, 1.0]",
        "algorithm.memory=20 | algorithm sarsa does not work with environment mountain-car: memory"
            + " must be at least tilings x actions = 30, found 20",
        "algorithm.epsilon-minimum=0.2 | algorithm.epsilon-minimum must be in [0, epsilon]",
        "algorithm.traces=dutch | replacing, accumulating"
      })
  void whatCannotWorkIsRefused(String override, String message) {
    assertThatThrownBy(() -> compose(override))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void rangesAreBound() throws IOException {
    SarsaConfig config =
        (SarsaConfig) compose("algorithm.ranges=[[-1.2, 0.6], [-0.07, 0.07]]").algorithm().config();
    assertThat(config.ranges()).contains(List.of(List.of(-1.2, 0.6), List.of(-0.07, 0.07)));
  }
}
