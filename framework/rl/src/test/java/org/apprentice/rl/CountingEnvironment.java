package org.apprentice.rl;

import java.nio.ByteBuffer;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;

/**
 * Follows a script: every copy repeats its list of episodes. Observations say which copy, which
 * episode of it and which step in it, the reward is the step's number (from 1) plus a tenth of the
 * action.
 */
final class CountingEnvironment implements VectorEnvironment {
  static final EnvironmentSpec SPEC =
      new EnvironmentSpec(BoxSpace.unbounded(3), new ActionSpace.Discrete(3));

  /** How an episode ends. */
  enum End {
    TERMINATED,
    TRUNCATED,
    /** Ends for the policy but not as an episode, as a lost life. */
    LIFE
  }

  /** An episode of the script. */
  record Episode(int length, End end) {}

  private final Episode[][] script;
  private final int[] episode;
  private final int[] time;
  private final int[] scoredSteps;
  private final double[] scored;
  private long seed;
  private boolean closed;

  /** One list of episodes per copy. */
  CountingEnvironment(Episode[]... script) {
    this.script = script;
    episode = new int[script.length];
    time = new int[script.length];
    scoredSteps = new int[script.length];
    scored = new double[script.length];
  }

  static Episode terminated(int length) {
    return new Episode(length, End.TERMINATED);
  }

  static Episode truncated(int length) {
    return new Episode(length, End.TRUNCATED);
  }

  static Episode life(int length) {
    return new Episode(length, End.LIFE);
  }

  long seed() {
    return seed;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public int size() {
    return script.length;
  }

  @Override
  public EnvironmentSpec spec() {
    return SPEC;
  }

  @Override
  public void reset(long newSeed, ObservationBatch out) {
    seed = newSeed;
    for (int copy = 0; copy < script.length; copy++) {
      episode[copy] = 0;
      time[copy] = 0;
      scoredSteps[copy] = 0;
      scored[copy] = 0;
      observe(copy, out);
    }
  }

  private void observe(int copy, ObservationBatch out) {
    float[] values = ((ObservationBatch.Float32) out).values();
    values[copy * 3] = copy;
    values[copy * 3 + 1] = episode[copy];
    values[copy * 3 + 2] = time[copy];
  }

  @Override
  public void step(ActionBatch in, StepBatch out) {
    int[] actions = ((ActionBatch.Discrete) in).values();
    for (int copy = 0; copy < script.length; copy++) {
      Episode current = script[copy][episode[copy] % script[copy].length];
      time[copy]++;
      float reward = time[copy] + actions[copy] / 10f;
      scored[copy] += reward;
      scoredSteps[copy]++;
      boolean ended = time[copy] == current.length();
      boolean game = ended && current.end() != End.LIFE;
      out.rewards()[copy] = reward;
      out.terminated()[copy] = ended && current.end() != End.TRUNCATED;
      out.truncated()[copy] = ended && current.end() == End.TRUNCATED;
      out.episodeEnded()[copy] = game;
      if (game) {
        out.episodeReturn()[copy] = scored[copy];
        out.episodeLength()[copy] = scoredSteps[copy];
        scored[copy] = 0;
        scoredSteps[copy] = 0;
      }
      if (ended) {
        observe(copy, out.finalObservations());
        episode[copy]++;
        time[copy] = 0;
      }
      observe(copy, out.observations());
    }
  }

  @Override
  public byte[] save() {
    ByteBuffer state = ByteBuffer.allocate(script.length * 20);
    for (int copy = 0; copy < script.length; copy++) {
      state.putInt(episode[copy]).putInt(time[copy]);
      state.putInt(scoredSteps[copy]).putDouble(scored[copy]);
    }
    return state.array();
  }

  @Override
  public void restore(byte[] state) {
    if (state.length != script.length * 20) {
      throw new IllegalArgumentException(
          "the state is of " + state.length / 20 + " copies, expected " + script.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(state);
    for (int copy = 0; copy < script.length; copy++) {
      episode[copy] = buffer.getInt();
      time[copy] = buffer.getInt();
      scoredSteps[copy] = buffer.getInt();
      scored[copy] = buffer.getDouble();
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
