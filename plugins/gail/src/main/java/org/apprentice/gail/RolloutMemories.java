package org.apprentice.gail;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apprentice.rl.StateArrays;
import org.apprentice.rl.imitation.SequenceColumns;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Pass;
import org.apprentice.spi.Rollout;

/**
 * What a recurrent judge remembers of the policy's episodes: it follows each copy of the
 * environment through rollout after rollout.
 */
final class RolloutMemories {
  /** One forward pass over a piece of the rollout. */
  interface Forward {
    /**
     * @param firstRow the rollout's row of the columns' first row; rows are in the same order
     */
    void run(SequenceColumns columns, Pass pass, int firstRow);
  }

  private final RolloutSequences sequences;
  private final int width;
  private final Pass pass;
  private final SequenceColumns columns;

  /** {@code [copies x width]}, before the rollout's first step. */
  private final float[] carried;

  /** {@code [sequences x width]}. */
  private final float[] starts;

  RolloutMemories(RolloutSequences sequences, Judge judge, EnvironmentSpec environment) {
    this.sequences = sequences;
    width = judge.network().stateWidth();
    pass = judge.network().pass(sequences.maxLength(), sequences.copies());
    columns =
        new SequenceColumns(environment, sequences.maxLength(), sequences.copies(), width > 0);
    carried = new float[sequences.copies() * width];
    starts = new float[sequences.count() * width];
  }

  /**
   * Goes through a rollout from the memories before it; {@link #load} then gives those of this
   * walk.
   */
  void follow(Rollout rollout, Forward forward) {
    System.arraycopy(carried, 0, pass.state(), 0, carried.length);
    for (int piece = 0; piece < sequences.pieces(); piece++) {
      int first = piece * sequences.copies();
      System.arraycopy(pass.state(), 0, starts, first * width, carried.length);
      columns.begin(sequences.length(first), sequences.copies());
      for (int copy = 0; copy < sequences.copies(); copy++) {
        int sequence = first + copy;
        columns.copy(copy, rollout, sequences.firstRow(sequence), sequences.length(sequence));
      }
      forward.run(columns, pass, sequences.firstRow(first));
    }
  }

  /** After {@link #follow}: the next rollout goes on where this one ended. */
  void advance() {
    System.arraycopy(pass.state(), 0, carried, 0, carried.length);
  }

  /** Lets a column of a pass begin with the memory at a sequence's start. */
  void load(int sequence, Pass into, int column) {
    System.arraycopy(starts, sequence * width, into.state(), column * width, width);
  }

  void save(DataOutput out) throws IOException {
    StateArrays.write(out, carried);
  }

  void restore(DataInput in) throws IOException {
    StateArrays.read(in, carried);
  }
}
