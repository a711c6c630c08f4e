package org.apprentice.rl.demonstrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;
import org.junit.jupiter.api.Test;

class DemonstrationsTest {
  /** Observation, action mod 2 and reward of a row are its number. */
  static Demonstrations numbered(int... lengths) {
    int rows = IntStream.of(lengths).sum();
    float[] numbers = new float[rows];
    IntStream.range(0, rows).forEach(row -> numbers[row] = row);
    return Demonstrations.of(
        new int[] {1},
        new ObservationBatch.Float32(numbers, rows, 1),
        new ActionBatch.Discrete(IntStream.range(0, rows).map(row -> row % 2).toArray()),
        numbers,
        lengths,
        IntStream.of(lengths).asDoubleStream().toArray());
  }

  private static int[] rows(Demonstrations demonstrations) {
    return IntStream.range(0, demonstrations.rows())
        .map(row -> (int) demonstrations.reward(row))
        .toArray();
  }

  @Test
  void limitKeepsTheFirstEpisodesWhole() {
    Demonstrations limited = numbered(3, 2, 4).limit(2);

    assertThat(rows(limited)).containsExactly(0, 1, 2, 3, 4);
    assertThat(limited.episodeReturn(1)).isEqualTo(2);
    assertThatThrownBy(() -> limited.limit(3))
        .hasMessage("cannot take 3 episodes of demonstrations that hold 2");
  }

  @Test
  void subsamplingStartsEveryEpisodeAtAnotherPhase() {
    Demonstrations kept = numbered(7, 7, 7, 2, 7).subsample(3);

    assertThat(rows(kept)).containsExactly(0, 3, 6, 8, 11, 16, 19, 22, 24, 27);
    assertThat(kept.length(3)).isEqualTo(1);
    assertThat(kept.episodeReturn(0)).isEqualTo(7);
  }

  @Property
  void subsamplingLosesNoEpisode(
      @ForAll @IntRange(min = 1, max = 12) int length,
      @ForAll @IntRange(min = 1, max = 30) int every) {
    Demonstrations kept = numbered(length, length, length).subsample(every);

    for (int episode = 0; episode < 3; episode++) {
      assertThat(kept.length(episode)).isBetween(Math.max(1, length / every), length / every + 1);
    }
  }

  @Test
  void theDigestSeesEveryPart() {
    Demonstrations original = numbered(3, 2);

    assertThat(numbered(3, 2).digest()).isEqualTo(original.digest()).hasSize(64);
    assertThat(numbered(2, 3).digest()).isNotEqualTo(original.digest());
    assertThat(original.select(1, 0).digest()).isNotEqualTo(original.digest());
    assertThat(original.limit(1).digest()).isNotEqualTo(original.digest());
  }

  /** What followed a row is its number plus 1; the final observation of an episode is 100. */
  private static Demonstrations ended(boolean... terminated) {
    float[] finals = new float[terminated.length];
    Arrays.fill(finals, 100);
    int[] lengths = new int[terminated.length];
    Arrays.fill(lengths, 5);
    return numbered(lengths)
        .withEndings(new ObservationBatch.Float32(finals, terminated.length, 1), terminated);
  }

  private static float successor(Demonstrations demonstrations, int row) {
    ObservationBatch.Float32 out = new ObservationBatch.Float32(new float[1], 1, 1);
    demonstrations.copySuccessor(row, out, 0);
    return out.values()[0];
  }

  @Test
  void successorsAreTheNextRowsAndTheFinalObservations() {
    Demonstrations demonstrations = ended(true, false);

    for (int row = 0; row < 10; row++) {
      assertThat(demonstrations.hasSuccessor(row)).isTrue();
      assertThat(successor(demonstrations, row)).isEqualTo(row % 5 == 4 ? 100 : row + 1);
      assertThat(demonstrations.terminates(row)).isEqualTo(row == 4);
    }
    Demonstrations second = demonstrations.select(1);
    assertThat(second.terminated(0)).isFalse();
    assertThat(successor(second, 4)).isEqualTo(100);
    assertThat(demonstrations.digest()).isNotEqualTo(numbered(5, 5).digest());
    assertThat(demonstrations.digest()).isNotEqualTo(ended(true, true).digest());
  }

  @Test
  void subsampledTransitionsKeepWhatFollowedThem() {
    Demonstrations kept = ended(true, true).subsample(2);

    assertThat(rows(kept)).containsExactly(0, 2, 4, 6, 8);
    assertThat(IntStream.range(0, 5).mapToObj(row -> successor(kept, row)))
        .containsExactly(1f, 3f, 100f, 7f, 9f);
    assertThat(IntStream.range(0, 5).filter(kept::terminates)).containsExactly(2);
    assertThat(successor(kept.select(1), 1)).isEqualTo(9);
  }

  @Test
  void lastTransitionsOfUnknownEndHaveNoSuccessor() {
    Demonstrations unknown = numbered(3, 2);

    assertThat(IntStream.range(0, 5).filter(unknown::hasSuccessor)).containsExactly(0, 1, 3);
    assertThat(unknown.endingsKnown()).isFalse();
    assertThat(unknown.terminated(0)).isFalse();
    assertThat(IntStream.range(0, 3).filter(unknown.subsample(2)::hasSuccessor)).containsExactly(0);
  }

  @Test
  void shufflingDealsOutTheSameActions() {
    Demonstrations original = numbered(30, 20);
    Demonstrations shuffled = original.shuffleActions(new RandomStreams(1).stream("shuffle"));

    int[] before = ((ActionBatch.Discrete) original.actions()).values();
    int[] after = ((ActionBatch.Discrete) shuffled.actions()).values();
    assertThat(after).isNotEqualTo(before);
    assertThat(IntStream.of(after).sum()).isEqualTo(IntStream.of(before).sum());
    assertThat(shuffled.observations()).isSameAs(original.observations());
  }

  @Test
  void joinedEpisodesFollow() {
    Demonstrations joined = numbered(3, 2).followedBy(numbered(4));

    assertThat(rows(joined)).containsExactly(0, 1, 2, 3, 4, 0, 1, 2, 3);
    assertThat(joined.episodes()).isEqualTo(3);
    assertThat(joined.length(2)).isEqualTo(4);
    assertThat(joined.episodeReturn(2)).isEqualTo(4);
    assertThat(joined.endingsKnown()).isFalse();
  }

  @Test
  void joinedEpisodesKeepTheirEndsAndTheirGaps() {
    Demonstrations joined = ended(true).followedBy(ended(false));
    Demonstrations gaps = ended(true).subsample(2).followedBy(ended(false));

    assertThat(joined.terminated(0)).isTrue();
    assertThat(joined.terminated(1)).isFalse();
    assertThat(successor(joined, 4)).isEqualTo(100);
    assertThat(successor(joined, 5)).isOne();
    assertThat(IntStream.range(0, 8).mapToObj(row -> successor(gaps, row)))
        .containsExactly(1f, 3f, 100f, 1f, 2f, 3f, 4f, 100f);
    assertThat(IntStream.range(0, 8).filter(gaps::terminates)).containsExactly(2);
  }

  @Test
  void theReportCountsAndDescribes() {
    DemonstrationReport report = DemonstrationReport.of(numbered(3, 2));

    assertThat(report.actionCounts()).containsExactly(3L, 2L);
    assertThat(report.text())
        .isEqualTo(
            """
            episodes      2, 5 transitions
            observations  box[1]
            lengths       mean 2.5, min 2, max 3
            returns       mean 2.50, min 2.00, max 3.00
            actions       discrete(2)
              0           3 (60.0%%)
              1           2 (40.0%%)
            digest        %s
            """
                .formatted(numbered(3, 2).digest()));
  }

  @Test
  void theReportDescribesContinuousActions() {
    float[] actions = {1, 10, 3, 10};
    DemonstrationReport report =
        DemonstrationReport.of(
            Demonstrations.of(
                new int[] {1},
                new ObservationBatch.Float32(new float[2], 2, 1),
                new ActionBatch.Continuous(actions, 2, 2),
                new float[2],
                new int[] {2},
                new double[1]));

    assertThat(report.actionMeans()).containsExactly(2.0, 10.0);
    assertThat(report.actionStandardDeviations()).containsExactly(1.0, 0.0);
    assertThat(report.text()).contains("0           mean 2.0000, standard deviation 1.0000");
  }

  @Test
  void fittingDemonstrationsHaveNoProblem() {
    EnvironmentSpec environment =
        new EnvironmentSpec(BoxSpace.unbounded(1), new ActionSpace.Discrete(2));

    assertThat(DemonstrationReport.of(numbered(3, 2)).problems(environment, 2)).isEmpty();
  }

  @Test
  void allMisfitsAreListedAtOnce() {
    EnvironmentSpec environment =
        new EnvironmentSpec(
            new ImageSpace(4, 84, 84), new ActionSpace.Continuous(new float[3], new float[3]));

    assertThatThrownBy(
            () -> DemonstrationReport.of(numbered(3, 2)).check("expert.npz", environment, 10))
        .isInstanceOf(DemonstrationException.class)
        .hasMessage(
            """
            the demonstrations of expert.npz cannot be used here:
              - observations are box[1], the environment shows uint8 image[4, 84, 84]
              - actions are discrete(2), the environment takes continuous(3)
              - there are 2 episodes, 10 are asked for; record more or set demonstrations.episodes = 2\
            """);
  }

  @Test
  void actionsOutsideTheEnvironmentsAreCounted() {
    EnvironmentSpec environment =
        new EnvironmentSpec(BoxSpace.unbounded(1), new ActionSpace.Discrete(1));

    assertThat(DemonstrationReport.of(numbered(3, 2)).problems(environment, 1))
        .containsExactly("2 actions are outside 0 .. 0 of the environment's discrete(1)");
  }

  @Test
  void numbersThatAreNotFiniteAreCounted() {
    Demonstrations demonstrations =
        Demonstrations.of(
            new int[] {2},
            new ObservationBatch.Float32(
                new float[] {1, Float.NaN, Float.NEGATIVE_INFINITY, 1}, 2, 2),
            new ActionBatch.Discrete(new int[] {-1, 0}),
            new float[] {Float.NaN, 0},
            new int[] {2},
            new double[] {1});

    assertThat(DemonstrationReport.of(demonstrations).problems())
        .containsExactly(
            "observations hold 2 numbers that are not finite",
            "1 rewards or returns are not finite",
            "1 actions are negative; discrete actions count from 0");
  }

  @Test
  void theArraysOfTheCallerAreNotKept() {
    float[] observations = {1, 2};
    Demonstrations demonstrations =
        Demonstrations.of(
            new int[] {1},
            new ObservationBatch.Float32(observations, 2, 1),
            new ActionBatch.Discrete(new int[2]),
            new float[2],
            new int[] {2},
            new double[1]);
    String digest = demonstrations.digest();

    observations[0] = 7;

    assertThat(demonstrations.digest()).isEqualTo(digest);
    assertThat(DemonstrationFileTest.random(new int[] {1}, 1, true, true, new Random(1)).images())
        .isTrue();
  }
}
