package org.apprentice.testkit.components;

import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;

/**
 * Shows a gray picture of 8 x 8 pixels whose one quadrant is bright (255 on 32); reward 1 for the
 * action with the number of that quadrant, row by row from the top left, 0 for another.
 */
record IdentityImage(EnvironmentSpec spec, int length) implements Game {
  static final byte BRIGHT = (byte) 255;
  static final byte DARK = 32;

  private static final int SIDE = 8;
  private static final int QUADRANTS = 4;

  static IdentityImage of(IdentityImageConfig config) {
    return new IdentityImage(
        new EnvironmentSpec(new ImageSpace(1, SIDE, SIDE), new ActionSpace.Discrete(QUADRANTS)),
        config.maxEpisodeSteps());
  }

  /** Where a quadrant begins. */
  static int firstPixel(int quadrant) {
    return (quadrant / 2 * SIDE + quadrant % 2) * SIDE / 2;
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
    return random.nextInt(QUADRANTS);
  }

  @Override
  public void show(double secret, int step, ObservationBatch out, int row) {
    byte[] pixels = ((ObservationBatch.UInt8) out).values();
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int quadrant = 2 * (2 * y / SIDE) + 2 * x / SIDE;
        pixels[(row * SIDE + y) * SIDE + x] = quadrant == (int) secret ? BRIGHT : DARK;
      }
    }
  }

  @Override
  public double reward(double secret, int step, ActionBatch actions, int row) {
    return ((ActionBatch.Discrete) actions).values()[row] == (int) secret ? 1 : 0;
  }
}
