package org.apprentice.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParameterFileTest {
  @TempDir Path folder;
  private final KernelNetwork network =
      Networks.network(Networks.spec(4, 0, 1, 2, 1), Activation.TANH, false, 16, 8);
  private Path file;

  @BeforeEach
  void save() throws IOException {
    file = folder.resolve("parameters");
    ParameterFile.save(network, file);
  }

  @Test
  void comesBackBitForBit() throws IOException {
    float[] saved = network.parameters().clone();
    Arrays.fill(network.parameters(), 0f);
    ParameterFile.restore(network, file);
    assertThat(network.parameters()).isEqualTo(saved);
  }

  @Test
  void refusesAnotherNetworkNamingBoth() {
    KernelNetwork other = Networks.network(Networks.spec(4, 0, 1, 2, 1), Activation.RELU, true, 16);
    float[] before = other.parameters().clone();
    assertThatThrownBy(() -> ParameterFile.restore(other, file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "it is of 4 -> [dense(16, tanh), dense(8, tanh)] -> head0(2)"
                + " | [dense(16, tanh), dense(8, tanh)] -> head1(1) (459 parameters)")
        .hasMessageContaining(
            "but this network is 4 -> [dense(16, relu)] -> head0(2) -> head1(1) (131 parameters)");
    assertThat(other.parameters()).isEqualTo(before);
  }

  @Test
  void refusesDamagedFiles() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[200] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> ParameterFile.restore(network, file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is damaged: its checksum is wrong");
    Files.write(file, Arrays.copyOf(bytes, 100));
    assertThatThrownBy(() -> ParameterFile.restore(network, file))
        .hasMessageContaining("is damaged");
    Files.writeString(file, "[64, 64]");
    assertThatThrownBy(() -> ParameterFile.restore(network, file))
        .hasMessage(file + " is not a file of network parameters");
  }
}
