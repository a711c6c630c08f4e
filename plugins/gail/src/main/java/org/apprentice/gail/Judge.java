package org.apprentice.gail;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apprentice.nn.NetworkState;
import org.apprentice.rl.ObservationNormalizer;
import org.apprentice.rl.imitation.SequenceColumns;
import org.apprentice.spi.Choice;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.apprentice.spi.Space;

/**
 * A network that gives one logit on observation and action, high for the expert, with the
 * normaliser of its observations.
 */
final class Judge {
  private final Network network;
  private final Optional<ObservationNormalizer> normalizer;
  private final EnvironmentSpec environment;
  private final Crop crop;

  /** What the network is given of pictures that are cropped; null for other observations. */
  private final ObservationBatch cropped;

  /** What the normaliser takes in; null without one. */
  private final ObservationBatch unpadded;

  private final int actionWidth;
  private final float[] actions;

  /** {@code [rows x network's action width]}, with a flag behind the action where there is one. */
  private final float[] encoded;

  /**
   * @param network see {@link #network}
   * @param maxRows of the columns that it will see
   */
  Judge(
      Network network,
      boolean normalizeObservations,
      EnvironmentSpec environment,
      Crop crop,
      int maxRows) {
    this.network = network;
    this.environment = environment;
    this.crop = crop;
    Space space = environment.observationSpace();
    actionWidth = environment.actionSpace().width();
    cropped = crop.cuts() ? ObservationBatch.allocate(crop.of(space), maxRows) : null;
    boolean normalizes = normalizeObservations && !(space instanceof ImageSpace);
    unpadded = normalizes ? ObservationBatch.allocate(space, maxRows) : null;
    normalizer =
        normalizes ? Optional.of(new ObservationNormalizer(space.width(), 10)) : Optional.empty();
    actions = new float[maxRows * actionWidth];
    encoded = flagged() ? new float[maxRows * (actionWidth + 1)] : actions;
  }

  /**
   * @param flagged whether it is told of an absorbing state, by one more number behind the action
   */
  static Network network(
      Choice<NetworkPlugin<?>> choice,
      EnvironmentSpec environment,
      Crop crop,
      boolean flagged,
      long seed,
      int threads) {
    NetworkSpec spec =
        new NetworkSpec(
            crop.of(environment.observationSpace()),
            environment.actionSpace().width() + (flagged ? 1 : 0),
            List.of(new NetworkSpec.Head("logit", 1, 1)),
            seed,
            threads);
    return choice.plugin().createFrom(choice.config(), spec);
  }

  Network network() {
    return network;
  }

  private boolean flagged() {
    return network.spec().actionWidth() > actionWidth;
  }

  /**
   * The normaliser takes in the columns' raw observations.
   *
   * @param absorbing {@code [rows]}, rows that hold no observation
   */
  void updateNormalizer(SequenceColumns columns, boolean[] absorbing) {
    if (normalizer.isEmpty()) {
      return;
    }
    int valid = 0;
    for (int row = 0; row < columns.rows(); row++) {
      if (!columns.isPadding(row) && !absorbing[row]) {
        columns.observations().copyTo(row, unpadded, valid++, 1);
      }
    }
    normalizer.get().update(unpadded, valid);
  }

  /**
   * Forward pass on raw columns, whose observations it normalises.
   *
   * @param absorbing {@code [rows]}, rows that are the absorbing state: observation and action are
   *     zeros and the flag behind the action is 1; not read where there is no flag
   * @param noise standard deviation of what is added to every number of the encoded actions
   */
  void forward(
      SequenceColumns columns,
      Pass pass,
      boolean[] absorbing,
      double noise,
      RandomGenerator random) {
    if (normalizer.isPresent()) {
      normalizer.get().apply(columns.observations(), columns.observations(), columns.rows());
    }
    environment.actionSpace().encodeExecuted(columns.actions(), actions);
    if (noise > 0) {
      for (int i = 0; i < columns.rows() * actionWidth; i++) {
        actions[i] += (float) (noise * random.nextGaussian());
      }
    }
    if (flagged()) {
      flag(columns, absorbing);
    }
    if (cropped != null) {
      ImageSpace image = (ImageSpace) environment.observationSpace();
      crop.copy(image, columns.observations(), cropped, columns.rows());
    }
    network.forward(pass, columns.inputs(seen(columns), encoded));
  }

  /** What the last forward on these columns gave the network to see. */
  ObservationBatch seen(SequenceColumns columns) {
    return cropped == null ? columns.observations() : cropped;
  }

  /**
   * The actions that the last forward gave the network, {@code [rows x network's action width]}.
   */
  float[] encoded() {
    return encoded;
  }

  /** Zeros behind the normaliser: the flag alone tells the absorbing state. */
  private void flag(SequenceColumns columns, boolean[] absorbing) {
    int width = actionWidth + 1;
    for (int row = 0; row < columns.rows(); row++) {
      if (absorbing[row]) {
        columns.clear(row);
        Arrays.fill(encoded, row * width, row * width + actionWidth, 0);
      } else {
        System.arraycopy(actions, row * actionWidth, encoded, row * width, actionWidth);
      }
      encoded[row * width + actionWidth] = absorbing[row] ? 1 : 0;
    }
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
