package org.apprentice.rl.demonstrations;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apprentice.spi.ObservationBatch;

/**
 * Observations of one or more frames each, which refer to their frames by number: those that share
 * a frame share its bytes, and choosing rows copies no pixel.
 */
final class StackedRows implements ObservationRows {
  private final Frames frames;
  private final FrameDigests digests;
  private final int[] stacks;
  private final int depth;

  /**
   * @param stacks {@code [rows x depth]}, numbers of frames
   */
  StackedRows(Frames frames, int[] stacks, int depth) {
    this(frames, new FrameDigests(frames), stacks, depth);
  }

  private StackedRows(Frames frames, FrameDigests digests, int[] stacks, int depth) {
    this.frames = frames;
    this.digests = digests;
    this.stacks = stacks;
    this.depth = depth;
  }

  /** The same images, in memory if they were before. */
  static StackedRows of(ObservationRows rows) {
    if (rows instanceof StackedRows stacked) {
      return stacked;
    }
    DenseRows dense = (DenseRows) rows;
    StackBuilder builder =
        new StackBuilder(new Frames.InMemory(dense.width() / dense.depth()), dense.depth());
    for (int row = 0; row < dense.rows(); row++) {
      builder.add(dense.batch(), row);
    }
    return builder.build();
  }

  /** All rows, one part after the other. */
  static StackedRows joined(List<StackedRows> parts) {
    List<Frames> different = new ArrayList<>();
    int[] shifts = new int[parts.size()];
    int count = 0;
    for (int i = 0; i < shifts.length; i++) {
      int known = different.indexOf(parts.get(i).frames);
      if (known < 0) {
        shifts[i] = count;
        different.add(parts.get(i).frames);
        count += parts.get(i).frames.count();
      } else {
        shifts[i] = different.subList(0, known).stream().mapToInt(Frames::count).sum();
      }
    }
    int[] all = new int[parts.stream().mapToInt(part -> part.stacks.length).sum()];
    int filled = 0;
    for (int i = 0; i < shifts.length; i++) {
      for (int frame : parts.get(i).stacks) {
        all[filled++] = frame + shifts[i];
      }
    }
    StackedRows first = parts.get(0);
    return different.size() == 1
        ? new StackedRows(first.frames, first.digests, all, first.depth)
        : new StackedRows(new Frames.Joined(different), all, first.depth);
  }

  Frames frames() {
    return frames;
  }

  /** How many frames make an observation. */
  int depth() {
    return depth;
  }

  /** Number of a frame of a row, 0 being the oldest. */
  int frame(int row, int place) {
    return stacks[row * depth + place];
  }

  @Override
  public int rows() {
    return stacks.length / depth;
  }

  @Override
  public int width() {
    return depth * frames.size();
  }

  @Override
  public boolean images() {
    return true;
  }

  @Override
  public void copyTo(int row, ObservationBatch target, int targetRow, int count) {
    byte[] bytes = ((ObservationBatch.UInt8) target).values();
    int end = (row + count) * depth;
    int to = targetRow * width();
    for (int place = row * depth; place < end; ) {
      int run = 1;
      while (place + run < end && stacks[place + run] == stacks[place] + run) {
        run++;
      }
      frames.read(stacks[place], run, bytes, to);
      place += run;
      to += run * frames.size();
    }
  }

  @Override
  public StackedRows select(int[] chosen) {
    int[] kept = new int[chosen.length * depth];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(stacks, chosen[i] * depth, kept, i * depth, depth);
    }
    return new StackedRows(frames, digests, kept, depth);
  }

  /** Only the newest frames of each row. */
  StackedRows newest(int channels) {
    int[] kept = new int[rows() * channels];
    for (int row = 0; row < rows(); row++) {
      System.arraycopy(stacks, (row + 1) * depth - channels, kept, row * channels, channels);
    }
    return new StackedRows(frames, digests, kept, channels);
  }

  @Override
  public void addTo(ContentDigest digest) {
    digest.beginFrames();
    for (int frame : stacks) {
      digest.addFrame(digests.of(frame));
    }
  }

  @Override
  public ObservationBatch whole() {
    ObservationBatch all = allocate(rows());
    copyTo(0, all, 0, rows());
    return all;
  }

  /** How many different frames the rows refer to. */
  int distinctFrames() {
    BitSet found = new BitSet(frames.count());
    for (int frame : stacks) {
      found.set(frame);
    }
    return found.cardinality();
  }
}
