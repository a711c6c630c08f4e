package org.apprentice.rl.imitation;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.apprentice.rl.demonstrations.DemonstrationSequences;
import org.apprentice.spi.Network;
import org.apprentice.spi.Pass;

/**
 * What a recurrent network remembers where demonstrated sequences begin. It follows whole episodes
 * from their starts, so that every memory is the one that its present parameters would have made;
 * it is refreshed before each epoch (or round of a discriminator), and stays while that one's
 * gradient steps change the parameters. Backpropagation ends at the beginning of a sequence.
 *
 * <p>For a feed-forward network there is nothing to remember and this does nothing.
 */
public final class ExpertMemories {
  /** One forward pass over columns that are filled. */
  public interface Forward {
    void run(SequenceColumns columns, Pass pass);
  }

  private final DemonstrationSequences sequences;
  private final int width;
  private final int maxColumns;
  private final Pass pass;
  private final SequenceColumns columns;
  private final float[] memories;

  /**
   * @param columns to be filled here, of at least {@code maxColumns} sequences
   */
  public ExpertMemories(
      DemonstrationSequences sequences, Network network, SequenceColumns columns, int maxColumns) {
    this.sequences = sequences;
    this.columns = columns;
    this.maxColumns = maxColumns;
    width = network.stateWidth();
    pass = network.pass(sequences.maxLength(), maxColumns);
    memories = new float[sequences.count() * width];
  }

  /** Goes through these episodes from their starts; {@code forward} sees every piece of them. */
  public void follow(int[] episodes, Forward forward) {
    // of about the same length side by side: less padding, and the first is always the longest
    int[] ordered =
        IntStream.of(episodes)
            .boxed()
            .sorted(Comparator.comparingInt(sequences.demonstrations()::length).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    for (int start = 0; start < ordered.length; start += maxColumns) {
      int count = Math.min(maxColumns, ordered.length - start);
      for (int piece = 0; piece < sequences.pieces(ordered[start]); piece++) {
        gather(ordered, start, count, piece);
        forward.run(columns, pass);
      }
    }
  }

  private void gather(int[] ordered, int start, int count, int piece) {
    columns.begin(sequences.length(sequences.sequence(ordered[start], piece)), count);
    for (int column = 0; column < count; column++) {
      int episode = ordered[start + column];
      if (piece < sequences.pieces(episode)) {
        int sequence = sequences.sequence(episode, piece);
        columns.copy(column, sequences, sequence);
        System.arraycopy(pass.state(), column * width, memories, sequence * width, width);
      } else {
        columns.pad(column, 0);
      }
    }
  }

  /** Every episode. */
  public int[] all() {
    return IntStream.range(0, sequences.demonstrations().episodes()).toArray();
  }

  /** Lets a column of a pass begin with the memory at a sequence's start. */
  public void load(int sequence, Pass into, int column) {
    System.arraycopy(memories, sequence * width, into.state(), column * width, width);
  }
}
