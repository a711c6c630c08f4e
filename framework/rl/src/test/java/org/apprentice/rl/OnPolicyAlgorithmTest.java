package org.apprentice.rl;

import static org.apprentice.rl.CountingEnvironment.terminated;
import static org.apprentice.rl.CountingEnvironment.truncated;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apprentice.rl.CountingEnvironment.Episode;
import org.apprentice.spi.ActorCritic;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.Network;
import org.apprentice.spi.PolicyOptimizer;
import org.apprentice.spi.Progress;
import org.apprentice.spi.Rollout;
import org.apprentice.spi.TrainingSettings;
import org.apprentice.spi.VectorEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnPolicyAlgorithmTest {
  private static final Episode[][] SCRIPT = {{terminated(3), truncated(2)}, {truncated(4)}};

  private static final EnvironmentFactory ENVIRONMENTS =
      new EnvironmentFactory() {
        @Override
        public EnvironmentSpec spec() {
          return CountingEnvironment.SPEC;
        }

        @Override
        public int trainingCopies() {
          return 2;
        }

        @Override
        public VectorEnvironment create(int copies) {
          return new CountingEnvironment(SCRIPT);
        }
      };

  /** Learns the sum of all rewards. */
  private static final class SummingOptimizer implements PolicyOptimizer {
    private final CountingPolicy policy = new CountingPolicy();
    private double sum;
    private Progress seen;

    @Override
    public int rolloutLength() {
      return 3;
    }

    @Override
    public double discount() {
      return 1;
    }

    @Override
    public ActorCritic policy() {
      return policy;
    }

    @Override
    public Network network() {
      return null;
    }

    @Override
    public Map<String, Double> update(Rollout rollout, Progress progress) {
      seen = progress;
      for (float reward : rollout.rewards()) {
        sum += reward;
      }
      return Map.of("losses/sum", sum);
    }

    @Override
    public void save(Path directory) throws IOException {
      Files.writeString(directory.resolve("sum"), Double.toString(sum));
    }

    @Override
    public void restore(Path directory) throws IOException {
      sum = Double.parseDouble(Files.readString(directory.resolve("sum")));
    }
  }

  private final SummingOptimizer optimizer = new SummingOptimizer();
  private final OnPolicyAlgorithm algorithm = algorithm(optimizer, 1);

  private static OnPolicyAlgorithm algorithm(PolicyOptimizer optimizer, long seed) {
    return new OnPolicyAlgorithm(
        optimizer, ENVIRONMENTS, new TrainingSettings(20, seed, 1), new RandomStreams(seed));
  }

  @Test
  void roundIsARolloutAndAnUpdateOnIt() {
    Iteration iteration = algorithm.iterate();
    assertThat(iteration.metrics())
        .containsEntry("losses/sum", optimizer.sum)
        .containsKeys("time/environment", "time/forward", "time/update");
    assertThat(iteration.metrics().values()).allMatch(it -> it >= 0);
    assertThat(iteration.episodes()).extracting(Iteration.Episode::length).containsExactly(3);
    assertThat(algorithm.policy()).isSameAs(optimizer.policy());
  }

  @Test
  void progressCountsTheStepsOfAllCopiesUntilTheBudgetIsSpent() {
    assertThat(algorithm.progress().remaining()).isEqualTo(1);
    for (int round = 1; round <= 4; round++) {
      assertThat(algorithm.finished()).isFalse();
      algorithm.iterate();
      assertThat(optimizer.seen.done()).isEqualTo(6L * round);
      assertThat(algorithm.progress().environmentSteps()).isEqualTo(6L * round);
    }
    assertThat(algorithm.finished()).isTrue();
    assertThat(algorithm.progress().remaining()).isZero();
  }

  @Test
  void restoredAlgorithmContinuesBitForBit(@TempDir Path folder) throws IOException {
    algorithm.iterate();
    algorithm.iterate();
    algorithm.save(folder);
    OnPolicyAlgorithm other = algorithm(new SummingOptimizer(), 99);
    other.restore(folder);
    assertThat(other.progress()).isEqualTo(algorithm.progress());
    for (int round = 0; round < 5; round++) {
      Iteration expected = algorithm.iterate();
      Iteration found = other.iterate();
      assertThat(found.metrics().get("losses/sum")).isEqualTo(expected.metrics().get("losses/sum"));
      assertThat(found.episodes()).isEqualTo(expected.episodes());
    }
  }
}
