package org.apprentice.nn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.apprentice.spi.Network;

/**
 * The parameters of a network in a file that says which network they are of, bit for bit and with a
 * checksum.
 */
public final class ParameterFile {
  private static final int FORMAT = 0x41504e31; // "APN1"

  private ParameterFile() {}

  /** Writes the network's parameters. */
  public static void save(Network network, Path file) throws IOException {
    byte[] text = describe(network).getBytes(StandardCharsets.UTF_8);
    float[] parameters = network.parameters();
    int length = 2 * Integer.BYTES + text.length + parameters.length * Float.BYTES;
    ByteBuffer bytes = ByteBuffer.allocate(length + Long.BYTES);
    bytes.putInt(FORMAT).putInt(text.length).put(text).asFloatBuffer().put(parameters);
    CRC32 checksum = new CRC32();
    checksum.update(bytes.array(), 0, length);
    bytes.putLong(length, checksum.getValue());
    Files.write(file, bytes.array());
  }

  /**
   * Reads parameters into the network; it stays as it is if they do not fit.
   *
   * @throws IllegalArgumentException if the file is damaged, or of a network of another
   *     architecture
   */
  public static void restore(Network network, Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    if (bytes.remaining() < 2 * Integer.BYTES + Long.BYTES || bytes.getInt() != FORMAT) {
      throw new IllegalArgumentException(file + " is not a file of network parameters");
    }
    CRC32 checksum = new CRC32();
    checksum.update(bytes.array(), 0, bytes.limit() - Long.BYTES);
    if (bytes.getLong(bytes.limit() - Long.BYTES) != checksum.getValue()) {
      throw new IllegalArgumentException(
          file + " is damaged: its checksum is wrong; use an older checkpoint");
    }
    byte[] text = new byte[bytes.getInt()];
    bytes.get(text);
    String found = new String(text, StandardCharsets.UTF_8);
    int length = (bytes.remaining() - Long.BYTES) / Float.BYTES;
    if (!found.equals(describe(network)) || length != network.parameters().length) {
      throw new IllegalArgumentException(
          file
              + " holds the parameters of another network: it is of "
              + found
              + " ("
              + length
              + " parameters), but this network is "
              + describe(network)
              + " ("
              + network.parameters().length
              + " parameters)");
    }
    bytes.asFloatBuffer().get(network.parameters());
    network.parametersChanged();
  }

  /** One line that two networks share if and only if their parameters are interchangeable. */
  public static String describe(Network network) {
    if (network instanceof KernelNetwork kernels) {
      return kernels.architecture().fingerprint();
    }
    if (network instanceof Dl4jNetwork graph && graph.architecture().isPresent()) {
      return graph.architecture().get().fingerprint();
    }
    if (network instanceof HeadNetworks heads) {
      return heads.networks().stream()
          .map(ParameterFile::describe)
          .collect(Collectors.joining("; "));
    }
    return network.getClass().getSimpleName()
        + " of "
        + network.spec().observationSpace()
        + " with heads "
        + network.spec().heads().stream()
            .map(head -> head.name() + "(" + head.width() + ")")
            .collect(Collectors.joining(", "));
  }
}
