package org.apprentice.testkit.components;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.apprentice.nn.Adam;
import org.apprentice.rl.ActionDistribution;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.RolloutCollector;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.Pass;
import org.apprentice.spi.Rollout;
import org.junit.jupiter.api.Test;

/**
 * What is needed to learn with a memory passes through the interfaces of environments, networks and
 * policies.
 */
class RecallLearningTest {
  private static final int COPIES = 16;

  /** No multiple of an episode's five steps: rollouts begin in the middle of episodes. */
  private static final int LENGTH = 8;

  private static final RecallConfig RECALL = new RecallConfig(2, 5);

  @Test
  void recurrentPolicyLearnsWhatNeedsThePast() {
    EnvironmentSpec spec = TestkitPlugin.RECALL.spec(RECALL);
    NetworkActorCritic policy =
        NetworkActorCritic.create(
            network -> TestkitPlugin.ELMAN.create(new ElmanConfig(16), network),
            spec,
            new NetworkActorCritic.Settings(true, 0.1, 0, false),
            3,
            1);
    assertThat(evaluate(policy)).isLessThan(0.8);
    train(policy, 500);
    assertThat(evaluate(policy)).isEqualTo(1);
  }

  /** Williams' REINFORCE (1992) with the constant baseline 1/2, through whole rollouts. */
  private static void train(NetworkActorCritic policy, int rollouts) {
    Network network = policy.network();
    RandomGenerator random = new RandomStreams(5).stream("actions");
    Adam adam = new Adam(network.parameters().length, 0.9, 0.999, 1e-8);
    ActionDistribution distribution = policy.distribution(LENGTH * COPIES);
    Pass pass = network.pass(LENGTH, COPIES);
    float[] gradient = new float[network.parameters().length];
    float[] logProbabilities = new float[LENGTH * COPIES];
    float[] logits = new float[LENGTH * COPIES * 2];
    try (RolloutCollector collector =
        new RolloutCollector(
            TestkitPlugin.RECALL.create(RECALL, COPIES), policy, random, LENGTH, 9)) {
      for (int i = 0; i < rollouts; i++) {
        Rollout rollout = collector.collect();
        System.arraycopy(rollout.memories(), 0, pass.state(), 0, pass.state().length);
        network.forward(
            pass,
            new Inputs(rollout.observations(), null, rollout.episodeStarts(), LENGTH, COPIES));
        distribution.evaluate(
            new float[][] {pass.output(0)},
            rollout.actions(),
            rollout.rows(),
            logProbabilities,
            new float[rollout.rows()]);
        assertThat(logProbabilities)
            .as("the whole rollout at once gives what was acted on step by step")
            .containsExactly(rollout.logProbabilities(), within(1e-5f));
        distribution.gradient(
            rollout.actions(), advantages(rollout), 0, rollout.rows(), new float[][] {logits});
        network.backward(pass, new float[][] {logits, null}, gradient, null);
        adam.step(network.parameters(), gradient, 0.01, 1);
        network.parametersChanged();
      }
    }
  }

  /**
   * Derivatives of the loss with respect to the log-probabilities: only the last action of an
   * episode earns.
   */
  private static float[] advantages(Rollout rollout) {
    float[] gradient = new float[rollout.rows()];
    for (int row = 0; row < rollout.rows(); row++) {
      gradient[row] = rollout.terminated()[row] ? (0.5f - rollout.rewards()[row]) / COPIES : 0;
    }
    return gradient;
  }

  private static double evaluate(NetworkActorCritic policy) {
    return Evaluation.run(
            policy,
            TestkitPlugin.RECALL.create(RECALL, 10),
            200,
            true,
            21,
            new RandomStreams(21).stream("actions"))
        .mean();
  }
}
