package org.apprentice.trpo;

import java.util.Arrays;
import org.apprentice.rl.ActionDistribution;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.SequenceBatch;
import org.apprentice.spi.Network;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;

/**
 * Sequences of a rollout with what the actor says of them. Gradients and directions are those of
 * the actor's parameters alone.
 */
final class ActorBatch {
  private final NetworkActorCritic policy;
  private final boolean recurrent;
  private final SequenceBatch sequences;
  private final Network network;
  private final NetworkActorCritic.Range range;
  private final ActionDistribution distribution;
  private final float[][] parameters;

  /** Per parameter of the distribution {@code [rows x width]}. */
  private final float[][] rowVectors;

  /** The same arrays where the network looks for them: per head, null for the critic's. */
  private final float[][] headVectors;

  /** Of all of the network's parameters; the critic's share stays 0. */
  private final float[] wholeVector;

  private final float[] logProbabilities;
  private final float[] entropies;

  /**
   * @param maxRows most rows without padding; at least one sequence fits in any case
   */
  ActorBatch(TrpoConfig config, NetworkActorCritic policy, int copies, int maxRows) {
    this.policy = policy;
    recurrent = recurrent(policy);
    sequences =
        new SequenceBatch(policy, config.rolloutLength(), copies, config.sequenceLength(), maxRows);
    network = policy.network();
    range = policy.policyParameters();
    int rows = sequences.maxRows();
    distribution = policy.distribution(rows);
    int[] heads = policy.distributionHeads();
    boolean[] wanted = new boolean[network.spec().heads().size()];
    parameters = new float[heads.length][];
    rowVectors = new float[heads.length][rows * policy.environment().actionSpace().width()];
    headVectors = new float[wanted.length][];
    for (int i = 0; i < heads.length; i++) {
      headVectors[heads[i]] = rowVectors[i];
      wanted[heads[i]] = true;
    }
    sequences.pass().restrict(wanted);
    wholeVector = new float[network.parameters().length];
    logProbabilities = new float[rows];
    entropies = new float[rows];
  }

  /** Most steps of a sequence; 1 for an actor without memory, even if the critic has one. */
  static int sequenceLength(TrpoConfig config, NetworkActorCritic policy) {
    return recurrent(policy) ? Math.min(config.sequenceLength(), config.rolloutLength()) : 1;
  }

  private static boolean recurrent(NetworkActorCritic policy) {
    return policy.network().stateWidth() > policy.valueStateWidth();
  }

  /** Whether the actor has a memory. */
  boolean recurrent() {
    return recurrent;
  }

  SequenceBatch sequences() {
    return sequences;
  }

  ActionDistribution distribution() {
    return distribution;
  }

  void gather(Rollout rollout, ObservationBatch seen, int[] order, int start, int count) {
    sequences.gather(rollout, seen, order, start, count);
  }

  /** Goes forward and evaluates the gathered actions. */
  void evaluate() {
    sequences.forward();
    policy.parameters(sequences.pass(), parameters);
    distribution.evaluate(
        parameters,
        sequences.actionMask(),
        sequences.actions(),
        sequences.rows(),
        logProbabilities,
        entropies);
  }

  /** Of the distribution at the last {@link #evaluate}, {@code [rows x width]} each. */
  float[][] parameters() {
    return parameters;
  }

  /** At the last {@link #evaluate}, {@code [rows]}. */
  float[] logProbabilities() {
    return logProbabilities;
  }

  /** At the last {@link #evaluate}, {@code [rows]}, in nats. */
  float[] entropies() {
    return entropies;
  }

  /**
   * Room for a vector per row, {@code [rows x width]} for each of the distribution's parameters:
   * what {@link #addBackward} takes and {@link #tangent} gives.
   */
  float[][] rowVectors() {
    return rowVectors;
  }

  /** {@code out += J' rowVectors} without the rows that are padding. */
  void addBackward(float[] out) {
    clearPadding();
    network.backward(sequences.pass(), headVectors, wholeVector, null);
    int from = range.from();
    for (int i = 0; i < out.length; i++) {
      out[i] += wholeVector[from + i];
    }
  }

  /** {@code rowVectors = J direction}. */
  void tangent(float[] direction) {
    Arrays.fill(wholeVector, 0f);
    System.arraycopy(direction, 0, wholeVector, range.from(), direction.length);
    network.tangent(sequences.pass(), wholeVector, headVectors);
  }

  private void clearPadding() {
    if (sequences.validRows() == sequences.rows()) {
      return;
    }
    for (int row = 0; row < sequences.rows(); row++) {
      if (sequences.isPadding(row)) {
        for (float[] vectors : rowVectors) {
          int width = vectors.length / sequences.maxRows();
          Arrays.fill(vectors, row * width, (row + 1) * width, 0f);
        }
      }
    }
  }
}
