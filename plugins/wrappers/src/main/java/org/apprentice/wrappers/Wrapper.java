package org.apprentice.wrappers;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Frame;
import org.apprentice.spi.ObservationBatch;

/** Passes everything on; wrappers change what they are there for. */
class Wrapper implements Environment {
  final Environment inner;
  private final EnvironmentSpec spec;

  /** An action of the wrapper's own, and what it led to. */
  private final ActionBatch.Discrete ownAction = new ActionBatch.Discrete(new int[1]);

  private final Outcome ownOutcome = new Outcome();

  /**
   * @param spec what is shown with the wrapper around
   */
  Wrapper(Environment inner, EnvironmentSpec spec) {
    this.inner = inner;
    this.spec = spec;
  }

  @Override
  public EnvironmentSpec spec() {
    return spec;
  }

  @Override
  public void seed(long seed) {
    inner.seed(seed);
  }

  @Override
  public void reset() {
    inner.reset();
  }

  @Override
  public void nextLife() {
    inner.nextLife();
  }

  @Override
  public void step(ActionBatch actions, int row, Outcome out) {
    inner.step(actions, row, out);
  }

  /**
   * Takes an action that the policy did not choose. A game that it ends is followed by the next
   * one, and nobody hears of it.
   */
  final void stepUnseen(int action) {
    ownAction.values()[0] = action;
    inner.step(ownAction, 0, ownOutcome);
    if (ownOutcome.episodeEnded) {
      inner.reset();
    } else if (ownOutcome.terminated) {
      inner.nextLife();
    }
  }

  @Override
  public void observe(ObservationBatch out, int row) {
    inner.observe(out, row);
  }

  @Override
  public int lives() {
    return inner.lives();
  }

  @Override
  public boolean[] actionMask() {
    return inner.actionMask();
  }

  @Override
  public void save(DataOutput out) throws IOException {
    inner.save(out);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    inner.restore(in);
  }

  @Override
  public Frame render() {
    return inner.render();
  }

  @Override
  public void close() {
    inner.close();
  }
}
