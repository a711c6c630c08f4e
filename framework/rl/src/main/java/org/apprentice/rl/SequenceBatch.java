package org.apprentice.rl;

import java.util.Arrays;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.apprentice.spi.Rollout;

/**
 * Cuts rollouts into sequences and lays chosen ones side by side, as a recurrent network is trained
 * on them (truncated backpropagation through time): each sequence begins with the memory that the
 * policy had there, forgets at the episode starts inside it, and is followed by padding where it is
 * shorter than its neighbours. For a feed-forward network every row is a sequence of its own and
 * nothing is padded.
 *
 * <p>Sequence {@code p * copies + c} is the {@code p}-th piece of copy {@code c}; without memory it
 * is the rollout's row of that index.
 */
public final class SequenceBatch {
  private static final int PADDING = -1;

  private final Network network;
  private final Pass pass;
  private final int rolloutLength;
  private final int copies;
  private final int sequenceLength;
  private final int maxSequences;
  private final ObservationBatch observations;
  private final ActionBatch actions;
  private final boolean[] actionMask;
  private final boolean[] resets;
  private final int[] rolloutRows;
  private Inputs inputs;
  private int validRows;
  private boolean masked;

  /**
   * @param rolloutLength steps per copy of the rollouts to come
   * @param sequenceLength most steps of a sequence; taken as 1 where the network is feed-forward
   * @param maxRows most rows of a batch without padding; at least one sequence fits in any case
   */
  public SequenceBatch(
      NetworkActorCritic policy, int rolloutLength, int copies, int sequenceLength, int maxRows) {
    this.network = policy.network();
    this.rolloutLength = rolloutLength;
    this.copies = copies;
    this.sequenceLength =
        network.stateWidth() == 0 ? 1 : Math.min(Math.max(1, sequenceLength), rolloutLength);
    this.maxSequences = Math.min(sequences(), Math.max(1, maxRows / this.sequenceLength));
    int rows = this.sequenceLength * maxSequences;
    pass = network.pass(this.sequenceLength, maxSequences);
    observations = ObservationBatch.allocate(policy.environment().observationSpace(), rows);
    actions = ActionBatch.allocate(policy.environment().actionSpace(), rows);
    actionMask =
        policy.environment().actionSpace() instanceof ActionSpace.Discrete discrete
            ? new boolean[rows * discrete.n()]
            : null;
    resets = new boolean[rows];
    rolloutRows = new int[rows];
    inputs = new Inputs(observations, null, resets, this.sequenceLength, maxSequences);
  }

  /** How many sequences a rollout has. */
  public int sequences() {
    return (rolloutLength + sequenceLength - 1) / sequenceLength * copies;
  }

  /** Most sequences of a batch. */
  public int maxSequences() {
    return maxSequences;
  }

  /** Most rows of a batch, padding included. */
  public int maxRows() {
    return rolloutRows.length;
  }

  /**
   * Copies the sequences {@code order[start] .. order[start + count - 1]}.
   *
   * @param seen the rollout's observations as the network takes them, normalised where they are
   */
  public void gather(Rollout rollout, ObservationBatch seen, int[] order, int start, int count) {
    int steps = 0;
    for (int i = 0; i < count; i++) {
      steps = Math.max(steps, steps(order[start + i]));
    }
    validRows = 0;
    masked = rollout.actionMasks() != null;
    for (int i = 0; i < count; i++) {
      gather(rollout, seen, order[start + i], i, steps, count);
    }
    if (inputs.steps() != steps || inputs.batch() != count) {
      inputs = new Inputs(observations, null, resets, steps, count);
    }
  }

  private int steps(int sequence) {
    return Math.min(sequenceLength, rolloutLength - sequence / copies * sequenceLength);
  }

  private void gather(
      Rollout rollout, ObservationBatch seen, int sequence, int column, int steps, int count) {
    int first = sequence / copies * sequenceLength * copies + sequence % copies;
    int valid = steps(sequence);
    for (int step = 0; step < steps; step++) {
      int row = step * count + column;
      int source = first + Math.min(step, valid - 1) * copies;
      seen.copyTo(source, observations, row, 1);
      rollout.actions().copyTo(source, actions, row, 1);
      resets[row] = step < valid && rollout.episodeStarts()[source];
      rolloutRows[row] = step < valid ? source : PADDING;
      if (masked) {
        int n = actionMask.length / rolloutRows.length;
        System.arraycopy(rollout.actionMasks(), source * n, actionMask, row * n, n);
      }
    }
    validRows += valid;
    int width = network.stateWidth();
    System.arraycopy(rollout.memories(), first * width, pass.state(), column * width, width);
  }

  /** Goes forward from the memories at the sequences' starts; the outputs are the pass's. */
  public void forward() {
    network.forward(pass, inputs);
  }

  public Pass pass() {
    return pass;
  }

  /** Rows of the last batch, padding included. */
  public int rows() {
    return inputs.rows();
  }

  /** Rows of the last batch without padding: what means are taken over. */
  public int validRows() {
    return validRows;
  }

  /** Whether a row only fills up a sequence and must count for nothing. */
  public boolean isPadding(int row) {
    return rolloutRows[row] == PADDING;
  }

  /** The rollout's row that a row of this batch is. */
  public int rolloutRow(int row) {
    return rolloutRows[row];
  }

  public ActionBatch actions() {
    return actions;
  }

  /** {@code [rows x actions]}; null where every action was allowed. */
  public boolean[] actionMask() {
    return masked ? actionMask : null;
  }

  /** Copies a value per row of the rollout, 0 for padding. */
  public void select(float[] ofRollout, float[] out) {
    int rows = rows();
    for (int row = 0; row < rows; row++) {
      out[row] = isPadding(row) ? 0 : ofRollout[rolloutRows[row]];
    }
  }

  /**
   * Copies {@code width} values per row of the rollout; padding repeats its sequence's last row.
   */
  public void select(float[] ofRollout, int width, float[] out) {
    int columns = inputs.batch();
    for (int row = 0; row < rows(); row++) {
      if (isPadding(row)) {
        System.arraycopy(out, (row - columns) * width, out, row * width, width);
      } else {
        System.arraycopy(ofRollout, rolloutRows[row] * width, out, row * width, width);
      }
    }
  }

  /** The other way round: writes {@code width} values per row to their rows of the rollout. */
  public void scatter(float[] values, int width, float[] ofRollout) {
    for (int row = 0; row < rows(); row++) {
      if (!isPadding(row)) {
        System.arraycopy(values, row * width, ofRollout, rolloutRows[row] * width, width);
      }
    }
  }

  /** Sets the rows that are padding to 0, in arrays of {@link #maxRows()} rows each. */
  public void clearPadding(float[][] gradients) {
    if (validRows == rows()) {
      return;
    }
    for (float[] gradient : gradients) {
      int width = gradient.length / maxRows();
      for (int row = 0; row < rows(); row++) {
        if (isPadding(row)) {
          Arrays.fill(gradient, row * width, (row + 1) * width, 0f);
        }
      }
    }
  }
}
