package org.apprentice.core.trial;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apprentice.rl.StateArrays;
import org.apprentice.spi.Iteration;

/** The last hundred training episodes. */
final class RecentEpisodes {
  private static final int WINDOW = 100;

  private final double[] returns = new double[WINDOW];
  private final double[] lengths = new double[WINDOW];
  private long count;

  void add(Iteration.Episode episode) {
    int slot = (int) (count % WINDOW);
    returns[slot] = episode.episodeReturn();
    lengths[slot] = episode.length();
    count++;
  }

  long count() {
    return count;
  }

  /** NaN before the first episode. */
  double meanReturn() {
    return mean(returns);
  }

  /** NaN before the first episode. */
  double meanLength() {
    return mean(lengths);
  }

  private double mean(double[] values) {
    int filled = (int) Math.min(count, WINDOW);
    double sum = 0;
    for (int i = 0; i < filled; i++) {
      sum += values[i];
    }
    return filled == 0 ? Double.NaN : sum / filled;
  }

  void save(DataOutput out) throws IOException {
    StateArrays.write(out, returns);
    StateArrays.write(out, lengths);
    out.writeLong(count);
  }

  void restore(DataInput in) throws IOException {
    StateArrays.read(in, returns);
    StateArrays.read(in, lengths);
    count = in.readLong();
  }
}
