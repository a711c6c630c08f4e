package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompatibilityTest {
  @TempDir Path temporary;
  private ExperimentFolder folder;

  @BeforeEach
  void writeExperiment() {
    folder = new ExperimentFolder(temporary);
    folder.file(
        "it.conf",
        """
        environment = line
        network = mlp
        algorithm = ppo
        training.steps = 1000
        """);
  }

  @Test
  void anAlgorithmMayRefuseAnEnvironment() {
    assertThat(folder.problems("it.conf", "algorithm=sarsa", "network=null", "environment=slope"))
        .containsExactly(
            "command line: algorithm sarsa does not work with environment slope: it chooses among"
                + " discrete actions");
  }

  @Test
  void aNetworkMayRefuseAnEnvironment() {
    assertThat(folder.problems("it.conf", "environment=picture"))
        .containsExactly(
            "it.conf:2: network mlp does not work with environment picture: a dense layer takes"
                + " vectors, found uint8 image[1, 8, 8]");
    assertThat(
            folder.problems(
                "it.conf", "environment=picture", "network={ actor = gru, critic = mlp }"))
        .singleElement()
        .asString()
        .startsWith("command line: network.critic mlp does not work with environment picture: ");
  }

  @Test
  void nestedComponentsMayRefuseAnEnvironment() {
    folder.file(
        "gail.conf",
        """
        environment = picture
        network = gru
        algorithm {
          plugin = gail
          generator = trpo
          discriminator.network = mlp
          demonstrations.file = "gail.conf"
        }
        training.steps = 1000
        """);
    assertThat(folder.problems("gail.conf"))
        .containsExactly(
            "gail.conf:5: algorithm.generator trpo does not work with environment picture: it"
                + " takes vectors",
            "gail.conf:6: algorithm.discriminator.network mlp does not work with environment"
                + " picture: a dense layer takes vectors, found uint8 image[1, 8, 8]");
  }

  @Test
  void anAlgorithmMayNeedANetwork() {
    assertThat(folder.problems("it.conf", "network=null"))
        .containsExactly(
            "it.conf:3: algorithm ppo needs a network, and the experiment names none; for example"
                + " network = mlp");
  }

  @Test
  void anAlgorithmMayUseNoNetwork() {
    assertThat(folder.problems("it.conf", "algorithm=sarsa"))
        .containsExactly(
            "it.conf:2: algorithm sarsa uses no network, and the experiment names mlp; remove it,"
                + " or set network = null");
    assertThat(folder.trial("it.conf", "algorithm=sarsa", "network=null").experiment().network())
        .isEmpty();
  }

  @Test
  void stepsAreForAlgorithmsThatCountThem() {
    assertThat(folder.problems("it.conf", "training.steps=null"))
        .containsExactly(
            "it.conf:3: missing key training.steps: algorithm ppo needs a budget of environment"
                + " steps");
    folder.file("data.npz", "x");
    String[] overrides = {
      "algorithm=bc", "algorithm.demonstrations.file=" + temporary.resolve("data.npz")
    };
    assertThat(folder.problems("it.conf", overrides))
        .containsExactly(
            "it.conf:4: training.steps means nothing to algorithm bc, which counts epochs; remove"
                + " it, or set training.steps = null");
  }
}
