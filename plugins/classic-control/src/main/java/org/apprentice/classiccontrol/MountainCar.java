package org.apprentice.classiccontrol;

import org.apache.commons.rng.UniformRandomProvider;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Frame;

/**
 * A car in a valley whose engine is too weak to climb out at once: push left (0), none (1), right
 * (2). State: position and velocity. Reward -1 per step until the goal on the right hill.
 *
 * <p>Moore (1990); constants and limits as Gymnasium's {@code MountainCarEnv}.
 */
final class MountainCar implements Dynamics {
  static final double MIN_POSITION = -1.2;
  static final double MAX_POSITION = 0.6;
  static final double MAX_SPEED = 0.07;
  static final double SLOPE = 0.0025;

  private static final double GOAL_POSITION = 0.5;
  private static final double FORCE = 0.001;

  private final double goalVelocity;
  private final EnvironmentSpec spec =
      new EnvironmentSpec(observationSpace(), new ActionSpace.Discrete(3));

  MountainCar(double goalVelocity) {
    this.goalVelocity = goalVelocity;
  }

  static BoxSpace observationSpace() {
    return BoxSpace.of(
        new float[] {(float) MIN_POSITION, (float) -MAX_SPEED},
        new float[] {(float) MAX_POSITION, (float) MAX_SPEED});
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
    states[2 * copy] = startPosition(random);
    states[2 * copy + 1] = 0;
  }

  static double startPosition(UniformRandomProvider random) {
    return -0.6 + random.nextDouble() * 0.2;
  }

  @Override
  public void advance(
      double[] states, ActionBatch actions, double[] rewards, boolean[] terminated) {
    int[] pushes = ((ActionBatch.Discrete) actions).values();
    for (int copy = 0; copy < pushes.length; copy++) {
      double position = states[2 * copy];
      double velocity = states[2 * copy + 1];
      velocity += (pushes[copy] - 1) * FORCE + Math.cos(3 * position) * -SLOPE;
      velocity = Math.max(-MAX_SPEED, Math.min(velocity, MAX_SPEED));
      position = Math.max(MIN_POSITION, Math.min(position + velocity, MAX_POSITION));
      if (position == MIN_POSITION && velocity < 0) {
        velocity = 0;
      }
      states[2 * copy] = position;
      states[2 * copy + 1] = velocity;
      rewards[copy] = -1;
      terminated[copy] = position >= GOAL_POSITION && velocity >= goalVelocity;
    }
  }

  @Override
  public void observe(double[] states, int from, int to, float[] out) {
    for (int i = 2 * from; i < 2 * to; i++) {
      out[i] = (float) states[i];
    }
  }

  @Override
  public Frame render(double[] states, int copy) {
    return Pictures.mountainCar(states[2 * copy], GOAL_POSITION);
  }
}
