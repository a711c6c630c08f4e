package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.junit.jupiter.api.Test;

/** Gaussian policies whose deviation depends on the state, as outputs or by a matrix of noise. */
class StateDependentDeviationTest {
  private static final int ROWS = 4;
  private static final int WIDTH = 2;
  private static final EnvironmentSpec SPEC =
      new EnvironmentSpec(
          BoxSpace.unbounded(3),
          new ActionSpace.Continuous(new float[] {-2, 0}, new float[] {2, 5}));

  private static NetworkActorCritic policy(
      Exploration.LogStd logStd, Exploration.Actions actions, int noiseSteps) {
    return NetworkActorCritic.create(
        spec -> new LinearNetwork(spec, false),
        SPEC,
        new NetworkActorCritic.Settings(
            NetworkActorCritic.Critic.JOINT,
            0.5,
            new Exploration(logStd, -0.7, noiseSteps, actions),
            false,
            10),
        11,
        1);
  }

  private static NetworkActorCritic policy(Exploration.LogStd logStd) {
    return policy(logStd, Exploration.Actions.CLIP, 3);
  }

  private static float[] numbers(long seed, int size) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static ObservationBatch.Float32 observations(long seed) {
    return new ObservationBatch.Float32(numbers(seed, ROWS * 3), ROWS, 3);
  }

  private static void jitter(Network network) {
    for (int i = 0; i < network.parameters().length; i++) {
      network.parameters()[i] += 0.2f * (float) Math.sin(i * 1.7 + 1);
    }
    network.parametersChanged();
  }

  @Test
  void derivativesOfOutputsPassFiniteDifferences() {
    float[][][] weights = {
      {numbers(1, ROWS * WIDTH), numbers(2, ROWS), numbers(3, ROWS * WIDTH)},
      {null, numbers(2, ROWS), numbers(3, ROWS * WIDTH)},
      {numbers(1, ROWS * WIDTH), numbers(2, ROWS), null},
      {null, numbers(2, ROWS), null}
    };
    for (Exploration.LogStd logStd : Exploration.LogStd.values()) {
      Network network = policy(logStd).network();
      jitter(network);
      for (float[][] chosen : weights) {
        Derivatives derivatives =
            new Derivatives(network, Inputs.of(observations(5), ROWS), chosen);
        // the features of gsde are taken as given, so it has no gradient by inputs
        derivatives.assertGradient(logStd != Exploration.LogStd.GSDE);
        derivatives.assertTangent(numbers(8, network.parameters().length));
      }
    }
  }

  @Test
  void policyHeadIsOfTwiceTheWidthWithinAndShowsItsHalves() {
    NetworkActorCritic policy = policy(Exploration.LogStd.STATE_DEPENDENT);
    Network network = policy.network();
    assertThat(network.spec().heads())
        .extracting(NetworkSpec.Head::name, NetworkSpec.Head::width)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("policy", WIDTH),
            org.assertj.core.groups.Tuple.tuple("value", 1),
            org.assertj.core.groups.Tuple.tuple("log-std", WIDTH));
    assertThat(policy.distributionHeads()).containsExactly(0, 2);
    // 4 linear outputs of policy and 1 of value
    assertThat(network.parameters()).hasSize(5 * 4);
    Arrays.fill(network.parameters(), 0);
    network.parameters()[2 * 4 + 3] = 0.25f; // bias of the third output
    network.parametersChanged();
    Pass pass = network.pass(1, ROWS);
    network.forward(pass, Inputs.of(observations(1), ROWS));
    assertThat(pass.output(0)).containsOnly(0);
    assertThat(pass.output(2)).containsExactly(numbersOf(0.25f - 0.7f, -0.7f), within(1e-6f));
  }

  private static float[] numbersOf(float even, float odd) {
    float[] values = new float[ROWS * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 2 == 0 ? even : odd;
    }
    return values;
  }

  @Test
  void deviationOfNoiseFollowsTheFeatures() {
    NetworkActorCritic policy = policy(Exploration.LogStd.GSDE);
    jitter(policy.network());
    float[] parameters = policy.network().parameters();
    float[] seen = observations(1).values();
    Pass pass = policy.network().pass(1, ROWS);
    policy.network().forward(pass, Inputs.of(observations(1), ROWS));
    int offset = parameters.length - WIDTH * 3;
    for (int row = 0; row < ROWS; row++) {
      for (int action = 0; action < WIDTH; action++) {
        double variance = 1e-6;
        for (int i = 0; i < 3; i++) {
          variance +=
              Math.pow(seen[row * 3 + i] * Math.exp(parameters[offset + action * 3 + i]), 2);
        }
        assertThat((double) pass.output(2)[row * WIDTH + action])
            .isCloseTo(Math.log(variance) / 2, within(1e-5));
      }
    }
  }

  /** Actions less the means, for one observation in every step. */
  private static float[][] noise(NetworkActorCritic policy, PolicyState state, int steps) {
    float[][] noise = new float[steps][];
    ActionBatch.Continuous mean =
        (ActionBatch.Continuous) ActionBatch.allocate(SPEC.actionSpace(), ROWS);
    PolicyInput input = PolicyInput.of(observations(1), new boolean[ROWS]);
    policy.act(input, policy.newState(ROWS, new Random(1)), true, mean);
    for (int step = 0; step < steps; step++) {
      ActionBatch.Continuous drawn =
          (ActionBatch.Continuous) ActionBatch.allocate(SPEC.actionSpace(), ROWS);
      policy.act(input, state, drawn, new float[ROWS], new float[ROWS]);
      noise[step] = drawn.values();
      for (int i = 0; i < noise[step].length; i++) {
        noise[step][i] -= mean.values()[i];
      }
    }
    return noise;
  }

  @Test
  void theSameStateGetsTheSameNoiseUntilAnotherMatrixIsDrawn() {
    NetworkActorCritic policy = policy(Exploration.LogStd.GSDE);
    float[][] noise = noise(policy, policy.newState(ROWS, new Random(3)), 7);
    assertThat(noise[1]).containsExactly(noise[0]);
    assertThat(noise[2]).containsExactly(noise[0]);
    assertThat(noise[3]).isNotEqualTo(noise[0]);
    assertThat(noise[5]).containsExactly(noise[3]);
    assertThat(noise[6]).isNotEqualTo(noise[3]);
  }

  /** Over many matrices, its moments are those that the log-probabilities are of. */
  @Test
  void noiseHasTheDeviationThatItsHeadTells() {
    NetworkActorCritic policy = policy(Exploration.LogStd.GSDE, Exploration.Actions.CLIP, 1);
    jitter(policy.network());
    int draws = 40_000;
    float[][] noise = noise(policy, policy.newState(ROWS, new RandomStreams(3).stream("n")), draws);
    RunningMoments moments = new RunningMoments(ROWS * WIDTH);
    for (float[] row : noise) {
      moments.add(row, 1);
    }
    Pass pass = policy.network().pass(1, ROWS);
    policy.network().forward(pass, Inputs.of(observations(1), ROWS));
    for (int i = 0; i < ROWS * WIDTH; i++) {
      double variance = Math.exp(2 * pass.output(2)[i]);
      assertThat(moments.mean(i)).isCloseTo(0, within(4 * Math.sqrt(variance / draws)));
      assertThat(moments.variance(i)).isCloseTo(variance, within(0.03 * variance));
    }
  }

  @Test
  void heldNoiseIsSavedAndRestored() throws IOException {
    NetworkActorCritic policy = policy(Exploration.LogStd.GSDE);
    PolicyState state = policy.newState(ROWS, new Random(3));
    float[][] before = noise(policy, state, 4);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.save(new DataOutputStream(bytes));
    PolicyState restored = policy.newState(ROWS, new Random(9));
    noise(policy, restored, 1);
    restored.restore(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    float[][] after = noise(policy, restored, 3);
    assertThat(after[0]).containsExactly(before[3]);
    assertThat(after[1]).containsExactly(before[3]);
    assertThat(after[2]).isNotEqualTo(before[3]);
  }

  @Test
  void logProbabilitiesAreTheSameWhenAskedAgain() {
    for (Exploration.LogStd logStd : Exploration.LogStd.values()) {
      for (Exploration.Actions bounds : Exploration.Actions.values()) {
        NetworkActorCritic policy = policy(logStd, bounds, 3);
        PolicyInput input = PolicyInput.of(observations(1), new boolean[ROWS]);
        ActionBatch actions = ActionBatch.allocate(SPEC.actionSpace(), ROWS);
        float[] drawn = new float[ROWS];
        policy.act(input, policy.newState(ROWS, new Random(1)), actions, drawn, new float[ROWS]);
        float[] asked = new float[ROWS];
        policy.logProbabilities(input, policy.newState(ROWS, new Random(1)), actions, asked);
        assertThat(asked).containsExactly(drawn);
      }
    }
  }

  @Test
  void networkThatDoesNotTellItsFeaturesIsRefused() {
    assertThatThrownBy(
            () ->
                NetworkActorCritic.create(
                    spec -> new LinearNetwork(spec, true),
                    SPEC,
                    new NetworkActorCritic.Settings(
                        NetworkActorCritic.Critic.JOINT,
                        0.5,
                        new Exploration(Exploration.LogStd.GSDE, 0, 4, Exploration.Actions.CLIP),
                        false,
                        10),
                    1,
                    1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "log-std = gsde needs a network that tells the features of its policy head, and this"
                + " one does not: LinearNetwork");
  }

  @Test
  void restrictionKeepsTheHalvesTogether() {
    Network network = policy(Exploration.LogStd.STATE_DEPENDENT).network();
    Pass whole = network.pass(1, ROWS);
    Pass restricted = network.pass(1, ROWS);
    restricted.restrict(new boolean[] {false, false, true});
    Inputs inputs = Inputs.of(observations(1), ROWS);
    network.forward(whole, inputs);
    network.forward(restricted, inputs);
    assertThat(restricted.output(2)).containsExactly(whole.output(2));
    assertThat(List.of(network.featureWidth(0), network.featureWidth(2))).containsExactly(3, 3);
  }
}
