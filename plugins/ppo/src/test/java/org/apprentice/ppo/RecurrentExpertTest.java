package org.apprentice.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.random.RandomGenerator;
import org.apprentice.networks.GruConfig;
import org.apprentice.networks.GruPlugin;
import org.apprentice.networks.LstmConfig;
import org.apprentice.networks.LstmPlugin;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.DemonstrationRecorder;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.TrainingSettings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who records or evaluates a policy with a memory carries it from step to step, and no further. */
class RecurrentExpertTest {
  private static final int COPIES = 3;
  private static final int EPISODES = 8;

  /** With weights of which the memory matters. */
  private static Policy policy(String network, EnvironmentFactory environments) {
    NetworkFactory networks =
        network.equals("gru")
            ? spec -> new GruPlugin().create(GruConfig.of(16), spec)
            : spec -> new LstmPlugin().create(LstmConfig.of(16), spec);
    PpoOptimizer optimizer =
        new Trial(Trial.DEFAULTS.with(), environments, networks, new TrainingSettings(1000, 8, 1))
            .optimizer();
    Network recurrent = ((NetworkActorCritic) optimizer.policy()).network();
    Random noise = new Random(5);
    for (int i = 0; i < recurrent.parameters().length; i++) {
      recurrent.parameters()[i] += 0.5f * (float) noise.nextGaussian();
    }
    recurrent.parametersChanged();
    return optimizer.policy();
  }

  private static RandomGenerator random() {
    return new RandomStreams(4).stream("actions");
  }

  /** The episodes of a copy follow each other in the recorder, and begin afresh by hand. */
  @ParameterizedTest
  @ValueSource(strings = {"gru", "lstm"})
  void recordedActionsAreThoseOfAMemoryThatIsCarriedThroughEachEpisode(String network) {
    EnvironmentFactory environments = Trial.cartPole(COPIES);
    Policy policy = policy(network, environments);
    Demonstrations recorded =
        DemonstrationRecorder.record(
            policy, environments.create(COPIES), EPISODES, true, 5, random());
    ObservationBatch observation = recorded.allocateObservations(1);
    ActionBatch action = recorded.allocateActions(1);
    int forgotten = 0;
    for (int episode = 0; episode < EPISODES; episode++) {
      PolicyState carried = policy.newState(1, random());
      PolicyState dropped = policy.newState(1, random());
      for (int step = 0; step < recorded.length(episode); step++) {
        recorded.copyRow(recorded.firstRow(episode) + step, observation, action, 0);
        int taken = ((ActionBatch.Discrete) action).values()[0];
        assertThat(act(policy, carried, observation, step == 0))
            .as("episode %d, step %d", episode, step)
            .isEqualTo(taken);
        forgotten += act(policy, dropped, observation, true) == taken ? 0 : 1;
      }
    }
    assertThat(forgotten).as("steps where the memory decides").isPositive();
  }

  private static int act(
      Policy policy, PolicyState state, ObservationBatch observation, boolean start) {
    ActionBatch.Discrete out = new ActionBatch.Discrete(new int[1]);
    policy.act(PolicyInput.of(observation, new boolean[] {start}), state, true, out);
    return out.values()[0];
  }

  @ParameterizedTest
  @ValueSource(strings = {"gru", "lstm"})
  void evaluationPlaysTheEpisodesThatAreRecorded(String network) {
    EnvironmentFactory environments = Trial.cartPole(COPIES);
    Policy policy = policy(network, environments);
    Demonstrations recorded =
        DemonstrationRecorder.record(
            policy, environments.create(COPIES), EPISODES, true, 5, random());
    Evaluation evaluation =
        Evaluation.run(policy, environments.create(COPIES), EPISODES, true, 5, random());
    assertThat(evaluation.lengths())
        .containsExactlyInAnyOrder(Evaluation.of(recorded).lengths())
        .doesNotContain(0);
    assertThat(evaluation.mean()).isEqualTo(recorded.meanReturn());
  }
}
