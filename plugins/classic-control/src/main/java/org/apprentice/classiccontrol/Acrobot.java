package org.apprentice.classiccontrol;

import org.apache.commons.rng.UniformRandomProvider;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Frame;

/**
 * Two links hanging from a bar; the joint between them is driven by a torque of -1, 0 or 1 N m
 * (actions 0, 1, 2) until the tip swings one link's length above the bar. State: angle of the first
 * link (0 hangs down), angle of the second relative to the first, and their velocities, in rad and
 * rad/s; shown as cosines and sines of the angles and the velocities. Reward -1 per step, 0 for the
 * step that reaches the height.
 *
 * <p>Sutton and Barto's book; constants, the fourth-order Runge-Kutta step and limits as
 * Gymnasium's {@code AcrobotEnv} with its default {@code book_or_nips = "book"}.
 */
final class Acrobot implements Dynamics {
  private static final double GRAVITY = 9.8;
  private static final double TIME_STEP = 0.2;
  private static final double LENGTH_1 = 1;
  private static final double MASS_1 = 1;
  private static final double MASS_2 = 1;
  private static final double CENTER_1 = 0.5;
  private static final double CENTER_2 = 0.5;
  private static final double INERTIA = 1;
  private static final double MAX_VELOCITY_1 = 4 * Math.PI;
  private static final double MAX_VELOCITY_2 = 9 * Math.PI;
  private static final double START_BOUND = 0.1;
  private static final int WIDTH = 4;

  private final EnvironmentSpec spec;

  /** Slopes of the four stages of a Runge-Kutta step, and the point where the next one is taken. */
  private final double[][] slopes = new double[4][WIDTH];

  private final double[] point = new double[WIDTH];

  Acrobot() {
    float[] high = {1, 1, 1, 1, (float) MAX_VELOCITY_1, (float) MAX_VELOCITY_2};
    float[] low = new float[high.length];
    for (int i = 0; i < high.length; i++) {
      low[i] = -high[i];
    }
    spec = new EnvironmentSpec(BoxSpace.of(low, high), new ActionSpace.Discrete(3));
  }

  @Override
  public EnvironmentSpec spec() {
    return spec;
  }

  @Override
  public int stateWidth() {
    return WIDTH;
  }

  /** Gymnasium rounds the first state of an episode to float32. */
  @Override
  public void start(UniformRandomProvider random, double[] states, int copy) {
    for (int i = WIDTH * copy; i < WIDTH * (copy + 1); i++) {
      states[i] = (float) (random.nextDouble() * (2 * START_BOUND) - START_BOUND);
    }
  }

  @Override
  public void advance(
      double[] states, ActionBatch actions, double[] rewards, boolean[] terminated) {
    int[] torques = ((ActionBatch.Discrete) actions).values();
    for (int copy = 0; copy < torques.length; copy++) {
      int at = WIDTH * copy;
      integrate(states, at, torques[copy] - 1);
      states[at] = wrap(states[at]);
      states[at + 1] = wrap(states[at + 1]);
      states[at + 2] = Math.max(-MAX_VELOCITY_1, Math.min(states[at + 2], MAX_VELOCITY_1));
      states[at + 3] = Math.max(-MAX_VELOCITY_2, Math.min(states[at + 3], MAX_VELOCITY_2));
      terminated[copy] = -Math.cos(states[at]) - Math.cos(states[at + 1] + states[at]) > 1;
      rewards[copy] = terminated[copy] ? 0 : -1;
    }
  }

  private void integrate(double[] states, int at, double torque) {
    System.arraycopy(states, at, point, 0, WIDTH);
    slope(torque, slopes[0]);
    moveTo(states, at, TIME_STEP / 2, slopes[0]);
    slope(torque, slopes[1]);
    moveTo(states, at, TIME_STEP / 2, slopes[1]);
    slope(torque, slopes[2]);
    moveTo(states, at, TIME_STEP, slopes[2]);
    slope(torque, slopes[3]);
    for (int i = 0; i < WIDTH; i++) {
      states[at + i] +=
          TIME_STEP / 6 * (slopes[0][i] + 2 * slopes[1][i] + 2 * slopes[2][i] + slopes[3][i]);
    }
  }

  private void moveTo(double[] states, int at, double time, double[] slope) {
    for (int i = 0; i < WIDTH; i++) {
      point[i] = states[at + i] + time * slope[i];
    }
  }

  /** Time derivative of {@link #point}. */
  private void slope(double torque, double[] out) {
    double angle1 = point[0];
    double angle2 = point[1];
    double velocity1 = point[2];
    double velocity2 = point[3];
    double cosine2 = Math.cos(angle2);
    double sine2 = Math.sin(angle2);
    double d1 =
        MASS_1 * CENTER_1 * CENTER_1
            + MASS_2
                * (LENGTH_1 * LENGTH_1 + CENTER_2 * CENTER_2 + 2 * LENGTH_1 * CENTER_2 * cosine2)
            + INERTIA
            + INERTIA;
    double d2 = MASS_2 * (CENTER_2 * CENTER_2 + LENGTH_1 * CENTER_2 * cosine2) + INERTIA;
    double phi2 = MASS_2 * CENTER_2 * GRAVITY * Math.cos(angle1 + angle2 - Math.PI / 2);
    double phi1 =
        -MASS_2 * LENGTH_1 * CENTER_2 * (velocity2 * velocity2) * sine2
            - 2 * MASS_2 * LENGTH_1 * CENTER_2 * velocity2 * velocity1 * sine2
            + (MASS_1 * CENTER_1 + MASS_2 * LENGTH_1) * GRAVITY * Math.cos(angle1 - Math.PI / 2)
            + phi2;
    double acceleration2 =
        (torque
                + d2 / d1 * phi1
                - MASS_2 * LENGTH_1 * CENTER_2 * (velocity1 * velocity1) * sine2
                - phi2)
            / (MASS_2 * CENTER_2 * CENTER_2 + INERTIA - d2 * d2 / d1);
    out[0] = velocity1;
    out[1] = velocity2;
    out[2] = -(d2 * acceleration2 + phi1) / d1;
    out[3] = acceleration2;
  }

  private static double wrap(double angle) {
    double wrapped = angle;
    while (wrapped > Math.PI) {
      wrapped -= 2 * Math.PI;
    }
    while (wrapped < -Math.PI) {
      wrapped += 2 * Math.PI;
    }
    return wrapped;
  }

  @Override
  public void observe(double[] states, int from, int to, float[] out) {
    for (int copy = from; copy < to; copy++) {
      int at = WIDTH * copy;
      int row = 6 * copy;
      out[row] = (float) Math.cos(states[at]);
      out[row + 1] = (float) Math.sin(states[at]);
      out[row + 2] = (float) Math.cos(states[at + 1]);
      out[row + 3] = (float) Math.sin(states[at + 1]);
      out[row + 4] = (float) states[at + 2];
      out[row + 5] = (float) states[at + 3];
    }
  }

  @Override
  public Frame render(double[] states, int copy) {
    return Pictures.acrobot(states[WIDTH * copy], states[WIDTH * copy + 1]);
  }
}
