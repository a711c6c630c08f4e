package org.apprentice.gail;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apprentice.nn.NetworkState;
import org.apprentice.rl.ObservationNormalizer;
import org.apprentice.rl.imitation.SequenceColumns;
import org.apprentice.spi.Choice;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;

/**
 * A network that gives one logit on observation and action, high for the expert, with the
 * normaliser of its observations.
 */
final class Judge {
  private final Network network;
  private final Optional<ObservationNormalizer> normalizer;
  private final ObservationBatch unpadded;
  private final int actionWidth;
  private final float[] encoded;

  /**
   * @param maxRows of the columns that it will see
   */
  Judge(Network network, boolean normalizeObservations, EnvironmentSpec environment, int maxRows) {
    this.network = network;
    actionWidth = environment.actionSpace().width();
    unpadded = ObservationBatch.allocate(environment.observationSpace(), maxRows);
    normalizer =
        normalizeObservations && unpadded instanceof ObservationBatch.Float32
            ? Optional.of(new ObservationNormalizer(unpadded.width(), 10))
            : Optional.empty();
    encoded = new float[maxRows * actionWidth];
  }

  static Network network(
      Choice<NetworkPlugin<?>> choice, EnvironmentSpec environment, long seed, int threads) {
    NetworkSpec spec =
        new NetworkSpec(
            environment.observationSpace(),
            environment.actionSpace().width(),
            List.of(new NetworkSpec.Head("logit", 1, 1)),
            seed,
            threads);
    return choice.plugin().createFrom(choice.config(), spec);
  }

  Network network() {
    return network;
  }

  /** The normaliser takes in the columns' raw observations. */
  void updateNormalizer(SequenceColumns columns) {
    if (normalizer.isEmpty()) {
      return;
    }
    int valid = 0;
    for (int row = 0; row < columns.rows(); row++) {
      if (!columns.isPadding(row)) {
        columns.observations().copyTo(row, unpadded, valid++, 1);
      }
    }
    normalizer.get().update(unpadded, valid);
  }

  /**
   * Forward pass on raw columns, whose observations it normalises.
   *
   * @param noise standard deviation of what is added to every number of the encoded actions
   */
  void forward(SequenceColumns columns, Pass pass, double noise, RandomGenerator random) {
    if (normalizer.isPresent()) {
      normalizer.get().apply(columns.observations(), columns.observations(), columns.rows());
    }
    columns.actions().encode(encoded, actionWidth);
    if (noise > 0) {
      for (int i = 0; i < columns.rows() * actionWidth; i++) {
        encoded[i] += (float) (noise * random.nextGaussian());
      }
    }
    network.forward(pass, columns.inputs(encoded));
  }

  void save(DataOutput out) throws IOException {
    NetworkState.save(network, out);
    if (normalizer.isPresent()) {
      normalizer.get().save(out);
    }
  }

  void restore(DataInput in) throws IOException {
    NetworkState.restore(network, in);
    if (normalizer.isPresent()) {
      normalizer.get().restore(in);
    }
  }
}
