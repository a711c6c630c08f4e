package org.apprentice.testkit.components;

import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;

/**
 * {@link Identity} where only even actions are allowed in even steps and odd ones in odd steps. In
 * the place of a shown action that is not allowed, the next one that is counts as right. The
 * observation does not tell the step: who ignores the mask reaches half of the return, or is
 * refused.
 */
record MaskedIdentity(Identity identity) implements Game {
  static MaskedIdentity of(IdentityConfig config) {
    return new MaskedIdentity(Identity.of(config));
  }

  @Override
  public EnvironmentSpec spec() {
    return identity.spec();
  }

  @Override
  public int length() {
    return identity.length();
  }

  @Override
  public boolean terminates() {
    return identity.terminates();
  }

  @Override
  public boolean redraws() {
    return identity.redraws();
  }

  @Override
  public boolean masked() {
    return true;
  }

  @Override
  public boolean allowed(int step, int action) {
    return (step + action) % 2 == 0;
  }

  @Override
  public double draw(RandomGenerator random) {
    return identity.draw(random);
  }

  @Override
  public void show(double secret, int step, ObservationBatch out, int row) {
    identity.show(secret, step, out, row);
  }

  @Override
  public double reward(double secret, int step, ActionBatch actions, int row) {
    int right = (int) secret;
    while (!allowed(step, right)) {
      right = (right + 1) % spec().actionSpace().width();
    }
    return ((ActionBatch.Discrete) actions).values()[row] == right ? 1 : 0;
  }
}
