package org.apprentice.rl.demonstrations;

import java.util.Arrays;
import org.apprentice.spi.ObservationBatch;

/**
 * Takes images one after the other and keeps each of their frames once: a frame that the image
 * before had too, in whichever place, or that the same image has twice, is referred to again. So
 * stacks of the newest frames of a game take one frame per step.
 */
final class StackBuilder implements ObservationRows.Builder {
  private final Frames.Growing frames;
  private final int depth;
  private final int size;
  private byte[] image;
  private byte[] before;
  private int[] stacks = new int[256];
  private int filled;

  /**
   * @param frames may be shared with other builders
   * @param depth frames of an image
   */
  StackBuilder(Frames.Growing frames, int depth) {
    this.frames = frames;
    this.depth = depth;
    size = frames.size();
    image = new byte[depth * size];
    before = new byte[depth * size];
  }

  @Override
  public void add(ObservationBatch from, int row) {
    from.copyTo(row, new ObservationBatch.UInt8(image, 1, image.length), 0, 1);
    if (filled + depth > stacks.length) {
      stacks = Arrays.copyOf(stacks, 2 * stacks.length + depth);
    }
    for (int place = 0; place < depth; place++) {
      stacks[filled + place] = number(place);
    }
    filled += depth;
    byte[] spare = before;
    before = image;
    image = spare;
  }

  private int number(int place) {
    if (filled > 0) {
      for (int i = 1; i <= depth; i++) {
        // most likely it moved on by one place
        int other = (place + i) % depth;
        if (equal(before, other, place)) {
          return stacks[filled - depth + other];
        }
      }
    }
    for (int other = 0; other < place; other++) {
      if (equal(image, other, place)) {
        return stacks[filled + other];
      }
    }
    return frames.add(image, place * size);
  }

  private boolean equal(byte[] with, int other, int place) {
    return Arrays.equals(
        with, other * size, (other + 1) * size, image, place * size, (place + 1) * size);
  }

  @Override
  public StackedRows build() {
    return new StackedRows(frames, Arrays.copyOf(stacks, filled), depth);
  }
}
