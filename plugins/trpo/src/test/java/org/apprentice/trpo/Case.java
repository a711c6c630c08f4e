package org.apprentice.trpo;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apprentice.networks.MlpConfig;
import org.apprentice.networks.MlpPlugin;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;
import org.apprentice.testkit.components.ElmanConfig;
import org.apprentice.testkit.components.TestkitPlugin;

/**
 * A small policy with random weights, a rollout of random content, and both in double precision.
 */
final class Case {
  static final int LENGTH = 6;
  static final int COPIES = 2;
  static final int ROWS = LENGTH * COPIES;
  private static final int INPUTS = 2;
  private static final int HIDDEN = 3;

  /** What a policy may be like. */
  enum Kind {
    CATEGORICAL(true, false, false),
    MASKED(true, false, true),
    GAUSSIAN(false, false, false),
    RECURRENT_CATEGORICAL(true, true, true),
    RECURRENT_GAUSSIAN(false, true, false);

    final boolean discrete;
    final boolean recurrent;
    final boolean masked;

    Kind(boolean discrete, boolean recurrent, boolean masked) {
      this.discrete = discrete;
      this.recurrent = recurrent;
      this.masked = masked;
    }
  }

  private final Random random = new Random(29);
  private final Kind kind;
  final NetworkActorCritic policy;
  final Rollout rollout;
  final ReferencePolicy reference;

  Case(Kind kind) {
    this.kind = kind;
    ActionSpace actions =
        kind.discrete
            ? new ActionSpace.Discrete(3)
            : new ActionSpace.Continuous(new float[2], new float[2]);
    EnvironmentSpec spec = new EnvironmentSpec(BoxSpace.unbounded(INPUTS), actions);
    NetworkFactory networks =
        kind.recurrent
            ? head -> TestkitPlugin.ELMAN.create(new ElmanConfig(HIDDEN), head)
            : head -> new MlpPlugin().create(MlpConfig.tanh(HIDDEN), head);
    policy =
        NetworkActorCritic.create(
            networks,
            spec,
            new NetworkActorCritic.Settings(NetworkActorCritic.Critic.SEPARATE, 1, -0.3, false),
            3,
            1);
    float[] parameters = policy.network().parameters();
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] += 0.5f * (float) random.nextGaussian();
    }
    policy.network().parametersChanged();
    rollout = Rollout.allocate(spec, LENGTH, COPIES, policy.network().stateWidth(), kind.masked);
    reference =
        new ReferencePolicy(new int[] {HIDDEN}, kind.recurrent, actions.width(), kind.discrete);
    fill();
  }

  private void fill() {
    gaussian(((ObservationBatch.Float32) rollout.observations()).values());
    gaussian(rollout.memories());
    gaussian(rollout.logProbabilities());
    for (int row = 0; row < ROWS; row++) {
      rollout.episodeStarts()[row] = random.nextInt(4) == 0;
      rollout.logProbabilities()[row] = rollout.logProbabilities()[row] * 0.3f - 1;
      int allowed = random.nextInt(3);
      for (int action = 0; kind.masked && action < 3; action++) {
        rollout.actionMasks()[row * 3 + action] = action == allowed || random.nextBoolean();
      }
      if (rollout.actions() instanceof ActionBatch.Discrete discrete) {
        discrete.values()[row] = allowed;
      }
    }
    if (rollout.actions() instanceof ActionBatch.Continuous continuous) {
      gaussian(continuous.values());
    }
  }

  private void gaussian(float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) random.nextGaussian();
    }
  }

  /** Estimates of advantages, {@code [ROWS]}. */
  float[] advantages() {
    float[] advantages = new float[ROWS];
    gaussian(advantages);
    return advantages;
  }

  /** A random vector as long as the actor's parameters. */
  float[] direction() {
    float[] direction = new float[policy.policyParameters().length()];
    gaussian(direction);
    return direction;
  }

  /** The actor's parameters. */
  double[] parameters() {
    float[] all = policy.network().parameters();
    return IntStream.range(policy.policyParameters().from(), policy.policyParameters().to())
        .mapToDouble(i -> all[i])
        .toArray();
  }

  /** Steps of a sequence but for the last ones, which are {@code LENGTH % length} steps long. */
  int sequenceLength(TrpoConfig config) {
    return kind.recurrent ? Math.min(config.sequenceLength(), LENGTH) : 1;
  }

  /** The rollout's rows of each sequence, every so many-th one of them. */
  List<int[]> sequenceRows(TrpoConfig config, int every) {
    int length = sequenceLength(config);
    List<int[]> sequences = new ArrayList<>();
    int index = 0;
    for (int start = 0; start < LENGTH; start += length) {
      for (int copy = 0; copy < COPIES; copy++) {
        if (index++ % every == 0) {
          int column = copy;
          sequences.add(
              IntStream.range(start, Math.min(start + length, LENGTH))
                  .map(step -> step * COPIES + column)
                  .toArray());
        }
      }
    }
    return sequences;
  }

  ReferencePolicy.Sequence[] sequences(TrpoConfig config, int every) {
    return sequenceRows(config, every).stream()
        .map(this::sequence)
        .toArray(ReferencePolicy.Sequence[]::new);
  }

  private ReferencePolicy.Sequence sequence(int[] rows) {
    double[][] observations = new double[rows.length][INPUTS];
    boolean[] resets = new boolean[rows.length];
    boolean[][] masks = new boolean[rows.length][3];
    for (int step = 0; step < rows.length; step++) {
      resets[step] = rollout.episodeStarts()[rows[step]];
      for (int i = 0; i < INPUTS; i++) {
        observations[step][i] =
            ((ObservationBatch.Float32) rollout.observations()).values()[rows[step] * INPUTS + i];
      }
      for (int action = 0; kind.masked && action < 3; action++) {
        masks[step][action] = rollout.actionMasks()[rows[step] * 3 + action];
      }
    }
    // the critic's memory comes first
    int width = policy.network().stateWidth();
    double[] memory = new double[width - policy.valueStateWidth()];
    for (int i = 0; i < memory.length; i++) {
      memory[i] = rollout.memories()[rows[0] * width + policy.valueStateWidth() + i];
    }
    return new ReferencePolicy.Sequence(observations, resets, memory, kind.masked ? masks : null);
  }
}
