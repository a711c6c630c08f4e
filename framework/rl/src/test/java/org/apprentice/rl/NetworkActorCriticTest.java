package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Explanation;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.junit.jupiter.api.Test;

class NetworkActorCriticTest {
  private static final int ROWS = 5;
  private static final EnvironmentSpec DISCRETE =
      new EnvironmentSpec(BoxSpace.unbounded(3), new ActionSpace.Discrete(4));
  private static final EnvironmentSpec CONTINUOUS =
      new EnvironmentSpec(
          BoxSpace.unbounded(3), new ActionSpace.Continuous(new float[2], new float[2]));
  private static final boolean[] NO_STARTS = new boolean[ROWS];

  private static NetworkActorCritic create(
      EnvironmentSpec environment, boolean critic, boolean normalized, boolean remembers) {
    return NetworkActorCritic.create(
        spec -> new LinearNetwork(spec, remembers),
        environment,
        new NetworkActorCritic.Settings(critic, 0.01, -0.7, normalized),
        11,
        1);
  }

  private static ObservationBatch.Float32 observations(long seed) {
    Random random = new Random(seed);
    float[] values = new float[ROWS * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 2;
    }
    return new ObservationBatch.Float32(values, ROWS, 3);
  }

  private static PolicyInput input(long seed) {
    return PolicyInput.of(observations(seed), NO_STARTS);
  }

  /** What one stochastic step gave. */
  private record Acted(ActionBatch actions, float[] logProbabilities, float[] values) {
    static Acted in(
        NetworkActorCritic policy, PolicyState state, ObservationBatch in, boolean[] starts) {
      ActionBatch actions = ActionBatch.allocate(policy.environment().actionSpace(), ROWS);
      Acted acted = new Acted(actions, new float[ROWS], new float[ROWS]);
      policy.act(PolicyInput.of(in, starts), state, actions, acted.logProbabilities, acted.values);
      return acted;
    }
  }

  private static float[] values(
      NetworkActorCritic policy, PolicyState state, ObservationBatch in, boolean[] starts) {
    float[] values = new float[ROWS];
    policy.values(PolicyInput.of(in, starts), state, values);
    return values;
  }

  @Test
  void discreteActionsNeedOneHeadAndTheCriticAnother() {
    NetworkActorCritic policy = create(DISCRETE, true, false, false);
    assertThat(policy.network().spec().heads())
        .containsExactly(
            new NetworkSpec.Head("policy", 4, 0.01), new NetworkSpec.Head("value", 1, 1));
    assertThat(policy.valueHead()).isEqualTo(1);
    assertThat(policy.distributionHeads()).containsExactly(0);
  }

  @Test
  void explanationIsOfTheLastStep() {
    NetworkActorCritic policy = create(DISCRETE, true, false, false);
    PolicyState state = policy.newState(ROWS, new Random(1));
    ObservationBatch.Float32 seen = observations(3);
    boolean[] mask = new boolean[ROWS * 4];
    Arrays.fill(mask, true);
    mask[2 * 4 + 1] = false;
    ActionBatch actions = new ActionBatch.Discrete(new int[ROWS]);
    policy.act(new PolicyInput(seen, NO_STARTS, mask), state, true, actions);
    Explanation explanation = state.explain(2);
    assertThat(explanation.probabilities()).hasSize(4);
    assertThat(explanation.probabilities()[1]).isZero();
    for (int action = 0; action < 4; action += action == 0 ? 2 : 1) {
      ActionBatch each = new ActionBatch.Discrete(new int[] {0, 0, action, 0, 0});
      float[] logProbabilities = new float[ROWS];
      policy.logProbabilities(
          new PolicyInput(seen, NO_STARTS, mask), state, each, logProbabilities);
      assertThat(explanation.probabilities()[action])
          .isCloseTo((float) Math.exp(logProbabilities[2]), within(1e-6f));
    }
    float[] values = values(policy, state, seen, NO_STARTS);
    assertThat(explanation.value()).hasValue(values[2]);

    NetworkActorCritic actor = create(CONTINUOUS, false, false, false);
    PolicyState other = actor.newState(ROWS, new Random(1));
    actor.act(input(1), other, true, ActionBatch.allocate(CONTINUOUS.actionSpace(), ROWS));
    assertThat(other.explain(0).probabilities()).isEmpty();
    assertThat(other.explain(0).value()).isEmpty();
  }

  @Test
  void continuousActionsAddAFreeDeviation() {
    NetworkActorCritic policy = create(CONTINUOUS, true, false, false);
    assertThat(policy.network().spec().heads())
        .extracting(NetworkSpec.Head::name)
        .containsExactly("policy", "value", "log-std");
    assertThat(policy.distributionHeads()).containsExactly(0, 2);
    float[] parameters = policy.network().parameters();
    assertThat(Arrays.copyOfRange(parameters, parameters.length - 2, parameters.length))
        .containsOnly(-0.7f);
  }

  @Test
  void actorAloneHasNoValueHead() {
    NetworkActorCritic policy = create(CONTINUOUS, false, false, false);
    assertThat(policy.valueHead()).isEqualTo(-1);
    assertThat(policy.distributionHeads()).containsExactly(0, 1);
    ActionBatch.Continuous actions =
        (ActionBatch.Continuous) ActionBatch.allocate(CONTINUOUS.actionSpace(), ROWS);
    policy.act(input(1), policy.newState(ROWS, new Random(1)), false, actions);
    assertThat(actions.values()).doesNotContain(0);
  }

  @Test
  void separateCriticAndActorHaveDisjointParameters() {
    for (EnvironmentSpec environment : new EnvironmentSpec[] {DISCRETE, CONTINUOUS}) {
      NetworkActorCritic policy =
          NetworkActorCritic.create(
              spec -> new LinearNetwork(spec, true),
              environment,
              new NetworkActorCritic.Settings(
                  NetworkActorCritic.Critic.SEPARATE, 0.01, -0.7, false),
              11,
              1);
      NetworkActorCritic.Range actor = policy.policyParameters();
      NetworkActorCritic.Range critic = policy.valueParameters();
      assertThat(critic.from()).isZero();
      assertThat(critic.length()).isEqualTo(3 + 1);
      assertThat(actor.from()).isEqualTo(critic.to());
      assertThat(actor.to()).isEqualTo(policy.network().parameters().length);
      Acted before =
          Acted.in(policy, policy.newState(ROWS, new Random(1)), observations(2), NO_STARTS);
      change(policy, critic);
      Acted otherCritic =
          Acted.in(policy, policy.newState(ROWS, new Random(1)), observations(2), NO_STARTS);
      assertThat(otherCritic.logProbabilities).containsExactly(before.logProbabilities);
      assertThat(otherCritic.values).isNotEqualTo(before.values);
      change(policy, actor);
      Acted otherActor =
          Acted.in(policy, policy.newState(ROWS, new Random(1)), observations(2), NO_STARTS);
      assertThat(otherActor.logProbabilities).isNotEqualTo(before.logProbabilities);
      assertThat(otherActor.values).containsExactly(otherCritic.values);
    }
  }

  private static void change(NetworkActorCritic policy, NetworkActorCritic.Range range) {
    for (int i = range.from(); i < range.to(); i++) {
      policy.network().parameters()[i] += 0.1f * (i + 1);
    }
    policy.network().parametersChanged();
  }

  @Test
  void parametersOfAJointCriticAreNotApart() {
    NetworkActorCritic policy = create(DISCRETE, true, false, false);
    assertThatThrownBy(policy::policyParameters)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("actor and critic are one network and may share parameters");
    NetworkActorCritic actor = create(DISCRETE, false, false, false);
    assertThat(actor.policyParameters().length()).isEqualTo(actor.network().parameters().length);
    assertThat(actor.valueParameters().length()).isZero();
  }

  @Test
  void onlyAllowedActionsAreTaken() {
    NetworkActorCritic policy = create(DISCRETE, true, false, false);
    boolean[] mask = new boolean[ROWS * 4];
    for (int row = 0; row < ROWS; row++) {
      mask[row * 4 + row % 4] = true;
    }
    PolicyInput input = new PolicyInput(observations(1), NO_STARTS, mask);
    PolicyState state = policy.newState(ROWS, new Random(1));
    ActionBatch.Discrete actions = new ActionBatch.Discrete(new int[ROWS]);
    for (boolean deterministic : new boolean[] {true, false}) {
      policy.act(input, state, deterministic, actions);
      assertThat(actions.values()).containsExactly(0, 1, 2, 3, 0);
    }
    float[] logProbabilities = {1, 1, 1, 1, 1};
    policy.act(input, state, actions, logProbabilities, new float[ROWS]);
    assertThat(actions.values()).containsExactly(0, 1, 2, 3, 0);
    assertThat(logProbabilities).containsOnly(0);
  }

  @Test
  void actingAndAskingForValuesAgree() {
    for (EnvironmentSpec environment : new EnvironmentSpec[] {DISCRETE, CONTINUOUS}) {
      NetworkActorCritic policy = create(environment, true, true, false);
      policy.normalizer().orElseThrow().update(observations(8), ROWS);
      PolicyState state = policy.newState(ROWS, new Random(1));
      assertThat(values(policy, state, observations(2), NO_STARTS))
          .containsExactly(Acted.in(policy, state, observations(2), NO_STARTS).values);
    }
  }

  /**
   * Three steps with a start in the middle; before acting on an observation its value and that of
   * another one are asked for.
   */
  @Test
  void valuesFollowTheMemoryAndLeaveItAsItIs() {
    NetworkActorCritic policy = create(DISCRETE, true, false, true);
    PolicyState state = policy.newState(ROWS, new Random(1));
    boolean[][] starts = {new boolean[ROWS], {false, true, false, false, true}, NO_STARTS};
    Arrays.fill(starts[0], true);
    for (int time = 0; time < 3; time++) {
      float[] memory = state.memory().clone();
      values(policy, state, observations(7), NO_STARTS);
      float[] asked = values(policy, state, observations(time), starts[time]);
      assertThat(state.memory()).containsExactly(memory);
      assertThat(Acted.in(policy, state, observations(time), starts[time]).values)
          .containsExactly(asked);
      assertThat(state.memory()).isNotEqualTo(memory);
    }
  }

  @Test
  void memoryIsThatOfTheNetworkAndStartsAreForgotten() {
    NetworkActorCritic policy = create(DISCRETE, true, false, true);
    PolicyState state = policy.newState(ROWS, new Random(1));
    ObservationBatch.Float32 first = observations(1);
    ObservationBatch.Float32 second = observations(2);
    Acted.in(policy, state, first, NO_STARTS);
    Acted.in(policy, state, second, new boolean[] {false, true, false, false, false});
    assertThat(state.memory()[0]).isEqualTo(first.values()[0] / 2 + second.values()[0]);
    assertThat(state.memory()[1]).isEqualTo(second.values()[3]);
  }

  @Test
  void logProbabilitiesAreThoseOfTheNetworksOutputs() {
    for (EnvironmentSpec environment : new EnvironmentSpec[] {DISCRETE, CONTINUOUS}) {
      NetworkActorCritic policy = create(environment, true, false, false);
      Acted acted =
          Acted.in(policy, policy.newState(ROWS, new Random(1)), observations(2), NO_STARTS);
      Pass pass = policy.network().pass(1, ROWS + 2);
      policy.network().forward(pass, Inputs.of(observations(2), ROWS));
      float[][] parameters = new float[policy.distributionHeads().length][];
      policy.parameters(pass, parameters);
      float[] logProbabilities = new float[ROWS];
      policy
          .distribution(ROWS)
          .evaluate(parameters, acted.actions, ROWS, logProbabilities, new float[ROWS]);
      assertThat(acted.logProbabilities).containsExactly(logProbabilities);
    }
  }

  /** Two policies of the same bits live through the same steps, one as a spectator. */
  @Test
  void givenActionsAreAsLikelyAsDrawnOnesAndAreRememberedAlike() {
    for (EnvironmentSpec environment : new EnvironmentSpec[] {DISCRETE, CONTINUOUS}) {
      NetworkActorCritic policy = create(environment, true, false, true);
      PolicyState acting = policy.newState(ROWS, new Random(1));
      PolicyState watching = policy.newState(ROWS, new Random(9));
      boolean[][] starts = {new boolean[ROWS], {false, true, false, false, true}, NO_STARTS};
      for (int time = 0; time < 3; time++) {
        Acted acted = Acted.in(policy, acting, observations(time), starts[time]);
        float[] logProbabilities = new float[ROWS];
        policy.logProbabilities(
            PolicyInput.of(observations(time), starts[time]),
            watching,
            acted.actions,
            logProbabilities);
        assertThat(logProbabilities).containsExactly(acted.logProbabilities);
        assertThat(watching.memory()).containsExactly(acting.memory());
      }
    }
  }

  @Test
  void deterministicActionsAreTheMostLikelyOnes() {
    NetworkActorCritic policy = create(DISCRETE, true, false, false);
    ActionBatch.Discrete actions = new ActionBatch.Discrete(new int[ROWS]);
    PolicyState state = policy.newState(ROWS, new Random(1));
    policy.act(input(4), state, true, actions);
    Pass pass = policy.network().pass(1, ROWS);
    policy.network().forward(pass, Inputs.of(observations(4), ROWS));
    for (int row = 0; row < ROWS; row++) {
      float chosen = pass.output(0)[row * 4 + actions.values()[row]];
      for (int action = 0; action < 4; action++) {
        assertThat(chosen).isGreaterThanOrEqualTo(pass.output(0)[row * 4 + action]);
      }
    }
  }

  @Test
  void sameGeneratorGivesTheSameActions() {
    NetworkActorCritic policy = create(CONTINUOUS, true, false, false);
    ActionBatch.Continuous one =
        (ActionBatch.Continuous)
            Acted.in(policy, policy.newState(ROWS, new Random(3)), observations(1), NO_STARTS)
                .actions;
    ActionBatch.Continuous other =
        (ActionBatch.Continuous) ActionBatch.allocate(CONTINUOUS.actionSpace(), ROWS);
    policy.act(input(1), policy.newState(ROWS, new Random(3)), false, other);
    assertThat(other.values()).containsExactly(one.values());
  }

  @Test
  void normalizerIsFrozenBetweenUpdates() {
    NetworkActorCritic policy = create(DISCRETE, true, true, false);
    PolicyState state = policy.newState(ROWS, new Random(1));
    float[] before = values(policy, state, observations(1), NO_STARTS);
    for (int step = 0; step < 20; step++) {
      Acted.in(policy, state, observations(step), NO_STARTS);
    }
    assertThat(values(policy, state, observations(1), NO_STARTS)).containsExactly(before);
    policy.normalizer().orElseThrow().update(observations(1), ROWS);
    assertThat(values(policy, state, observations(1), NO_STARTS)).isNotEqualTo(before);
  }

  @Test
  void rawObservationsAreNotWrittenTo() {
    NetworkActorCritic policy = create(DISCRETE, true, true, false);
    policy.normalizer().orElseThrow().update(observations(1), ROWS);
    ObservationBatch.Float32 raw = observations(2);
    Acted.in(policy, policy.newState(ROWS, new Random(1)), raw, NO_STARTS);
    assertThat(raw.values()).containsExactly(observations(2).values());
  }

  @Test
  void imagesAreNeverNormalized() {
    EnvironmentSpec images =
        new EnvironmentSpec(new ImageSpace(1, 1, 3), new ActionSpace.Discrete(2));
    NetworkActorCritic policy = create(images, true, true, false);
    assertThat(policy.normalizer()).isEmpty();
    ObservationBatch.UInt8 pixels = new ObservationBatch.UInt8(new byte[ROWS * 3], ROWS, 3);
    Arrays.fill(pixels.values(), (byte) 200);
    float[] values = values(policy, policy.newState(ROWS, new Random(1)), pixels, NO_STARTS);
    float[] weights = policy.network().parameters();
    int offset = 2 * 4;
    assertThat(values[0])
        .isEqualTo(
            weights[offset + 3]
                + weights[offset] * 200
                + weights[offset + 1] * 200
                + weights[offset + 2] * 200);
  }
}
