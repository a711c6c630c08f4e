package org.apprentice.classiccontrol;

import org.apache.commons.rng.UniformRandomProvider;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Frame;

/**
 * A pendulum to be swung up and held by a torque in [-2, 2] N m; torques beyond are clipped. State:
 * angle in rad (0 is upright, not wrapped) and angular velocity in rad/s, shown as cosine, sine,
 * angular velocity. Reward: minus (angle wrapped to [-pi, pi))^2 + 0.1 velocity^2 + 0.001 torque^2
 * of the state before the step. Episodes end by their limit only.
 *
 * <p>Constants and limits as Gymnasium's {@code PendulumEnv}.
 */
final class Pendulum implements Dynamics {
  private static final double MAX_SPEED = 8;
  private static final float MAX_TORQUE = 2;
  private static final double TIME_STEP = 0.05;
  private static final double MASS = 1;
  private static final double LENGTH = 1;

  private final double gravity;
  private final EnvironmentSpec spec =
      new EnvironmentSpec(
          BoxSpace.of(
              new float[] {-1, -1, (float) -MAX_SPEED}, new float[] {1, 1, (float) MAX_SPEED}),
          new ActionSpace.Continuous(new float[] {-MAX_TORQUE}, new float[] {MAX_TORQUE}));

  Pendulum(double gravity) {
    this.gravity = gravity;
  }

  @Override
  public EnvironmentSpec spec() {
    return spec;
  }

  @Override
  public int stateWidth() {
    return 2;
  }

  @Override
  public void start(UniformRandomProvider random, double[] states, int copy) {
    states[2 * copy] = -Math.PI + random.nextDouble() * (2 * Math.PI);
    states[2 * copy + 1] = -1 + random.nextDouble() * 2;
  }

  @Override
  public void advance(
      double[] states, ActionBatch actions, double[] rewards, boolean[] terminated) {
    float[] torques = ((ActionBatch.Continuous) actions).values();
    for (int copy = 0; copy < torques.length; copy++) {
      double angle = states[2 * copy];
      double velocity = states[2 * copy + 1];
      double torque = Math.max(-MAX_TORQUE, Math.min(torques[copy], MAX_TORQUE));
      double wrapped = wrap(angle);
      rewards[copy] =
          -(wrapped * wrapped + 0.1 * (velocity * velocity) + 0.001 * (torque * torque));
      terminated[copy] = false;

      velocity +=
          (3 * gravity / (2 * LENGTH) * Math.sin(angle) + 3.0 / (MASS * LENGTH * LENGTH) * torque)
              * TIME_STEP;
      velocity = Math.max(-MAX_SPEED, Math.min(velocity, MAX_SPEED));
      states[2 * copy] = angle + velocity * TIME_STEP;
      states[2 * copy + 1] = velocity;
    }
  }

  /** The same angle in [-pi, pi). */
  private static double wrap(double angle) {
    double shifted = angle + Math.PI;
    return shifted - Math.floor(shifted / (2 * Math.PI)) * (2 * Math.PI) - Math.PI;
  }

  @Override
  public void observe(double[] states, int from, int to, float[] out) {
    for (int copy = from; copy < to; copy++) {
      out[3 * copy] = (float) Math.cos(states[2 * copy]);
      out[3 * copy + 1] = (float) Math.sin(states[2 * copy]);
      out[3 * copy + 2] = (float) states[2 * copy + 1];
    }
  }

  @Override
  public Frame render(double[] states, int copy) {
    return Pictures.pendulum(states[2 * copy]);
  }
}
