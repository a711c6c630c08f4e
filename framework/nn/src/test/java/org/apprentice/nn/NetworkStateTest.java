package org.apprentice.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.junit.jupiter.api.Test;

class NetworkStateTest {
  private final NetworkSpec spec = Networks.spec(4, 0, 1, 2, 1);
  private final KernelNetwork network = Networks.network(spec, Activation.TANH, false, 16, 8);

  private static DataInputStream saved(Network network) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    NetworkState.save(network, new DataOutputStream(bytes));
    return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
  }

  @Test
  void comesBackBitForBit() throws IOException {
    DataInputStream in = saved(network);
    float[] before = network.parameters().clone();
    Arrays.fill(network.parameters(), 0f);
    NetworkState.restore(network, in);
    assertThat(network.parameters()).isEqualTo(before);
  }

  @Test
  void isTheSameForBothEngines() throws IOException {
    Dl4jNetwork graph = Dl4jNetwork.of(network.architecture(), spec);
    Arrays.fill(graph.parameters(), 0f);
    NetworkState.restore(graph, saved(network));
    assertThat(graph.parameters()).isEqualTo(network.parameters());
  }

  @Test
  void refusesAnotherNetworkNamingBoth() {
    KernelNetwork other = Networks.network(spec, Activation.RELU, true, 16);
    float[] before = other.parameters().clone();
    assertThatThrownBy(() -> NetworkState.restore(other, saved(network)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the checkpoint is of another network: of 4 -> [dense(16, tanh), dense(8, tanh)] -> head0(2)"
                + " | [dense(16, tanh), dense(8, tanh)] -> head1(1) (459 parameters), but this network is"
                + " 4 -> [dense(16, relu)] -> head0(2) -> head1(1) (131 parameters)");
    assertThat(other.parameters()).isEqualTo(before);
  }

  @Test
  void sameSizeIsNotEnough() {
    KernelNetwork other = Networks.network(spec, Activation.ELU, false, 16, 8);
    assertThat(other.parameters()).hasSameSizeAs(network.parameters());
    assertThatThrownBy(() -> NetworkState.restore(other, saved(network)))
        .hasMessageContaining("elu");
  }

  @Test
  void namesEveryNetworkOfAComposite() {
    HeadNetworks heads =
        new HeadNetworks(
            spec,
            List.of(
                part -> Networks.network(part, Activation.TANH, true, 16),
                part -> Networks.network(part, Activation.RELU, true, 8)));
    assertThat(heads.description())
        .isEqualTo("4 -> [dense(16, tanh)] -> head0(2); 4 -> [dense(8, relu)] -> head1(1)");
  }
}
