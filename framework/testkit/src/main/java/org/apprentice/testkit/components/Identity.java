package org.apprentice.testkit.components;

import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;

/** Shows the number of an action as a one-hot vector; reward 1 for that action, 0 for another. */
record Identity(EnvironmentSpec spec, int length) implements Game {
  static Identity of(IdentityConfig config) {
    float[] high = new float[config.actions()];
    java.util.Arrays.fill(high, 1);
    return new Identity(
        new EnvironmentSpec(
            BoxSpace.of(new float[config.actions()], high),
            new ActionSpace.Discrete(config.actions())),
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
    return random.nextInt(spec.actionSpace().width());
  }

  @Override
  public void show(double secret, int step, ObservationBatch out, int row) {
    float[] values = ((ObservationBatch.Float32) out).values();
    int width = spec.actionSpace().width();
    for (int i = 0; i < width; i++) {
      values[row * width + i] = i == (int) secret ? 1 : 0;
    }
  }

  @Override
  public double reward(double secret, int step, ActionBatch actions, int row) {
    return ((ActionBatch.Discrete) actions).values()[row] == (int) secret ? 1 : 0;
  }
}
