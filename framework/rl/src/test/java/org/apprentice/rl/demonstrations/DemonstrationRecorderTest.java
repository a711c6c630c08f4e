package org.apprentice.rl.demonstrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;
import org.junit.jupiter.api.Test;

class DemonstrationRecorderTest {
  /**
   * Episodes of copy c last c + 1 steps, their first 300 times that. Observations are [copy,
   * episode, step]; a reward is 10 times the action; every second step ends a life, not the
   * episode.
   */
  private static final class Lives implements VectorEnvironment {
    private final int[] episode;
    private final int[] time;
    private final double[] earned;

    Lives(int copies) {
      episode = new int[copies];
      time = new int[copies];
      earned = new double[copies];
    }

    @Override
    public int size() {
      return episode.length;
    }

    @Override
    public EnvironmentSpec spec() {
      return new EnvironmentSpec(BoxSpace.unbounded(3), new ActionSpace.Discrete(3));
    }

    @Override
    public void reset(long seed, ObservationBatch out) {
      for (int copy = 0; copy < size(); copy++) {
        show(copy, out);
      }
    }

    private void show(int copy, ObservationBatch out) {
      float[] values = ((ObservationBatch.Float32) out).values();
      values[copy * 3] = copy;
      values[copy * 3 + 1] = episode[copy];
      values[copy * 3 + 2] = time[copy];
    }

    @Override
    public void step(ActionBatch in, StepBatch out) {
      for (int copy = 0; copy < size(); copy++) {
        float reward = 10f * ((ActionBatch.Discrete) in).values()[copy];
        time[copy]++;
        earned[copy] += reward;
        boolean ended = time[copy] == (copy + 1) * (episode[copy] == 0 ? 300 : 1);
        out.rewards()[copy] = reward;
        out.terminated()[copy] = ended || time[copy] % 2 == 0;
        out.episodeEnded()[copy] = ended;
        if (ended) {
          out.episodeReturn()[copy] = earned[copy] + 0.5;
          out.episodeLength()[copy] = time[copy];
          time[copy] = 0;
          earned[copy] = 0;
          episode[copy]++;
        }
        show(copy, out.observations());
      }
    }

    @Override
    public byte[] save() {
      return new byte[0];
    }

    @Override
    public void restore(byte[] state) {}
  }

  /** The most likely action is 2; draws are 0 or 1. */
  private static final class Chooser implements Policy {
    private int starts;

    @Override
    public PolicyState newState(int rows, RandomGenerator random) {
      return new PolicyState(rows, new float[0], random);
    }

    @Override
    public void act(PolicyInput input, PolicyState state, boolean deterministic, ActionBatch out) {
      for (int row = 0; row < state.rows(); row++) {
        starts += input.episodeStarts()[row] ? 1 : 0;
        ((ActionBatch.Discrete) out).values()[row] = deterministic ? 2 : state.random().nextInt(2);
      }
    }
  }

  private static Demonstrations record(int copies, int episodes, boolean deterministic) {
    return DemonstrationRecorder.record(
        new Chooser(),
        new Lives(copies),
        episodes,
        deterministic,
        1,
        new RandomStreams(1).stream("recorder"));
  }

  @Test
  void whatIsWrittenDownMayDifferFromWhatIsDone() {
    ActionBatch.Discrete written = new ActionBatch.Discrete(new int[] {1, 1});
    Demonstrations demonstrations =
        DemonstrationRecorder.record(
            (input, done) -> {
              Arrays.fill(((ActionBatch.Discrete) done).values(), 2);
              return written;
            },
            new Lives(2),
            2,
            1);

    assertThat(((ActionBatch.Discrete) demonstrations.actions()).values()).containsOnly(1);
    assertThat(demonstrations.reward(0)).isEqualTo(20);
    assertThat(demonstrations.endingsKnown()).isTrue();
    assertThat(demonstrations.terminated(0)).isTrue();
  }

  @Test
  void everyCopyRecordsItsQuotaHoweverLongItsEpisodes() {
    Demonstrations demonstrations = record(3, 7, true);

    assertThat(IntStream.range(0, 7).map(demonstrations::length))
        .containsExactly(300, 600, 900, 1, 2, 3, 1);
    ObservationBatch.Float32 observations =
        (ObservationBatch.Float32) demonstrations.observations();
    assertThat(IntStream.range(0, 7).map(episode -> copy(observations, demonstrations, episode)))
        .containsExactly(0, 1, 2, 0, 1, 2, 0);
    for (int episode = 0; episode < 7; episode++) {
      for (int step = 0; step < demonstrations.length(episode); step++) {
        int row = demonstrations.firstRow(episode) + step;
        assertThat(observations.values()[row * 3 + 2]).isEqualTo(step);
      }
    }
  }

  private static int copy(
      ObservationBatch.Float32 observations, Demonstrations demonstrations, int episode) {
    return (int) observations.values()[demonstrations.firstRow(episode) * 3];
  }

  @Test
  void returnsAreTheEnvironmentsAndNotSumsOfRewards() {
    Demonstrations demonstrations = record(2, 2, true);

    assertThat(demonstrations.reward(0)).isEqualTo(20f);
    assertThat(demonstrations.episodeReturn(0)).isEqualTo(300 * 20 + 0.5);
  }

  @Test
  void fewerEpisodesThanCopiesLeaveCopiesOut() {
    assertThat(record(4, 2, true).episodes()).isEqualTo(2);
  }

  @Test
  void stochasticActionsComeFromTheGivenGenerator() {
    int[] first = ((ActionBatch.Discrete) record(2, 4, false).actions()).values();

    assertThat(first).contains(0, 1).doesNotContain(2);
    assertThat(((ActionBatch.Discrete) record(2, 4, false).actions()).values()).isEqualTo(first);
  }

  @Test
  void thePolicyIsToldWhereEpisodesStart() {
    Chooser policy = new Chooser();

    DemonstrationRecorder.record(
        policy, new Lives(1), 1, true, 1, new RandomStreams(1).stream("recorder"));

    assertThat(policy.starts).isEqualTo(150);
  }
}
