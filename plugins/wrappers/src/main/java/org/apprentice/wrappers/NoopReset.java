package org.apprentice.wrappers;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.core.RandomProviderDefaultState;
import org.apache.commons.rng.simple.RandomSource;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;

/**
 * Begins each game with 1 to {@code max} steps without an action, all numbers alike likely (Mnih et
 * al., "Human-level control through deep reinforcement learning", 2015). A game that ends meanwhile
 * is followed by a new one, which gets the rest.
 */
final class NoopReset extends Wrapper {
  private static final long OWN = 0x6E6F6F702D726573L;
  private static final int STATE_BYTES = 1 << 10;

  private final int max;
  private final int noop;
  private RestorableUniformRandomProvider random = random(0);

  NoopReset(NoopResetConfig config, Environment inner) {
    super(inner, inner.spec());
    max = config.max();
    noop = noop(inner.spec());
  }

  static EnvironmentSpec spec(NoopResetConfig config, EnvironmentSpec inner) {
    Checks.discrete(inner);
    return inner;
  }

  /** The action that does nothing: the one of that name, or the first as in every Atari game. */
  static int noop(EnvironmentSpec spec) {
    return Math.max(0, spec.actionNames().indexOf("NOOP"));
  }

  private static RestorableUniformRandomProvider random(long seed) {
    return RandomSource.XO_RO_SHI_RO_128_PP.create(new long[] {mix(seed), mix(seed ^ OWN)});
  }

  /** The finaliser of SplitMix64: neighbouring seeds share nothing. */
  private static long mix(long seed) {
    long mixed = seed + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  @Override
  public void seed(long seed) {
    inner.seed(seed);
    random = random(seed);
  }

  @Override
  public void reset() {
    inner.reset();
    int steps = 1 + random.nextInt(max);
    for (int step = 0; step < steps; step++) {
      stepUnseen(noop);
    }
  }

  @Override
  public void save(DataOutput out) throws IOException {
    byte[] state = ((RandomProviderDefaultState) random.saveState()).getState();
    out.writeInt(state.length);
    out.write(state);
    inner.save(out);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 1 || length > STATE_BYTES) {
      throw new IOException("a generator's state of noop-reset has " + length + " bytes");
    }
    byte[] state = new byte[length];
    in.readFully(state);
    try {
      random.restoreState(new RandomProviderDefaultState(state));
    } catch (IllegalStateException e) {
      throw new IOException("the generator's state of noop-reset is damaged", e);
    }
    inner.restore(in);
  }
}
