package org.apprentice.trpo;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.random.RandomGenerator;
import org.apprentice.nn.Adam;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.SequenceBatch;
import org.apprentice.spi.Network;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;

/** Fits values to returns by minibatches of Adam on the mean squared error. */
final class Critic {
  private final TrpoConfig config;
  private final Network network;
  private final int valueHead;
  private final NetworkActorCritic.Range range;
  private final SequenceBatch sequences;
  private final Adam adam;
  private final RandomGenerator shuffling;
  private final int[] order;
  private final float[] targets;
  private final float[] valueGradient;
  private final float[][] headGradients;
  private final float[] wholeGradient;
  private final float[] gradient;
  private final float[] parameters;

  Critic(TrpoConfig config, NetworkActorCritic policy, int copies, RandomGenerator shuffling) {
    this.config = config;
    this.shuffling = shuffling;
    network = policy.network();
    valueHead = policy.valueHead();
    range = policy.valueParameters();
    sequences =
        new SequenceBatch(
            policy,
            config.rolloutLength(),
            copies,
            policy.valueStateWidth() == 0 ? 1 : config.sequenceLength(),
            config.criticMinibatchSize());
    boolean[] wanted = new boolean[network.spec().heads().size()];
    wanted[valueHead] = true;
    sequences.pass().restrict(wanted);
    adam = new Adam(range.length(), 0.9, 0.999, config.adamEpsilon());
    order = new int[sequences.sequences()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    targets = new float[sequences.maxRows()];
    valueGradient = new float[sequences.maxRows()];
    headGradients = new float[wanted.length][];
    headGradients[valueHead] = valueGradient;
    wholeGradient = new float[network.parameters().length];
    gradient = new float[range.length()];
    parameters = new float[range.length()];
  }

  /**
   * @param seen the rollout's observations as the network takes them
   * @param returns {@code [rows]}
   * @return the mean squared error over all minibatches, each before its step
   */
  double fit(Rollout rollout, ObservationBatch seen, float[] returns) {
    double squares = 0;
    long rows = 0;
    System.arraycopy(network.parameters(), range.from(), parameters, 0, parameters.length);
    for (int epoch = 0; epoch < config.criticUpdates(); epoch++) {
      shuffle();
      int size = sequences.maxSequences();
      for (int start = 0; start < order.length; start += size) {
        sequences.gather(rollout, seen, order, start, Math.min(size, order.length - start));
        sequences.select(returns, targets);
        sequences.forward();
        squares += error();
        rows += sequences.validRows();
        step();
      }
    }
    return squares / rows;
  }

  /** Sum of squared errors; prepares the gradient of their mean. */
  private double error() {
    float[] values = sequences.pass().output(valueHead);
    float slope = 2f / sequences.validRows();
    double squares = 0;
    for (int row = 0; row < sequences.rows(); row++) {
      float error = sequences.isPadding(row) ? 0 : values[row] - targets[row];
      squares += error * error;
      valueGradient[row] = slope * error;
    }
    return squares;
  }

  private void step() {
    network.backward(sequences.pass(), headGradients, wholeGradient, null);
    System.arraycopy(wholeGradient, range.from(), gradient, 0, gradient.length);
    adam.step(
        parameters,
        gradient,
        config.criticLearningRate(),
        config.criticMaxGradientNorm().orElse(Double.POSITIVE_INFINITY));
    System.arraycopy(parameters, 0, network.parameters(), range.from(), parameters.length);
    network.parametersChanged();
  }

  /** Fisher and Yates. */
  private void shuffle() {
    for (int i = order.length - 1; i > 0; i--) {
      int other = shuffling.nextInt(i + 1);
      int sequence = order[i];
      order[i] = order[other];
      order[other] = sequence;
    }
  }

  void save(DataOutput out) throws IOException {
    adam.save(out);
    for (int sequence : order) {
      out.writeInt(sequence);
    }
  }

  void restore(DataInput in) throws IOException {
    adam.restore(in);
    for (int i = 0; i < order.length; i++) {
      order[i] = in.readInt();
    }
  }
}
