package org.apprentice.classiccontrol;

import org.apache.commons.rng.UniformRandomProvider;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Frame;

/**
 * A task that shows only some of its observation, so that a policy has to remember what it saw
 * before: how the state changes follows from two observations, and from neither of them alone.
 */
final class HiddenVelocities implements Dynamics {
  private final Dynamics task;

  /** Elements of the whole observation that are shown. */
  private final int[] shown;

  private final int width;
  private final EnvironmentSpec spec;
  private float[] whole = new float[0];

  HiddenVelocities(Dynamics task, int... shown) {
    this.task = task;
    this.shown = shown;
    BoxSpace space = (BoxSpace) task.spec().observationSpace();
    width = space.width();
    float[] low = new float[shown.length];
    float[] high = new float[shown.length];
    for (int i = 0; i < shown.length; i++) {
      low[i] = space.low()[shown[i]];
      high[i] = space.high()[shown[i]];
    }
    spec = new EnvironmentSpec(BoxSpace.of(low, high), task.spec().actionSpace());
  }

  @Override
  public EnvironmentSpec spec() {
    return spec;
  }

  @Override
  public int stateWidth() {
    return task.stateWidth();
  }

  @Override
  public void start(UniformRandomProvider random, double[] states, int copy) {
    task.start(random, states, copy);
  }

  @Override
  public void advance(
      double[] states, ActionBatch actions, double[] rewards, boolean[] terminated) {
    task.advance(states, actions, rewards, terminated);
  }

  @Override
  public void observe(double[] states, int from, int to, float[] out) {
    if (whole.length < to * width) {
      whole = new float[states.length / task.stateWidth() * width];
    }
    task.observe(states, from, to, whole);
    for (int copy = from; copy < to; copy++) {
      for (int i = 0; i < shown.length; i++) {
        out[copy * shown.length + i] = whole[copy * width + shown[i]];
      }
    }
  }

  @Override
  public Frame render(double[] states, int copy) {
    return task.render(states, copy);
  }
}
