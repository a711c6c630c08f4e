package org.apprentice.testkit.components;

import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;

/** Shows a number x in [-1, 1); reward -(a - x)^2 for the action a, clipped to [-1, 1]. */
record IdentityContinuous(EnvironmentSpec spec, int length) implements Game {
  static IdentityContinuous of(IdentityContinuousConfig config) {
    return new IdentityContinuous(
        new EnvironmentSpec(
            BoxSpace.of(new float[] {-1}, new float[] {1}),
            new ActionSpace.Continuous(new float[] {-1}, new float[] {1})),
        config.maxEpisodeSteps());
  }

  @Override
  public boolean terminates() {
    return false;
  }

  @Override
  public boolean redraws() {
    return true;
  }

  @Override
  public double draw(RandomGenerator random) {
    return (float) (random.nextDouble() * 2 - 1);
  }

  @Override
  public void show(double secret, int step, ObservationBatch out, int row) {
    ((ObservationBatch.Float32) out).values()[row] = (float) secret;
  }

  @Override
  public double reward(double secret, int step, ActionBatch actions, int row) {
    double action = Math.max(-1, Math.min(((ActionBatch.Continuous) actions).values()[row], 1));
    return -(action - secret) * (action - secret);
  }
}
