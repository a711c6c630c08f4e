package org.apprentice.rl;

import static org.apprentice.rl.CountingEnvironment.life;
import static org.apprentice.rl.CountingEnvironment.terminated;
import static org.apprentice.rl.CountingEnvironment.truncated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apprentice.rl.CountingEnvironment.Episode;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutCollectorTest {
  private static final Episode[][] SCRIPT = {
    {terminated(3), truncated(2)}, {truncated(4)}, {terminated(100)}
  };

  private final RandomStreams random = new RandomStreams(1);

  private RolloutCollector collector(int length, Episode[]... script) {
    return collector(new CountingEnvironment(script), random, length);
  }

  private static RolloutCollector collector(
      CountingEnvironment environment, RandomStreams random, int length) {
    return new RolloutCollector(
        environment, new CountingPolicy(), random.stream("actions"), length, 5);
  }

  @Test
  void rowsAreTimeMajor() {
    Rollout rollout = collector(3, SCRIPT).collect();
    assertThat(rollout.rows()).isEqualTo(9);
    float[] observations = ((ObservationBatch.Float32) rollout.observations()).values();
    for (int time = 0; time < 3; time++) {
      for (int copy = 0; copy < 3; copy++) {
        int row = time * 3 + copy;
        assertThat(Arrays.copyOfRange(observations, row * 3, row * 3 + 3))
            .containsExactly(copy, 0, time);
        assertThat(rollout.values()[row]).isEqualTo(CountingPolicy.value(copy, 0, time));
      }
    }
  }

  @Test
  void actionsTheirProbabilitiesAndTheirRewardsShareARow() {
    Rollout rollout = collector(5, SCRIPT).collect();
    int[] actions = ((ActionBatch.Discrete) rollout.actions()).values();
    float[] observations = ((ObservationBatch.Float32) rollout.observations()).values();
    assertThat(actions).contains(0, 1, 2);
    for (int row = 0; row < rollout.rows(); row++) {
      assertThat(rollout.logProbabilities()[row]).isEqualTo(-actions[row]);
      assertThat(rollout.rewards()[row])
          .isEqualTo(observations[row * 3 + 2] + 1 + actions[row] / 10f);
    }
  }

  @Test
  void endsAndStartsStandWhereTheEpisodesEndAndStart() {
    Rollout rollout = collector(6, SCRIPT).collect();
    assertThat(rows(rollout.terminated())).containsExactly("2 of 0");
    assertThat(rows(rollout.truncated())).containsExactly("3 of 1", "4 of 0");
    assertThat(rows(rollout.episodeStarts()))
        .containsExactly("0 of 0", "0 of 1", "0 of 2", "3 of 0", "4 of 1", "5 of 0");
  }

  @Test
  void successorsAreTheNextObservationsOrTheFinalOnes() {
    RolloutCollector collector = collector(6, SCRIPT);
    assertThat(collector.successors()).isNull();
    collector.keepSuccessors();
    Rollout rollout = collector.collect();
    float[] observations = ((ObservationBatch.Float32) rollout.observations()).values();
    float[] successors = ((ObservationBatch.Float32) collector.successors()).values();
    for (int at = 0; at < rollout.rows() * 3; at += 3) {
      assertThat(Arrays.copyOfRange(successors, at, at + 3))
          .containsExactly(observations[at], observations[at + 1], observations[at + 2] + 1);
    }
  }

  /** Which step of which of three copies. */
  private static List<String> rows(boolean[] flags) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < flags.length; row++) {
      if (flags[row]) {
        rows.add(row / 3 + " of " + row % 3);
      }
    }
    return rows;
  }

  @Test
  void onlyTruncatedStepsHaveFinalValues() {
    RolloutCollector collector = collector(6, SCRIPT);
    for (int round = 0; round < 3; round++) {
      Rollout rollout = collector.collect();
      for (int row = 0; row < rollout.rows(); row++) {
        assertThat(rollout.finalValues()[row] != 0).isEqualTo(rollout.truncated()[row]);
      }
    }
  }

  @Test
  void finalValuesAreThoseOfTheFinalObservationInTheSameEpisode() {
    Rollout rollout = collector(6, SCRIPT).collect();
    assertThat(rollout.finalValues()[3 * 3 + 1]).isEqualTo(CountingPolicy.value(1, 0, 4));
    assertThat(rollout.finalValues()[4 * 3]).isEqualTo(CountingPolicy.value(0, 1, 2));
  }

  @Test
  void lastValuesAreThoseOfTheObservationAfterTheLastStep() {
    // copy 0 just ended its second episode, copy 1 is two steps into its second, copy 2 five into
    // its first
    Rollout rollout =
        collector(5, new Episode[][] {SCRIPT[0], {truncated(3)}, SCRIPT[2]}).collect();
    assertThat(rollout.lastValues())
        .containsExactly(
            CountingPolicy.value(0, 2, 0),
            CountingPolicy.value(1, 1, 2),
            CountingPolicy.value(2, 0, 5));
  }

  @Test
  void memoriesAreThoseBeforeEachStep() {
    RolloutCollector collector = collector(2, SCRIPT);
    assertThat(collector.collect().memories()).containsExactly(0, 0, 0, 1, 1, 1);
    assertThat(collector.collect().memories()).containsExactly(2, 2, 2, 3, 3, 3);
    assertThat(collector.collect().memories()).startsWith(1, 4, 4);
  }

  @Test
  void episodesStandInTheOrderOfTheirEnd() {
    RolloutCollector collector = collector(9, SCRIPT);
    collector.collect();
    assertThat(collector.episodes())
        .extracting(Iteration.Episode::length)
        .containsExactly(3, 4, 2, 3, 4);
    collector.collect();
    assertThat(collector.episodes())
        .extracting(Iteration.Episode::length)
        .containsExactly(2, 4, 3, 2, 4, 3);
  }

  @Test
  void episodeThatSpansRolloutsIsReportedOnceAndWhole() {
    RolloutCollector collector = collector(4, new Episode[] {terminated(10)});
    List<Iteration.Episode> episodes = new ArrayList<>();
    double rewards = 0;
    for (int round = 0; round < 3; round++) {
      Rollout rollout = collector.collect();
      for (int row = 0; row < (round < 2 ? 4 : 2); row++) {
        rewards += rollout.rewards()[row];
      }
      episodes.addAll(collector.episodes());
    }
    assertThat(episodes).hasSize(1);
    assertThat(episodes.get(0).length()).isEqualTo(10);
    assertThat(episodes.get(0).episodeReturn()).isCloseTo(rewards, within(1e-6));
  }

  @Test
  void lostLifeEndsTheValueButNotTheEpisode() {
    RolloutCollector collector = collector(5, new Episode[] {life(2), terminated(3)});
    Rollout rollout = collector.collect();
    assertThat(rollout.terminated()).containsExactly(false, true, false, false, true);
    assertThat(rollout.episodeStarts()).containsExactly(true, false, true, false, false);
    assertThat(collector.episodes()).extracting(Iteration.Episode::length).containsExactly(5);
  }

  @Test
  void nextRolloutContinuesWhereTheLastEnded() {
    Rollout whole = collector(new CountingEnvironment(SCRIPT), new RandomStreams(1), 12).collect();
    RolloutCollector pieces = collector(new CountingEnvironment(SCRIPT), new RandomStreams(1), 4);
    for (int piece = 0; piece < 3; piece++) {
      assertThat(describe(pieces.collect(), 0, 12)).isEqualTo(describe(whole, piece * 12, 12));
    }
  }

  private static List<String> describe(Rollout rollout, int start, int count) {
    List<String> rows = new ArrayList<>();
    for (int row = start; row < start + count; row++) {
      float[] observations = ((ObservationBatch.Float32) rollout.observations()).values();
      rows.add(
          Arrays.toString(Arrays.copyOfRange(observations, row * 3, row * 3 + 3))
              + ((ActionBatch.Discrete) rollout.actions()).values()[row]
              + " reward "
              + rollout.rewards()[row]
              + " value "
              + rollout.values()[row]
              + " final "
              + rollout.finalValues()[row]
              + rollout.episodeStarts()[row]
              + rollout.terminated()[row]
              + rollout.truncated()[row]);
    }
    return rows;
  }

  @Test
  void sameObjectIsFilledAgain() {
    RolloutCollector collector = collector(2, SCRIPT);
    assertThat(collector.collect()).isSameAs(collector.collect());
  }

  @Test
  void environmentIsResetWithTheSeedAndClosedWithTheCollector() {
    CountingEnvironment environment = new CountingEnvironment(SCRIPT);
    RolloutCollector collector = collector(environment, random, 2);
    assertThat(environment.seed()).isEqualTo(5);
    assertThat(environment.closed()).isFalse();
    collector.close();
    assertThat(environment.closed()).isTrue();
  }

  @Test
  void restoredCollectorContinuesBitForBit(@TempDir Path folder) throws IOException {
    RolloutCollector collector = collector(5, SCRIPT);
    collector.collect();
    Path file = folder.resolve("collector.bin");
    StateFile.write(
        file,
        "test-1",
        out -> {
          random.save(out);
          collector.save(out);
        });
    RandomStreams otherRandom = new RandomStreams(77);
    RolloutCollector other = collector(new CountingEnvironment(SCRIPT), otherRandom, 5);
    other.collect();
    other.collect();
    StateFile.read(
        file,
        "test-1",
        in -> {
          otherRandom.restore(in);
          other.restore(in);
        });
    for (int round = 0; round < 3; round++) {
      Rollout expected = collector.collect();
      Rollout found = other.collect();
      assertThat(describe(found, 0, 15)).isEqualTo(describe(expected, 0, 15));
      assertThat(found.lastValues()).containsExactly(expected.lastValues());
      assertThat(found.memories()).containsExactly(expected.memories());
      assertThat(other.episodes()).isEqualTo(collector.episodes());
    }
  }

  @Test
  void stateOfAnotherNumberOfCopiesIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("collector.bin");
    StateFile.write(file, "test-1", collector(5, SCRIPT)::save);
    RolloutCollector other = collector(5, SCRIPT[0], SCRIPT[1]);
    assertThatThrownBy(() -> StateFile.read(file, "test-1", other::restore))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("3 copies, expected 2");
  }

  /** A thousand steps more must not cost a byte more, whatever the first ones cost. */
  @Test
  void stepsAllocateNothing() {
    for (boolean normalized : new boolean[] {false, true}) {
      RolloutCollector few = networkCollector(10, normalized);
      RolloutCollector many = networkCollector(1010, normalized);
      for (int warmUp = 0; warmUp < 5; warmUp++) {
        few.collect();
        many.collect();
      }
      assertThat(allocated(many) - allocated(few)).isLessThan(1000);
    }
  }

  private static RolloutCollector networkCollector(int length, boolean normalized) {
    NetworkActorCritic policy =
        NetworkActorCritic.create(
            spec -> new LinearNetwork(spec, true),
            CountingEnvironment.SPEC,
            new NetworkActorCritic.Settings(true, 0.01, 0, normalized),
            1,
            1);
    Episode[] endless = {terminated(Integer.MAX_VALUE)};
    return new RolloutCollector(
        new CountingEnvironment(endless, endless),
        policy,
        new RandomStreams(1).stream("actions"),
        length,
        5);
  }

  private static long allocated(RolloutCollector collector) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    collector.collect();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
