package org.apprentice.testkit.components;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;

/**
 * {@link Recall} with the pictures of {@link IdentityImage}: one quadrant is bright at the first
 * step of an episode only, all are at the last step, and none between. Reward 1 if the last action
 * is the number of the quadrant, else 0. Without eyes or without memory a policy reaches a quarter.
 */
record RecallImage(IdentityImage pictures) implements Game {
  static RecallImage of(RecallImageConfig config) {
    return new RecallImage(IdentityImage.of(new IdentityImageConfig(config.length())));
  }

  @Override
  public EnvironmentSpec spec() {
    return pictures.spec();
  }

  @Override
  public int length() {
    return pictures.length();
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
    return pictures.draw(random);
  }

  @Override
  public void show(double secret, int step, ObservationBatch out, int row) {
    if (step == 0) {
      pictures.show(secret, step, out, row);
      return;
    }
    byte brightness = step == length() - 1 ? IdentityImage.BRIGHT : IdentityImage.DARK;
    int pixels = out.width();
    Arrays.fill(
        ((ObservationBatch.UInt8) out).values(), row * pixels, (row + 1) * pixels, brightness);
  }

  @Override
  public double reward(double secret, int step, ActionBatch actions, int row) {
    return step == length() - 1 ? pictures.reward(secret, step, actions, row) : 0;
  }
}
