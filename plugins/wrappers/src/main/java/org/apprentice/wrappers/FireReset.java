package org.apprentice.wrappers;

import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;

/**
 * Presses FIRE where a game or a life begins, as games wait for it, and then takes action 2, which
 * Gym's and Baselines' FireResetEnv do as well. A game that ends meanwhile is followed by a new
 * one.
 */
final class FireReset extends Wrapper {
  private static final String FIRE = "FIRE";
  private static final int AFTERWARDS = 2;

  private final int fire;

  FireReset(Environment inner) {
    super(inner, inner.spec());
    fire = inner.spec().actionNames().indexOf(FIRE);
  }

  static boolean fits(EnvironmentSpec inner) {
    return inner.actionSpace() instanceof ActionSpace.Discrete discrete
        && discrete.n() > AFTERWARDS
        && inner.actionNames().contains(FIRE);
  }

  static EnvironmentSpec spec(EnvironmentSpec inner) {
    if (!fits(inner)) {
      throw new IllegalArgumentException(
          "needs at least 3 numbered actions with one named FIRE, and the environment takes "
              + inner.actionSpace()
              + (inner.actionNames().isEmpty() ? " without names" : " named " + inner.actionNames())
              + "; leave fire-reset out");
    }
    return inner;
  }

  @Override
  public void reset() {
    inner.reset();
    fire();
  }

  @Override
  public void nextLife() {
    inner.nextLife();
    fire();
  }

  private void fire() {
    stepUnseen(fire);
    stepUnseen(AFTERWARDS);
  }
}
