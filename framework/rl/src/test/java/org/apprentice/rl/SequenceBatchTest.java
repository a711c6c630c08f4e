package org.apprentice.rl;

import static org.apprentice.rl.CountingEnvironment.terminated;
import static org.apprentice.rl.CountingEnvironment.truncated;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.rl.CountingEnvironment.Episode;
import org.apprentice.spi.Rollout;
import org.junit.jupiter.api.Test;

class SequenceBatchTest {
  private static final int COPIES = 3;
  private static final Episode[][] SCRIPT = {
    {terminated(3), truncated(2)}, {truncated(4)}, {terminated(100)}
  };

  private static NetworkActorCritic policy(boolean remembers) {
    return NetworkActorCritic.create(
        spec -> new LinearNetwork(spec, remembers),
        CountingEnvironment.SPEC,
        new NetworkActorCritic.Settings(true, 0.1, 0, false),
        3,
        1);
  }

  /** The second rollout, which begins in the middle of episodes. */
  private static Rollout rollout(NetworkActorCritic policy, int length) {
    RolloutCollector collector =
        new RolloutCollector(
            new CountingEnvironment(SCRIPT),
            policy,
            new RandomStreams(1).stream("actions"),
            length,
            5);
    collector.collect();
    return collector.collect();
  }

  @Property(tries = 60)
  void sequencesGiveTheVeryOutputsOfTheRollout(
      @ForAll @IntRange(min = 1, max = 11) int length,
      @ForAll @IntRange(min = 1, max = 12) int sequenceLength,
      @ForAll @IntRange(min = 1, max = 40) int maxRows,
      @ForAll boolean remembers) {
    NetworkActorCritic policy = policy(remembers);
    Rollout rollout = rollout(policy, length);
    SequenceBatch batch = new SequenceBatch(policy, length, COPIES, sequenceLength, maxRows);
    int[] order =
        IntStream.range(0, batch.sequences()).map(it -> batch.sequences() - 1 - it).toArray();
    int[] seen = new int[rollout.rows()];
    for (int start = 0; start < order.length; start += batch.maxSequences()) {
      int count = Math.min(batch.maxSequences(), order.length - start);
      batch.gather(rollout, rollout.observations(), order, start, count);
      batch.forward();
      int valid = 0;
      for (int row = 0; row < batch.rows(); row++) {
        if (!batch.isPadding(row)) {
          valid++;
          seen[batch.rolloutRow(row)]++;
          assertThat(batch.pass().output(1)[row])
              .isEqualTo(rollout.values()[batch.rolloutRow(row)]);
        }
      }
      assertThat(batch.validRows()).isEqualTo(valid);
    }
    assertThat(seen).containsOnly(1);
  }

  @Test
  void lastPieceOfALengthThatDoesNotDivideIsPadded() {
    NetworkActorCritic policy = policy(true);
    Rollout rollout = rollout(policy, 5);
    SequenceBatch batch = new SequenceBatch(policy, 5, COPIES, 3, 100);
    assertThat(batch.sequences()).isEqualTo(6);
    batch.gather(rollout, rollout.observations(), new int[] {0, 4}, 0, 2);
    assertThat(batch.rows()).isEqualTo(6);
    assertThat(batch.validRows()).isEqualTo(5);
    assertThat(IntStream.range(0, 6).filter(batch::isPadding)).containsExactly(5);
    assertThat(IntStream.range(0, 5).map(batch::rolloutRow)).containsExactly(0, 10, 3, 13, 6);
    float[] selected = new float[6];
    float[] numbers = new float[15];
    Arrays.fill(selected, 9);
    for (int row = 0; row < numbers.length; row++) {
      numbers[row] = row;
    }
    batch.select(numbers, selected);
    assertThat(selected).containsExactly(0, 10, 3, 13, 6, 0);
  }

  @Test
  void rowsOfAFeedForwardNetworkStandAlone() {
    SequenceBatch batch = new SequenceBatch(policy(false), 5, COPIES, 3, 100);
    assertThat(batch.sequences()).isEqualTo(15);
    assertThat(batch.maxRows()).isEqualTo(15);
  }

  @Test
  void oneSequenceFitsEvenIfItIsLongerThanTheBatch() {
    SequenceBatch batch = new SequenceBatch(policy(true), 8, COPIES, 8, 2);
    assertThat(batch.maxSequences()).isEqualTo(1);
    assertThat(batch.maxRows()).isEqualTo(8);
  }
}
