package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RandomStreamsTest {
  private static byte[] save(RandomStreams streams) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    streams.save(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static RandomStreams restored(long seed, byte[] state) throws IOException {
    RandomStreams streams = new RandomStreams(seed);
    streams.restore(new DataInputStream(new ByteArrayInputStream(state)));
    return streams;
  }

  /** One of each kind of number. */
  private static String draw(RandomGenerator random) {
    return random.nextInt()
        + " "
        + random.nextInt(7)
        + " "
        + random.nextLong()
        + " "
        + random.nextDouble()
        + " "
        + random.nextFloat()
        + " "
        + random.nextBoolean()
        + " "
        + random.nextGaussian();
  }

  @Test
  void sameSeedAndPurposeGiveTheSameNumbers() {
    RandomGenerator one = new RandomStreams(5).stream("actions");
    RandomGenerator other = new RandomStreams(5).stream("actions");
    for (int i = 0; i < 100; i++) {
      assertThat(draw(one)).isEqualTo(draw(other));
    }
  }

  @Test
  void purposeHasOneStream() {
    RandomStreams streams = new RandomStreams(5);
    assertThat(streams.stream("actions")).isSameAs(streams.stream("actions"));
    assertThat(streams.stream("actions")).isNotSameAs(streams.stream("minibatches"));
  }

  @Test
  void drawingForOnePurposeDoesNotChangeAnother() {
    RandomStreams undisturbed = new RandomStreams(5);
    RandomStreams disturbed = new RandomStreams(5);
    RandomGenerator expected = undisturbed.stream("minibatches");
    disturbed.stream("actions").nextLong();
    RandomGenerator found = disturbed.stream("minibatches");
    for (int i = 0; i < 100; i++) {
      disturbed.stream("actions").nextGaussian();
      disturbed.stream("a new purpose " + i).nextInt();
      assertThat(draw(found)).isEqualTo(draw(expected));
    }
  }

  @Test
  void seedsOfPurposesAndOfNeighbouringTrialsAllDiffer() {
    Set<Long> seeds = new HashSet<>();
    String[] purposes = {"actions", "network", "environment", "a", "b", "ab", "ba", "aa", ""};
    for (long seed = -500; seed < 500; seed++) {
      for (String purpose : purposes) {
        seeds.add(new RandomStreams(seed).seed(purpose));
      }
    }
    assertThat(seeds).hasSize(1000 * purposes.length);
  }

  /**
   * Half of the bits differ, and streams are uncorrelated, as far as 100 draws of 64 bits can tell.
   */
  @Property(tries = 50)
  void neighbouringSeedsAreUnrelated(@ForAll @IntRange(min = -10_000, max = 10_000) int seed) {
    RandomGenerator one = new RandomStreams(seed).stream("actions");
    RandomGenerator next = new RandomStreams(seed + 1L).stream("actions");
    int differing = 0;
    double products = 0;
    for (int i = 0; i < 100; i++) {
      differing += Long.bitCount(one.nextLong() ^ next.nextLong());
      products += (one.nextDouble() - 0.5) * (next.nextDouble() - 0.5);
    }
    // 6400 bits: a standard deviation of 40; 100 products: one of 10 / 12
    assertThat(differing).isCloseTo(3200, within(240));
    assertThat(products).isCloseTo(0, within(6 * 10 / 12.0));
  }

  @Test
  void restoredStreamsContinueBitForBit() throws IOException {
    RandomStreams streams = new RandomStreams(9);
    for (int i = 0; i < 13; i++) {
      draw(streams.stream("actions"));
      streams.stream("minibatches").nextInt();
    }
    RandomStreams restored = restored(9, save(streams));
    for (int i = 0; i < 1000; i++) {
      assertThat(draw(restored.stream("actions"))).isEqualTo(draw(streams.stream("actions")));
      assertThat(draw(restored.stream("minibatches")))
          .isEqualTo(draw(streams.stream("minibatches")));
    }
  }

  @Test
  void generatorsHandedOutBeforeAreRestoredInPlace() throws IOException {
    RandomStreams streams = new RandomStreams(9);
    RandomGenerator actions = streams.stream("actions");
    actions.nextInt();
    byte[] state = save(streams);
    String expected = draw(actions);
    draw(actions);
    streams.restore(new DataInputStream(new ByteArrayInputStream(state)));
    assertThat(draw(actions)).isEqualTo(expected);
  }

  @Test
  void savedStateDoesNotDependOnTheOrderOfPurposes() throws IOException {
    RandomStreams one = new RandomStreams(2);
    one.stream("a");
    one.stream("b");
    RandomStreams other = new RandomStreams(2);
    other.stream("b");
    other.stream("a");
    assertThat(save(one)).isEqualTo(save(other));
  }
}
