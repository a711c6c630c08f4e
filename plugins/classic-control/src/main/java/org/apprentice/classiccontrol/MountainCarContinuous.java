package org.apprentice.classiccontrol;

import org.apache.commons.rng.UniformRandomProvider;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Frame;

/**
 * {@link MountainCar} with a real force in [-1, 1]; forces beyond are clipped. State: position and
 * velocity. Reward 100 at the goal, less 0.1 times the square of the action (as given, not as
 * clipped) in every step.
 *
 * <p>Constants and limits as Gymnasium's {@code Continuous_MountainCarEnv}, which computes a step
 * in double and keeps the state in float32; only the first state of an episode is a double.
 */
final class MountainCarContinuous implements Dynamics {
  private static final double GOAL_POSITION = 0.45;
  private static final double POWER = 0.0015;
  private static final float MAX_FORCE = 1;

  private final double goalVelocity;
  private final EnvironmentSpec spec =
      new EnvironmentSpec(
          MountainCar.observationSpace(),
          new ActionSpace.Continuous(new float[] {-MAX_FORCE}, new float[] {MAX_FORCE}));

  MountainCarContinuous(double goalVelocity) {
    this.goalVelocity = goalVelocity;
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
    states[2 * copy] = MountainCar.startPosition(random);
    states[2 * copy + 1] = 0;
  }

  @Override
  public void advance(
      double[] states, ActionBatch actions, double[] rewards, boolean[] terminated) {
    float[] forces = ((ActionBatch.Continuous) actions).values();
    for (int copy = 0; copy < forces.length; copy++) {
      double position = states[2 * copy];
      double velocity = states[2 * copy + 1];
      double action = forces[copy];
      double force = Math.max(-MAX_FORCE, Math.min(action, MAX_FORCE));
      velocity += force * POWER - MountainCar.SLOPE * Math.cos(3 * position);
      velocity = Math.max(-MountainCar.MAX_SPEED, Math.min(velocity, MountainCar.MAX_SPEED));
      position =
          Math.max(
              MountainCar.MIN_POSITION, Math.min(position + velocity, MountainCar.MAX_POSITION));
      if (position == MountainCar.MIN_POSITION && velocity < 0) {
        velocity = 0;
      }
      boolean goal = position >= GOAL_POSITION && velocity >= goalVelocity;
      terminated[copy] = goal;
      rewards[copy] = (goal ? 100 : 0) - action * action * 0.1;
      states[2 * copy] = (float) position;
      states[2 * copy + 1] = (float) velocity;
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
