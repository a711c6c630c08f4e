package org.apprentice.rl.demonstrations;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where episodes begin and what they returned.
 *
 * @param firstRows {@code [episodes + 1]}, the last one being the number of rows
 * @param returns undiscounted, of the whole episodes
 */
record Episodes(int[] firstRows, double[] returns) {
  static int[] firstRows(int[] lengths) {
    int[] firstRows = new int[lengths.length + 1];
    for (int episode = 0; episode < lengths.length; episode++) {
      firstRows[episode + 1] = firstRows[episode] + lengths[episode];
    }
    return firstRows;
  }

  static Episodes of(int[] lengths, double[] returns) {
    return new Episodes(firstRows(lengths), returns);
  }

  int count() {
    return returns.length;
  }

  int length(int episode) {
    return firstRows[episode + 1] - firstRows[episode];
  }

  /** Which episode a row belongs to. */
  int of(int row) {
    int found = Arrays.binarySearch(firstRows, row);
    return found >= 0 ? found : -found - 2;
  }

  boolean isLast(int row) {
    return row + 1 == firstRows[of(row) + 1];
  }

  /** Rows of chosen episodes. */
  int[] rows(int[] chosen) {
    return Arrays.stream(chosen)
        .flatMap(episode -> IntStream.range(firstRows[episode], firstRows[episode + 1]))
        .toArray();
  }

  Episodes select(int[] chosen) {
    return of(
        Arrays.stream(chosen).map(this::length).toArray(),
        Arrays.stream(chosen).mapToDouble(episode -> returns[episode]).toArray());
  }

  Episodes followedBy(Episodes more) {
    int[] lengths =
        IntStream.concat(
                IntStream.range(0, count()).map(this::length),
                IntStream.range(0, more.count()).map(more::length))
            .toArray();
    double[] all = Arrays.copyOf(returns, lengths.length);
    System.arraycopy(more.returns, 0, all, count(), more.count());
    return of(lengths, all);
  }
}
