package org.apprentice.wrappers;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Environment;

/** Truncates a game after so many steps since it began, over all its lives. */
final class TimeLimit extends Wrapper {
  private final int limit;
  private int steps;

  TimeLimit(TimeLimitConfig config, Environment inner) {
    super(inner, inner.spec());
    limit = config.steps();
  }

  @Override
  public void reset() {
    inner.reset();
    steps = 0;
  }

  @Override
  public void step(ActionBatch actions, int row, Outcome out) {
    inner.step(actions, row, out);
    steps++;
    if (steps >= limit && !out.episodeEnded) {
      out.truncated = true;
      out.episodeEnded = true;
    }
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeInt(steps);
    inner.save(out);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    steps = in.readInt();
    inner.restore(in);
  }
}
