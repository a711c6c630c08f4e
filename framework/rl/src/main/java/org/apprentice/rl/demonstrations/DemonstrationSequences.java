package org.apprentice.rl.demonstrations;

import java.util.Arrays;

/**
 * Demonstrations cut into sequences of consecutive transitions, episode after episode: each episode
 * into pieces of {@code maxLength}, the last one as long as is left. With length 1 sequence {@code
 * i} is row {@code i}.
 */
public final class DemonstrationSequences {
  private final Demonstrations demonstrations;
  private final int maxLength;

  /** {@code [episodes + 1]}, the last one being the number of sequences. */
  private final int[] firstSequences;

  private final int[] firstRows;
  private final int[] lengths;
  private final boolean[] starts;

  public DemonstrationSequences(Demonstrations demonstrations, int maxLength) {
    this.demonstrations = demonstrations;
    this.maxLength = maxLength;
    int episodes = demonstrations.episodes();
    firstSequences = new int[episodes + 1];
    for (int episode = 0; episode < episodes; episode++) {
      int pieces = (demonstrations.length(episode) + maxLength - 1) / maxLength;
      firstSequences[episode + 1] = firstSequences[episode] + pieces;
    }
    firstRows = new int[count()];
    lengths = new int[count()];
    starts = new boolean[count()];
    for (int episode = 0; episode < episodes; episode++) {
      int end = demonstrations.firstRow(episode) + demonstrations.length(episode);
      for (int piece = 0; piece < pieces(episode); piece++) {
        int sequence = firstSequences[episode] + piece;
        firstRows[sequence] = demonstrations.firstRow(episode) + piece * maxLength;
        lengths[sequence] = Math.min(maxLength, end - firstRows[sequence]);
        starts[sequence] = piece == 0;
      }
    }
  }

  public Demonstrations demonstrations() {
    return demonstrations;
  }

  /** How many sequences there are. */
  public int count() {
    return firstSequences[firstSequences.length - 1];
  }

  /** Most transitions of a sequence. */
  public int maxLength() {
    return maxLength;
  }

  public int firstRow(int sequence) {
    return firstRows[sequence];
  }

  /** Transitions of one sequence. */
  public int length(int sequence) {
    return lengths[sequence];
  }

  public int episode(int sequence) {
    int found = Arrays.binarySearch(firstSequences, sequence);
    return found >= 0 ? found : -found - 2;
  }

  /** How many sequences an episode was cut into. */
  public int pieces(int episode) {
    return firstSequences[episode + 1] - firstSequences[episode];
  }

  /** The sequence that is the {@code piece}-th (from 0) of an episode. */
  public int sequence(int episode, int piece) {
    return firstSequences[episode] + piece;
  }

  public boolean startsEpisode(int sequence) {
    return starts[sequence];
  }
}
