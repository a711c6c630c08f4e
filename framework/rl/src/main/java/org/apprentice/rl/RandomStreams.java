package org.apprentice.rl;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.core.RandomProviderDefaultState;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The random numbers of one trial: one generator per purpose, so that drawing more for one purpose
 * does not change another, and all of them can be saved.
 */
public final class RandomStreams {
  private final long seed;
  private final Map<String, Stream> streams = new TreeMap<>();

  public RandomStreams(long seed) {
    this.seed = seed;
  }

  /** The one generator for a purpose, for example {@code "actions"}. */
  public RandomGenerator stream(String purpose) {
    return streams.computeIfAbsent(purpose, name -> new Stream(seed(name)));
  }

  /** A seed for something that owns its generator, such as environments or initial weights. */
  public long seed(String purpose) {
    long hash = seed * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < purpose.length(); i++) {
      hash = mix(hash + purpose.charAt(i));
    }
    return mix(hash);
  }

  public void save(DataOutput out) throws IOException {
    out.writeInt(streams.size());
    for (Map.Entry<String, Stream> entry : streams.entrySet()) {
      out.writeUTF(entry.getKey());
      StateArrays.write(
          out, ((RandomProviderDefaultState) entry.getValue().provider.saveState()).getState());
    }
  }

  public void restore(DataInput in) throws IOException {
    for (int count = in.readInt(); count > 0; count--) {
      Stream stream = (Stream) stream(in.readUTF());
      stream.provider.restoreState(new RandomProviderDefaultState(StateArrays.readBytes(in)));
    }
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mix(long z) {
    long mixed = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /** JDK's interface over a generator whose state can be saved, which JDK's own cannot. */
  private static final class Stream implements RandomGenerator {
    private final RestorableUniformRandomProvider provider;

    Stream(long seed) {
      provider = RandomSource.XO_RO_SHI_RO_128_PP.create(new long[] {seed, mix(seed + 1)});
    }

    @Override
    public long nextLong() {
      return provider.nextLong();
    }

    @Override
    public int nextInt() {
      return provider.nextInt();
    }

    @Override
    public double nextDouble() {
      return provider.nextDouble();
    }
  }
}
