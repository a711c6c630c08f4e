package org.apprentice.testkit.components;

import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;

/**
 * Shows the number of an action at the first step of an episode only, as a one-hot vector, and asks
 * for it at the last step, with a 1 in the last place of the observation. Reward 1 if the last
 * action is that one, else 0. What a policy without memory can reach is {@code 1 / actions}; one
 * with a memory reaches 1.
 */
record Recall(EnvironmentSpec spec, int length) implements Game {
  static Recall of(RecallConfig config) {
    float[] high = new float[config.actions() + 1];
    java.util.Arrays.fill(high, 1);
    return new Recall(
        new EnvironmentSpec(
            BoxSpace.of(new float[config.actions() + 1], high),
            new ActionSpace.Discrete(config.actions())),
        config.length());
  }

  @Override
  public boolean terminates() {
    return true;
  }

  @Override
  public boolean redraws() {
    return false;
  }

  @Override
  public double draw(RandomGenerator random) {
    return random.nextInt(spec.actionSpace().width());
  }

  @Override
  public void show(double secret, int step, ObservationBatch out, int row) {
    float[] values = ((ObservationBatch.Float32) out).values();
    int actions = spec.actionSpace().width();
    int at = row * (actions + 1);
    for (int i = 0; i < actions; i++) {
      values[at + i] = step == 0 && i == (int) secret ? 1 : 0;
    }
    values[at + actions] = step == length - 1 ? 1 : 0;
  }

  @Override
  public double reward(double secret, int step, ActionBatch actions, int row) {
    boolean right = ((ActionBatch.Discrete) actions).values()[row] == (int) secret;
    return right && step == length - 1 ? 1 : 0;
  }
}
