package org.apprentice.classiccontrol;

import org.apache.commons.rng.UniformRandomProvider;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Frame;

/**
 * A pole balanced on a cart that is pushed left (0) or right (1) with 10 N. State: position in m,
 * velocity in m/s, angle of the pole in rad (0 is upright), angular velocity in rad/s. Reward 1 per
 * step.
 *
 * <p>Barto, Sutton and Anderson (1983), with the equations of Florian (2007) without friction;
 * constants, Euler's method and limits as Gymnasium's {@code CartPoleEnv}.
 */
final class CartPole implements Dynamics {
  private static final double GRAVITY = 9.8;
  private static final double CART_MASS = 1.0;
  private static final double POLE_MASS = 0.1;
  private static final double TOTAL_MASS = CART_MASS + POLE_MASS;

  /** Half of the pole's length. */
  private static final double LENGTH = 0.5;

  private static final double POLE_MASS_LENGTH = POLE_MASS * LENGTH;
  private static final double FORCE = 10.0;
  private static final double TIME_STEP = 0.02;
  private static final double START_BOUND = 0.05;
  private static final double POSITION_LIMIT = 2.4;
  private static final double ANGLE_LIMIT = 12 * 2 * Math.PI / 360;

  private final EnvironmentSpec spec;

  CartPole() {
    float infinity = Float.POSITIVE_INFINITY;
    float position = (float) (2 * POSITION_LIMIT);
    float angle = (float) (2 * ANGLE_LIMIT);
    spec =
        new EnvironmentSpec(
            BoxSpace.of(
                new float[] {-position, -infinity, -angle, -infinity},
                new float[] {position, infinity, angle, infinity}),
            new ActionSpace.Discrete(2));
  }

  @Override
  public EnvironmentSpec spec() {
    return spec;
  }

  @Override
  public int stateWidth() {
    return 4;
  }

  @Override
  public void start(UniformRandomProvider random, double[] states, int copy) {
    for (int i = 4 * copy; i < 4 * copy + 4; i++) {
      states[i] = random.nextDouble() * (2 * START_BOUND) - START_BOUND;
    }
  }

  @Override
  public void advance(
      double[] states, ActionBatch actions, double[] rewards, boolean[] terminated) {
    int[] pushes = ((ActionBatch.Discrete) actions).values();
    for (int copy = 0, i = 0; copy < pushes.length; copy++, i += 4) {
      double velocity = states[i + 1];
      double angle = states[i + 2];
      double angularVelocity = states[i + 3];
      double force = pushes[copy] == 1 ? FORCE : -FORCE;
      double cosine = Math.cos(angle);
      double sine = Math.sin(angle);
      double push =
          (force + POLE_MASS_LENGTH * (angularVelocity * angularVelocity) * sine) / TOTAL_MASS;
      double angularAcceleration =
          (GRAVITY * sine - cosine * push)
              / (LENGTH * (4.0 / 3.0 - POLE_MASS * (cosine * cosine) / TOTAL_MASS));
      double acceleration = push - POLE_MASS_LENGTH * angularAcceleration * cosine / TOTAL_MASS;

      double position = states[i] + TIME_STEP * velocity;
      angle += TIME_STEP * angularVelocity;
      states[i] = position;
      states[i + 1] = velocity + TIME_STEP * acceleration;
      states[i + 2] = angle;
      states[i + 3] = angularVelocity + TIME_STEP * angularAcceleration;
      rewards[copy] = 1;
      terminated[copy] =
          position < -POSITION_LIMIT
              || position > POSITION_LIMIT
              || angle < -ANGLE_LIMIT
              || angle > ANGLE_LIMIT;
    }
  }

  @Override
  public void observe(double[] states, int from, int to, float[] out) {
    for (int i = 4 * from; i < 4 * to; i++) {
      out[i] = (float) states[i];
    }
  }

  @Override
  public Frame render(double[] states, int copy) {
    return Pictures.cartPole(states[4 * copy], states[4 * copy + 2], 2 * LENGTH);
  }
}
