package org.apprentice.wrappers;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;

/**
 * Reports a lost life as {@link Environment.Outcome#terminated}, without an end of the game: only
 * while lives are left, as some games stay a few frames at none before they are over. One step
 * without an action leads into the next life.
 */
final class EpisodicLife extends Wrapper {
  private final int noop;
  private int lives;

  /** Whether the end that was reported last is one of ours. */
  private boolean lost;

  EpisodicLife(Environment inner) {
    super(inner, inner.spec());
    noop = NoopReset.noop(inner.spec());
  }

  static EnvironmentSpec spec(EnvironmentSpec inner) {
    Checks.discrete(inner);
    return inner;
  }

  @Override
  public void reset() {
    inner.reset();
    lives = inner.lives();
    lost = false;
  }

  @Override
  public void nextLife() {
    if (lost) {
      stepUnseen(noop);
    } else {
      inner.nextLife();
    }
    lives = inner.lives();
    lost = false;
  }

  @Override
  public void step(ActionBatch actions, int row, Outcome out) {
    inner.step(actions, row, out);
    int left = inner.lives();
    lost = !out.terminated && left > 0 && left < lives;
    out.terminated |= lost;
    lives = left;
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeInt(lives);
    out.writeBoolean(lost);
    inner.save(out);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    lives = in.readInt();
    lost = in.readBoolean();
    inner.restore(in);
  }
}
