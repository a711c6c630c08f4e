package org.apprentice.core.trial;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Frame;
import org.apprentice.spi.ObservationBatch;

/** Shows every step to a player and changes nothing. */
record ShownEnvironment(String name, Environment inner, PlayByHand.Player player)
    implements Environment {
  @Override
  public EnvironmentSpec spec() {
    return inner.spec();
  }

  @Override
  public void seed(long seed) {
    inner.seed(seed);
  }

  @Override
  public void reset() {
    inner.reset();
    show(0);
  }

  @Override
  public void nextLife() {
    inner.nextLife();
  }

  @Override
  public void step(ActionBatch actions, int row, Outcome out) {
    inner.step(actions, row, out);
    show(out.episodeReturn);
  }

  private void show(double score) {
    Frame picture;
    try {
      picture = inner.render();
    } catch (UnsupportedOperationException e) {
      throw new TrialException(
          "environment %s cannot be drawn, so nobody can play it".formatted(name), e);
    }
    player.see(picture, score, inner.lives());
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
