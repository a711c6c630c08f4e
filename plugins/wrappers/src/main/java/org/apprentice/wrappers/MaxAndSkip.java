package org.apprentice.wrappers;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;

/**
 * Takes each action several times, adds the rewards up and shows the maximum of the last two frames
 * of each pixel: Atari draws some things in every other frame only. Stops where an episode ends; if
 * that is before the last repetition, the last frame is shown alone. Frames before the last but one
 * are never asked for.
 */
final class MaxAndSkip extends Wrapper {
  private final int skip;
  private final int columns;

  /** The last frame but one. */
  private final ObservationBatch.UInt8 before;

  /** Whether {@link #before} is of the step that is shown. */
  private boolean two;

  MaxAndSkip(MaxAndSkipConfig config, Environment inner) {
    super(inner, inner.spec());
    skip = config.skip();
    ImageSpace image = Checks.images(inner.spec());
    columns = image.columns();
    before = (ObservationBatch.UInt8) ObservationBatch.allocate(image, 1);
  }

  static EnvironmentSpec spec(EnvironmentSpec inner) {
    Checks.images(inner);
    return inner;
  }

  @Override
  public void reset() {
    two = false;
    inner.reset();
  }

  @Override
  public void nextLife() {
    two = false;
    inner.nextLife();
  }

  @Override
  public void step(ActionBatch actions, int row, Outcome out) {
    two = false;
    double sum = 0;
    boolean over = false;
    for (int i = 0; i < skip && !over; i++) {
      if (i > 0 && i == skip - 1) {
        inner.observe(before, 0);
        two = true;
      }
      inner.step(actions, row, out);
      sum += out.reward;
      over = out.terminated || out.truncated;
    }
    out.reward = sum;
  }

  @Override
  public void observe(ObservationBatch out, int row) {
    inner.observe(out, row);
    if (two) {
      maximum(((ObservationBatch.UInt8) out).values(), row * out.width(), before.values());
    }
  }

  /** Line by line: most lines of two frames are alike. */
  private void maximum(byte[] to, int start, byte[] other) {
    for (int line = 0; line < other.length; line += columns) {
      int at = start + line;
      if (!Arrays.equals(to, at, at + columns, other, line, line + columns)) {
        for (int x = 0; x < columns; x++) {
          to[at + x] = (byte) Math.max(to[at + x] & 0xFF, other[line + x] & 0xFF);
        }
      }
    }
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeBoolean(two);
    if (two) {
      out.write(before.values());
    }
    inner.save(out);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    two = in.readBoolean();
    if (two) {
      in.readFully(before.values());
    }
    inner.restore(in);
  }
}
