package org.apprentice.nn;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apprentice.spi.Network;

/**
 * The parameters of a network in a checkpoint, bit for bit, after a line that says what the network
 * looks like.
 */
public final class NetworkState {
  private NetworkState() {}

  /** Writes the network's parameters. */
  public static void save(Network network, DataOutput out) throws IOException {
    out.writeUTF(network.description());
    out.writeInt(network.parameters().length);
    for (float parameter : network.parameters()) {
      out.writeInt(Float.floatToRawIntBits(parameter));
    }
  }

  /**
   * Reads parameters into the network.
   *
   * @throws IllegalArgumentException if they are of a network that looks different; this network
   *     stays as it is then
   */
  public static void restore(Network network, DataInput in) throws IOException {
    String found = in.readUTF();
    int length = in.readInt();
    float[] parameters = network.parameters();
    if (!found.equals(network.description()) || length != parameters.length) {
      throw new IllegalArgumentException(
          "the checkpoint is of another network: of "
              + found
              + " ("
              + length
              + " parameters), but this network is "
              + network.description()
              + " ("
              + parameters.length
              + " parameters)");
    }
    for (int i = 0; i < length; i++) {
      parameters[i] = Float.intBitsToFloat(in.readInt());
    }
    network.parametersChanged();
  }
}
