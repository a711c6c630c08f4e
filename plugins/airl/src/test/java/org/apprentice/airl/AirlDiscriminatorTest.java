package org.apprentice.airl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.inject.Injector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.RolloutCollector;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.rl.imitation.Discriminator;
import org.apprentice.rl.imitation.DiscriminatorLoss;
import org.apprentice.rl.imitation.Experience;
import org.apprentice.rl.imitation.ExpertDemonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyOptimizer;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.Rollout;
import org.apprentice.testkit.Trials;
import org.apprentice.testkit.components.GameExpert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AirlDiscriminatorTest {
  private static final int BATCH = 40;

  private static final String EXPERIMENT =
      """
      environment { plugin = identity, actions = 3, max-episode-steps = 8, copies = 4 }
      network { plugin = %s }
      algorithm {
        plugin = airl
        generator { rollout-length = 10, gamma = 0.5 }
        discriminator { updates = 1, batch-size = 40, normalize-observations = false }
        demonstrations { file = "demonstrations.npz", episodes = 5 }
      }
      training.steps = 1000
      """;

  @TempDir Path folder;

  @BeforeEach
  void recordAnExpert() throws IOException {
    Trials.record(
        folder, "{ plugin = identity, actions = 3, max-episode-steps = 8 }", new GameExpert(3));
  }

  private static Experience collect(Injector trial) {
    EnvironmentFactory environments = trial.getInstance(EnvironmentFactory.class);
    PolicyOptimizer generator = trial.getInstance(PolicyOptimizer.class);
    try (RolloutCollector collector =
        new RolloutCollector(
            environments.create(4),
            generator.policy(),
            new RandomStreams(5).stream("actions"),
            generator.rolloutLength(),
            3)) {
      collector.keepSuccessors();
      Rollout rollout = collector.collect();
      return new Experience(rollout, collector.successors());
    }
  }

  private static AirlDiscriminator discriminator(Injector trial) {
    return (AirlDiscriminator) trial.getInstance(Discriminator.class);
  }

  @Test
  void theRewardIsTheShapedRewardLessTheLikelihood() {
    Injector trial = Trials.of(folder, EXPERIMENT.formatted("mlp, hidden = [8]"));
    AirlDiscriminator discriminator = discriminator(trial);
    Experience experience = collect(trial);
    Rollout rollout = experience.rollout();
    ShapedReward shaped = discriminator.shaped();
    shaped.begin(rollout.rows());
    rollout.observations().copyTo(0, shaped.observations(), 0, rollout.rows());
    experience.successors().copyTo(0, shaped.observations(), rollout.rows(), rollout.rows());
    rollout.actions().copyTo(0, shaped.actions(), 0, rollout.rows());
    float[] f = shaped.forward().clone();

    discriminator.relabel(experience);

    for (int row = 0; row < rollout.rows(); row++) {
      assertThat((double) rollout.rewards()[row])
          .isCloseTo(f[row] - rollout.logProbabilities()[row], within(1e-5));
    }
  }

  /** All 40 demonstrated transitions and all 40 of the rollout are in the one batch. */
  @Test
  void theExpertIsJudgedByItsLikelihoodUnderThePolicyWhateverItsMemory() {
    for (String network : List.of("mlp, hidden = [8]", "gru, hidden = [], width = 8")) {
      Injector trial = Trials.of(folder, EXPERIMENT.formatted(network));
      AirlDiscriminator discriminator = discriminator(trial);
      Experience experience = collect(trial);
      Rollout rollout = experience.rollout();
      Demonstrations expert = trial.getInstance(ExpertDemonstrations.class).all();
      double expected = 0;
      float[] ofExpert = likelihoods(trial, expert);
      double[] logits = logits(discriminator.shaped(), expert, ofExpert);
      for (double logit : logits) {
        expected += DiscriminatorLoss.softplus(-logit) / BATCH;
      }
      discriminator.relabel(experience);
      for (float logit : rollout.rewards()) {
        expected += DiscriminatorLoss.softplus(logit) / BATCH;
      }

      Map<String, Double> metrics = new HashMap<>();
      discriminator.train(experience, metrics);

      assertThat(metrics.get("discriminator/loss")).isCloseTo(expected, within(1e-4));
    }
  }

  private static double[] logits(ShapedReward shaped, Demonstrations expert, float[] likelihoods) {
    shaped.begin(expert.rows());
    for (int row = 0; row < expert.rows(); row++) {
      expert.copyRow(row, shaped.observations(), shaped.actions(), row);
      expert.copySuccessor(row, shaped.observations(), shaped.successor(row));
      shaped.terminal()[row] = expert.terminates(row);
    }
    float[] f = shaped.forward();
    double[] logits = new double[expert.rows()];
    for (int row = 0; row < logits.length; row++) {
      logits[row] = f[row] - likelihoods[row];
    }
    return logits;
  }

  /** Every episode alone, one step at a time. */
  private static float[] likelihoods(Injector trial, Demonstrations expert) {
    PolicyOptimizer generator = trial.getInstance(PolicyOptimizer.class);
    float[] all = new float[expert.rows()];
    float[] one = new float[1];
    ObservationBatch observation = expert.allocateObservations(1);
    ActionBatch action = expert.allocateActions(1);
    PolicyState state = generator.policy().newState(1, new RandomStreams(1).stream("none"));
    for (int episode = 0; episode < expert.episodes(); episode++) {
      for (int step = 0; step < expert.length(episode); step++) {
        int row = expert.firstRow(episode) + step;
        expert.copyRow(row, observation, action, 0);
        generator
            .policy()
            .logProbabilities(
                PolicyInput.of(observation, new boolean[] {step == 0}), state, action, one);
        all[row] = one[0];
      }
    }
    return all;
  }
}
