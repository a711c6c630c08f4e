package org.apprentice.rl;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import org.apprentice.nn.HeadNetworks;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.ActorCritic;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Explanation;
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

  /** Parameters of a separate critic, which are the first; 0 without. */
  private final int criticParameters;

  /** Width of what a separate critic carries. */
  private final int criticStateWidth;

  private final Exploration exploration;

  /** Null without. */
  private final StateDependentNoise noise;

  private final Optional<ObservationNormalizer> normalizer;

  private NetworkActorCritic(
      EnvironmentSpec environment,
      Settings settings,
      Network network,
      StateDependentNoise noise,
      int criticParameters,
      int criticStateWidth) {
    this.environment = environment;
    this.network = network;
    this.noise = noise;
    this.criticParameters = criticParameters;
    this.criticStateWidth = criticStateWidth;
    exploration = settings.exploration();
    List<String> names = network.spec().heads().stream().map(NetworkSpec.Head::name).toList();
    valueHead = names.indexOf("value");
    distributionHeads =
        environment.actionSpace() instanceof ActionSpace.Continuous
            ? new int[] {names.indexOf("policy"), names.indexOf("log-std")}
            : new int[] {names.indexOf("policy")};
    ObservationBatch probe = ObservationBatch.allocate(environment.observationSpace(), 1);
    normalizer =
        settings.normalizeObservations() && probe instanceof ObservationBatch.Float32
            ? Optional.of(new ObservationNormalizer(probe.width(), settings.observationLimit()))
            : Optional.empty();
  }

  /** Which estimate of values comes with the actor. */
  public enum Critic {
    NONE,
    /** In the actor's network, which may share a torso with it. */
    JOINT,
    /**
     * A network of its own: {@link #valueParameters()} and {@link #policyParameters()} are
     * disjoint, whatever the network plugin shares between heads.
     */
    SEPARATE
  }

  /**
   * What an actor (and critic) looks like besides its network.
   *
   * @param policyGain orthogonal gain of the policy head (0.01 for PPO)
   * @param exploration of continuous actions
   * @param normalizeObservations whether real observations are normalised by running moments;
   *     images never are
   * @param observationLimit what normalised observations are clipped to, on both sides
   */
  public record Settings(
      Critic critic,
      double policyGain,
      Exploration exploration,
      boolean normalizeObservations,
      double observationLimit) {
    /**
     * @param initialLogStd state-independent log standard deviation at the start, for continuous
     *     actions
     */
    public Settings(
        Critic critic, double policyGain, double initialLogStd, boolean normalizeObservations) {
      this(critic, policyGain, Exploration.independent(initialLogStd), normalizeObservations, 10);
    }

    /**
     * @param critic whether there is a value head
     */
    public Settings(
        boolean critic, double policyGain, double initialLogStd, boolean normalizeObservations) {
      this(critic ? Critic.JOINT : Critic.NONE, policyGain, initialLogStd, normalizeObservations);
    }
  }

  public static NetworkActorCritic create(
      NetworkFactory networks,
      EnvironmentSpec environment,
      Settings settings,
      long seed,
      int threads) {
    boolean continuous = environment.actionSpace() instanceof ActionSpace.Continuous;
    Exploration.LogStd logStd = settings.exploration().logStd();
    int width = environment.actionSpace().width();
    boolean doubled = continuous && logStd == Exploration.LogStd.STATE_DEPENDENT;
    NetworkSpec.Head policy =
        new NetworkSpec.Head("policy", doubled ? 2 * width : width, settings.policyGain());
    NetworkSpec.Head value = new NetworkSpec.Head("value", 1, 1);
    // a separate critic stands first, so that all of the policy is one range at the end
    List<NetworkSpec.Head> heads =
        switch (settings.critic()) {
          case NONE -> List.of(policy);
          case JOINT -> List.of(policy, value);
          case SEPARATE -> List.of(value, policy);
        };
    NetworkSpec spec = new NetworkSpec(environment.observationSpace(), 0, heads, seed, threads);
    Network network;
    int criticParameters = 0;
    int criticStateWidth = 0;
    if (settings.critic() == Critic.SEPARATE) {
      HeadNetworks pair = new HeadNetworks(spec, List.of(networks, networks));
      criticParameters = pair.offset(1);
      criticStateWidth = pair.stateWidth(0);
      network = pair;
    } else {
      network = networks.create(spec);
    }
    StateDependentNoise noise = null;
    if (continuous) {
      float initial = (float) settings.exploration().initialLogStd();
      int head = heads.indexOf(policy);
      switch (logStd) {
        case INDEPENDENT ->
            network =
                new ExtraHeadNetwork(network, new ExtraHead.Constant("log-std", width, initial));
        case STATE_DEPENDENT -> network = new SplitHeadNetwork(network, head, "log-std", initial);
        case GSDE -> {
          noise = new StateDependentNoise(network, head, width, initial);
          network = new ExtraHeadNetwork(network, noise);
        }
      }
    }
    return new NetworkActorCritic(
        environment, settings, network, noise, criticParameters, criticStateWidth);
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

  /** Part of the flat vector of parameters: from (inclusive) to (exclusive). */
  public record Range(int from, int to) {
    public int length() {
      return to - from;
    }
  }

  /**
   * The actor's parameters, those of its action distribution included.
   *
   * @throws IllegalStateException where actor and critic may share parameters ({@link
   *     Critic#JOINT})
   */
  public Range policyParameters() {
    requireDisjoint();
    return new Range(criticParameters, network.parameters().length);
  }

  /**
   * The critic's parameters; an empty range without a critic.
   *
   * @throws IllegalStateException where actor and critic may share parameters ({@link
   *     Critic#JOINT})
   */
  public Range valueParameters() {
    requireDisjoint();
    return new Range(0, criticParameters);
  }

  /**
   * Width of what the critic carries from step to step; 0 where it is feed-forward.
   *
   * @throws IllegalStateException where actor and critic may share it ({@link Critic#JOINT})
   */
  public int valueStateWidth() {
    requireDisjoint();
    return criticStateWidth;
  }

  private void requireDisjoint() {
    if (valueHead >= 0 && criticParameters == 0) {
      throw new IllegalStateException("actor and critic are one network and may share parameters");
    }
  }

  public Optional<ObservationNormalizer> normalizer() {
    return normalizer;
  }

  /** A distribution of its own buffers for this policy's actions. */
  public ActionDistribution distribution(int maxRows) {
    return ActionDistribution.of(environment.actionSpace(), exploration.actions(), maxRows);
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

    /** Null where noise is drawn anew in each step. */
    private final StateDependentNoise.Held held;

    private Inputs inputs;
    private Inputs bootstrapInputs;

    /** Of the last step; null where everything was possible. */
    private boolean[] actionMask;

    State(int rows, Pass pass, RandomGenerator random) {
      super(rows, pass.state(), random);
      this.pass = pass;
      bootstrap = network.pass(1, rows);
      distribution = distribution(rows);
      parameters = new float[distributionHeads.length][];
      normalized = ObservationBatch.allocate(environment.observationSpace(), rows);
      discardedLogProbabilities = new float[rows];
      discardedEntropies = new float[rows];
      held = noise == null ? null : noise.hold(rows, exploration.noiseSteps());
    }

    @Override
    public void save(DataOutput out) throws IOException {
      if (held != null) {
        held.save(out);
      }
    }

    @Override
    public void restore(DataInput in) throws IOException {
      if (held != null) {
        held.restore(in);
      }
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
      actionMask = input.actionMask();
      network.forward(pass, inputs);
      parameters(pass, parameters);
    }

    @Override
    public Explanation explain(int row) {
      float[] probabilities =
          distribution instanceof Categorical categorical
              ? categorical.probabilities(parameters, actionMask, row)
              : new float[0];
      return new Explanation(
          probabilities,
          valueHead < 0 ? OptionalDouble.empty() : OptionalDouble.of(pass.output(valueHead)[row]));
    }

    private void sample(PolicyInput input, ActionBatch actions, float[] logProbabilities) {
      if (held != null) {
        GaussianActions gaussian = (GaussianActions) distribution;
        held.next(pass, random(), gaussian.normals());
        gaussian.place(parameters, gaussian.normals(), rows(), actions, logProbabilities);
      } else {
        distribution.sample(
            parameters, input.actionMask(), rows(), random(), actions, logProbabilities);
      }
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
      own.distribution.mode(own.parameters, input.actionMask(), own.rows(), out);
    } else {
      own.sample(input, out, own.discardedLogProbabilities);
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
    own.sample(input, actions, logProbabilities);
    System.arraycopy(own.pass.output(valueHead), 0, values, 0, own.rows());
  }

  @Override
  public void logProbabilities(
      PolicyInput input, PolicyState state, ActionBatch actions, float[] out) {
    State own = (State) state;
    own.forward(input);
    own.distribution.evaluate(
        own.parameters, input.actionMask(), actions, own.rows(), out, own.discardedEntropies);
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
