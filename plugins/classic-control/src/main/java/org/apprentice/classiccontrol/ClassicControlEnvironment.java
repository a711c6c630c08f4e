package org.apprentice.classiccontrol;

import java.util.Arrays;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Frame;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;

/**
 * Everything that the tasks share: copies, episodes, limits, generators of random numbers, saved
 * states.
 */
final class ClassicControlEnvironment implements VectorEnvironment {
  private final String name;
  private final Dynamics dynamics;
  private final int maxEpisodeSteps;
  private final double[] states;
  private final double[] rewards;
  private final double[] returns;
  private final int[] lengths;
  private final RestorableUniformRandomProvider[] randoms;

  ClassicControlEnvironment(String name, Dynamics dynamics, int maxEpisodeSteps, int copies) {
    if (copies < 1) {
      throw new IllegalArgumentException(name + ": copies must be at least 1, found " + copies);
    }
    this.name = name;
    this.dynamics = dynamics;
    this.maxEpisodeSteps = maxEpisodeSteps;
    states = new double[copies * dynamics.stateWidth()];
    rewards = new double[copies];
    returns = new double[copies];
    lengths = new int[copies];
    randoms = new RestorableUniformRandomProvider[copies];
  }

  @Override
  public int size() {
    return lengths.length;
  }

  @Override
  public EnvironmentSpec spec() {
    return dynamics.spec();
  }

  @Override
  public void reset(long seed, ObservationBatch out) {
    checkRows("observations", out.rows());
    for (int copy = 0; copy < randoms.length; copy++) {
      randoms[copy] = RandomSource.XO_RO_SHI_RO_128_PP.create(seedOf(seed, copy));
      dynamics.start(randoms[copy], states, copy);
    }
    Arrays.fill(returns, 0);
    Arrays.fill(lengths, 0);
    dynamics.observe(states, 0, size(), values(out));
  }

  /**
   * A seed that depends on the copy's number only, not on how many there are: the finaliser of
   * SplitMix64 over a golden sequence, twice, so that neighbouring seeds and copies share nothing.
   */
  private static long[] seedOf(long seed, int copy) {
    long first = mix(mix(seed + 0x9E3779B97F4A7C15L) + (copy + 1L) * 0x9E3779B97F4A7C15L);
    return new long[] {first, mix(first + 0x9E3779B97F4A7C15L)};
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  @Override
  public void step(ActionBatch in, StepBatch out) {
    if (randoms[0] == null) {
      throw new IllegalStateException(name + ": reset must be called before the first step");
    }
    checkActions(in);
    checkRows("the outcome", out.rewards().length);
    boolean[] terminated = out.terminated();
    dynamics.advance(states, in, rewards, terminated);
    dynamics.observe(states, 0, size(), values(out.observations()));
    boolean[] truncated = out.truncated();
    for (int copy = 0; copy < rewards.length; copy++) {
      double reward = rewards[copy];
      out.rewards()[copy] = (float) reward;
      returns[copy] += reward;
      int length = ++lengths[copy];
      truncated[copy] = !terminated[copy] && length >= maxEpisodeSteps;
      boolean ended = terminated[copy] || truncated[copy];
      out.episodeEnded()[copy] = ended;
      if (ended) {
        startNextEpisode(copy, out);
      }
    }
  }

  private void startNextEpisode(int copy, StepBatch out) {
    out.episodeReturn()[copy] = returns[copy];
    out.episodeLength()[copy] = lengths[copy];
    out.observations().copyTo(copy, out.finalObservations(), copy, 1);
    returns[copy] = 0;
    lengths[copy] = 0;
    dynamics.start(randoms[copy], states, copy);
    dynamics.observe(states, copy, copy + 1, values(out.observations()));
  }

  private void checkActions(ActionBatch in) {
    checkRows("actions", in.rows());
    ActionSpace space = dynamics.spec().actionSpace();
    if (in instanceof ActionBatch.Discrete discrete
        && space instanceof ActionSpace.Discrete choices) {
      int[] values = discrete.values();
      for (int copy = 0; copy < values.length; copy++) {
        if (values[copy] < 0 || values[copy] >= choices.n()) {
          throw new IllegalArgumentException(
              name
                  + ": action of copy "
                  + copy
                  + " must be in 0.."
                  + (choices.n() - 1)
                  + ", found "
                  + values[copy]);
        }
      }
    } else if (in instanceof ActionBatch.Continuous continuous
        && space instanceof ActionSpace.Continuous box
        && continuous.width() == box.width()) {
      float[] values = continuous.values();
      for (int i = 0; i < values.length; i++) {
        if (!(Math.abs(values[i]) <= Float.MAX_VALUE)) {
          throw new IllegalArgumentException(
              name + ": action of copy " + i / box.width() + " must be finite, found " + values[i]);
        }
      }
    } else {
      throw new IllegalArgumentException(
          name + ": actions must be " + space + ", found " + in.getClass().getSimpleName());
    }
  }

  private void checkRows(String what, int rows) {
    if (rows != size()) {
      throw new IllegalArgumentException(
          name + ": " + what + " must have " + size() + " rows, found " + rows);
    }
  }

  private static float[] values(ObservationBatch batch) {
    return ((ObservationBatch.Float32) batch).values();
  }

  @Override
  public byte[] save() {
    return SavedState.write(name, states, returns, lengths, randoms);
  }

  @Override
  public void restore(byte[] state) {
    SavedState.read(state, name, states, returns, lengths, randoms);
  }

  @Override
  public Frame render(int copy) {
    if (copy < 0 || copy >= size()) {
      throw new IllegalArgumentException(
          name + ": copy must be in 0.." + (size() - 1) + ", found " + copy);
    }
    return dynamics.render(states, copy);
  }

  /** Puts a copy into the middle of an episode, {@code length} steps after its start. */
  void place(int copy, double[] state, int length) {
    System.arraycopy(state, 0, states, copy * state.length, state.length);
    lengths[copy] = length;
  }
}
