package org.apprentice.sarsa;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;

/**
 * A walk from 0.3 towards 1, where the episode terminates: action 1 goes 0.1 ahead, action 0 0.05
 * back, 2 stays. Reward -1. Keeps a list of what was done.
 */
final class Corridor implements VectorEnvironment, EnvironmentFactory {
  static final float START = 0.3f;

  /** One step as the learner saw it. */
  record Step(
      float from, int action, float reward, float to, boolean terminated, boolean truncated) {}

  private final int limit;
  private final boolean masked;
  private final boolean[] mask;
  private final List<Step> steps = new ArrayList<>();
  private float position = START;
  private int length;

  /**
   * @param limit of steps, where an episode is truncated
   * @param masked only going ahead is allowed
   */
  Corridor(int limit, boolean masked) {
    this.limit = limit;
    this.masked = masked;
    mask = masked ? new boolean[] {false, true, false} : null;
  }

  List<Step> steps() {
    return steps;
  }

  /** Where the walk is. */
  float position() {
    return position;
  }

  @Override
  public EnvironmentSpec spec() {
    return new EnvironmentSpec(
        BoxSpace.of(new float[1], new float[] {1}), new ActionSpace.Discrete(3));
  }

  @Override
  public int trainingCopies() {
    return 1;
  }

  @Override
  public VectorEnvironment create(int copies) {
    return this;
  }

  @Override
  public int size() {
    return 1;
  }

  @Override
  public void reset(long seed, ObservationBatch out) {
    show(out);
  }

  @Override
  public void step(ActionBatch in, StepBatch out) {
    int action = ((ActionBatch.Discrete) in).values()[0];
    float from = position;
    position = Math.max(0, position + new float[] {-0.05f, 0.1f, 0}[action]);
    length++;
    out.rewards()[0] = -1;
    out.terminated()[0] = position >= 1;
    out.truncated()[0] = !out.terminated()[0] && length == limit;
    steps.add(new Step(from, action, -1, position, out.terminated()[0], out.truncated()[0]));
    out.episodeEnded()[0] = out.terminated()[0] || out.truncated()[0];
    if (out.episodeEnded()[0]) {
      show(out.finalObservations());
      out.episodeReturn()[0] = -length;
      out.episodeLength()[0] = length;
      position = START;
      length = 0;
    }
    show(out.observations());
  }

  private void show(ObservationBatch out) {
    ((ObservationBatch.Float32) out).values()[0] = position;
  }

  @Override
  public boolean[] actionMask() {
    return masked ? mask : null;
  }

  @Override
  public byte[] save() {
    return ByteBuffer.allocate(8).putFloat(position).putInt(length).array();
  }

  @Override
  public void restore(byte[] state) {
    ByteBuffer bytes = ByteBuffer.wrap(state);
    position = bytes.getFloat();
    length = bytes.getInt();
  }

  @Override
  public void close() {}
}
