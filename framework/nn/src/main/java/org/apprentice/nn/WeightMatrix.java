package org.apprentice.nn;

import java.util.ArrayList;
import java.util.List;
import org.apprentice.spi.Network;

/**
 * Where a matrix of weights lies in a network's flat vector: row-major, a row of weights for each
 * output. A convolution's is {@code [filters x (input channels * kernel * kernel)]}; the gates of a
 * memory are the rows of one matrix, one after the other.
 */
public record WeightMatrix(int offset, int rows, int columns) {
  /** How many elements of the vector it takes. */
  public int size() {
    return rows * columns;
  }

  /**
   * All matrices of a network in their order; what lies between them is biases.
   *
   * @throws IllegalArgumentException if the network is not made of an {@link Architecture}
   */
  public static List<WeightMatrix> of(Network network) {
    if (network instanceof KernelNetwork kernels) {
      return kernels.architecture().weightMatrices();
    }
    if (network instanceof Dl4jNetwork graph && graph.architecture().isPresent()) {
      return graph.architecture().get().weightMatrices();
    }
    if (network instanceof HeadNetworks parts) {
      List<WeightMatrix> all = new ArrayList<>();
      for (int head = 0; head < parts.networks().size(); head++) {
        int first = parts.offset(head);
        for (WeightMatrix part : of(parts.networks().get(head))) {
          all.add(new WeightMatrix(first + part.offset, part.rows, part.columns));
        }
      }
      return List.copyOf(all);
    }
    throw new IllegalArgumentException(
        "where the weights of "
            + network.description()
            + " lie is not known; choose a network of layers, such as mlp, cnn, gru or lstm");
  }
}
