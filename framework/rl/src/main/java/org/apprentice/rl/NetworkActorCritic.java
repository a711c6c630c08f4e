package org.apprentice.rl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.ActorCritic;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;

/**
 * An actor-critic over one {@link Network} with a head per parameter of its action distribution
 * and, unless it is an actor only, a {@code value} head.
 */
public final class NetworkActorCritic implements ActorCritic {
  private final EnvironmentSpec environment;
  private final Network network;
  private final int valueHead;
  private final int[] distributionHeads;
  private final Optional<ObservationNormalizer> normalizer;

  private NetworkActorCritic(
      EnvironmentSpec environment,
      Network network,
      int valueHead,
      int[] distributionHeads,
      Optional<ObservationNormalizer> normalizer) {
    this.environment = environment;
    this.network = network;
    this.valueHead = valueHead;
    this.distributionHeads = distributionHeads;
    this.normalizer = normalizer;
  }

  /**
   * What an actor (and critic) looks like besides its network.
   *
   * @param critic whether there is a value head
   * @param policyGain orthogonal gain of the policy head (0.01 for PPO)
   * @param initialLogStd state-independent log standard deviation at the start, for continuous
   *     actions
   * @param normalizeObservations whether real observations are normalised by running moments;
   *     images never are
   */
  public record Settings(
      boolean critic, double policyGain, double initialLogStd, boolean normalizeObservations) {}

  public static NetworkActorCritic create(
      NetworkFactory networks,
      EnvironmentSpec environment,
      Settings settings,
      long seed,
      int threads) {
    List<NetworkSpec.Head> heads = new ArrayList<>();
    heads.add(
        new NetworkSpec.Head("policy", environment.actionSpace().width(), settings.policyGain()));
    if (settings.critic()) {
      heads.add(new NetworkSpec.Head("value", 1, 1));
    }
    Network network =
        networks.create(
            new NetworkSpec(environment.observationSpace(), 0, List.copyOf(heads), seed, threads));
    int[] distributionHeads = {0};
    if (environment.actionSpace() instanceof ActionSpace.Continuous continuous) {
      distributionHeads = new int[] {0, heads.size()};
      network =
          new FreeHeadNetwork(
              network, "log-std", continuous.width(), (float) settings.initialLogStd());
    }
    ObservationBatch probe = ObservationBatch.allocate(environment.observationSpace(), 1);
    Optional<ObservationNormalizer> normalizer =
        settings.normalizeObservations() && probe instanceof ObservationBatch.Float32
            ? Optional.of(new ObservationNormalizer(probe.width(), 10))
            : Optional.empty();
    return new NetworkActorCritic(
        environment, network, settings.critic() ? 1 : -1, distributionHeads, normalizer);
  }

  public Network network() {
    return network;
  }

  public EnvironmentSpec environment() {
    return environment;
  }

  /** Index of the value head; -1 for an actor only. */
  public int valueHead() {
    return valueHead;
  }

  /** Indices of the heads that hold the parameters of the action distribution, in its order. */
  public int[] distributionHeads() {
    return distributionHeads;
  }

  public Optional<ObservationNormalizer> normalizer() {
    return normalizer;
  }

  /** A distribution of its own buffers for this policy's actions. */
  public ActionDistribution distribution(int maxRows) {
    return ActionDistribution.of(environment.actionSpace(), maxRows);
  }

  /**
   * Gathers the distribution's parameters from a pass into {@code out}, one array per parameter.
   */
  public void parameters(Pass pass, float[][] out) {
    for (int i = 0; i < distributionHeads.length; i++) {
      out[i] = pass.output(distributionHeads[i]);
    }
  }

  private final class State extends PolicyState {
    private final Pass pass;
    private final Pass bootstrap;
    private final ActionDistribution distribution;
    private final float[][] parameters;
    private final ObservationBatch normalized;
    private final float[] discardedLogProbabilities;
    private final float[] discardedEntropies;
    private Inputs inputs;
    private Inputs bootstrapInputs;

    State(int rows, Pass pass, RandomGenerator random) {
      super(rows, pass.state(), random);
      this.pass = pass;
      bootstrap = network.pass(1, rows);
      distribution = distribution(rows);
      parameters = new float[distributionHeads.length][];
      normalized = ObservationBatch.allocate(environment.observationSpace(), rows);
      discardedLogProbabilities = new float[rows];
      discardedEntropies = new float[rows];
    }

    /** Reuses the last inputs where the caller's buffers are the same. */
    private Inputs inputs(Inputs last, PolicyInput input) {
      ObservationBatch seen = input.observations();
      if (normalizer.isPresent()) {
        normalizer.get().apply(seen, normalized, rows());
        seen = normalized;
      }
      if (last != null && last.observations() == seen && last.resets() == input.episodeStarts()) {
        return last;
      }
      return new Inputs(seen, null, input.episodeStarts(), 1, rows());
    }

    private void forward(PolicyInput input) {
      inputs = inputs(inputs, input);
      network.forward(pass, inputs);
      parameters(pass, parameters);
    }
  }

  @Override
  public PolicyState newState(int rows, RandomGenerator random) {
    return new State(rows, network.pass(1, rows), random);
  }

  @Override
  public void act(PolicyInput input, PolicyState state, boolean deterministic, ActionBatch out) {
    State own = (State) state;
    own.forward(input);
    if (deterministic) {
      own.distribution.mode(own.parameters, own.rows(), out);
    } else {
      own.distribution.sample(
          own.parameters, own.rows(), own.random(), out, own.discardedLogProbabilities);
    }
  }

  @Override
  public void act(
      PolicyInput input,
      PolicyState state,
      ActionBatch actions,
      float[] logProbabilities,
      float[] values) {
    State own = (State) state;
    own.forward(input);
    own.distribution.sample(own.parameters, own.rows(), own.random(), actions, logProbabilities);
    System.arraycopy(own.pass.output(valueHead), 0, values, 0, own.rows());
  }

  @Override
  public void logProbabilities(
      PolicyInput input, PolicyState state, ActionBatch actions, float[] out) {
    State own = (State) state;
    own.forward(input);
    own.distribution.evaluate(own.parameters, actions, own.rows(), out, own.discardedEntropies);
  }

  @Override
  public void values(PolicyInput input, PolicyState state, float[] out) {
    State own = (State) state;
    own.bootstrapInputs = own.inputs(own.bootstrapInputs, input);
    float[] memory = own.memory();
    System.arraycopy(memory, 0, own.bootstrap.state(), 0, memory.length);
    network.forward(own.bootstrap, own.bootstrapInputs);
    System.arraycopy(own.bootstrap.output(valueHead), 0, out, 0, own.rows());
  }
}
