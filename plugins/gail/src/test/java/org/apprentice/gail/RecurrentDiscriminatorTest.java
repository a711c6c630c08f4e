package org.apprentice.gail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apprentice.networks.MlpConfig;
import org.apprentice.networks.MlpPlugin;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.Corruption;
import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.rl.imitation.DiscriminatorLoss;
import org.apprentice.rl.imitation.Experience;
import org.apprentice.rl.imitation.ExpertDemonstrations;
import org.apprentice.rl.imitation.Pretraining;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Choice;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.apprentice.spi.Rollout;
import org.apprentice.testkit.components.ElmanConfig;
import org.apprentice.testkit.components.TestkitPlugin;
import org.junit.jupiter.api.Test;

class RecurrentDiscriminatorTest {
  private static final DemonstrationSource SOURCE =
      new DemonstrationSource(
          Optional.empty(), Optional.of(Path.of("expert.npz")), 1, 1, true, Corruption.NONE);
  private static final int WIDTH = 2;
  private static final int LENGTH = 10;
  private static final int COPIES = 3;
  private static final EnvironmentSpec SPACES =
      new EnvironmentSpec(BoxSpace.unbounded(WIDTH), new ActionSpace.Discrete(2));

  private final Random random = new Random(5);

  private static Choice<NetworkPlugin<?>> elman() {
    return new Choice<>(TestkitPlugin.ELMAN, new ElmanConfig(6));
  }

  private static GailConfig config(
      Choice<NetworkPlugin<?>> network, int updates, Integer batchSize, int sequenceLength) {
    return new GailConfig(
        null,
        new GailConfig.DiscriminatorConfig(
            network,
            Crop.NONE,
            false,
            0,
            1e-2,
            1e-8,
            updates,
            Optional.ofNullable(batchSize),
            sequenceLength,
            false,
            0,
            0),
        ImitationReward.LOGIT,
        Optional.empty(),
        Optional.empty(),
        1,
        new Pretraining(0, 1, 1, 1, 0),
        SOURCE);
  }

  private static GailDiscriminator discriminator(GailConfig config, Demonstrations expert) {
    return new GailDiscriminator(
        config,
        SPACES,
        new ExpertDemonstrations(SOURCE, expert),
        new GailDiscriminator.Rollouts(LENGTH, COPIES, 0.9),
        1,
        new RandomStreams(1));
  }

  private Demonstrations expert(int... lengths) {
    int rows = IntStream.of(lengths).sum();
    ObservationBatch.Float32 observations =
        new ObservationBatch.Float32(new float[rows * WIDTH], rows, WIDTH);
    fill(observations);
    return Demonstrations.of(
        new int[] {WIDTH},
        observations,
        new ActionBatch.Discrete(random.ints(rows, 0, 2).toArray()),
        new float[rows],
        lengths,
        new double[lengths.length]);
  }

  private void fill(ObservationBatch observations) {
    float[] values = ((ObservationBatch.Float32) observations).values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  private Rollout rollout(boolean begins) {
    Rollout rollout = Rollout.allocate(SPACES, LENGTH, COPIES, 0, false);
    fill(rollout.observations());
    for (int row = 0; row < rollout.rows(); row++) {
      ((ActionBatch.Discrete) rollout.actions()).values()[row] = random.nextInt(2);
      rollout.episodeStarts()[row] = (begins && row < COPIES) || random.nextInt(6) == 0;
    }
    return rollout;
  }

  /** Logits of one row after the other, each copy on its own. */
  private static final class StepByStep {
    private final Network network;
    private final Pass pass;
    private final float[] encoded = new float[2];
    private final ActionBatch.Discrete action = new ActionBatch.Discrete(new int[1]);
    private final ObservationBatch observation =
        ObservationBatch.allocate(SPACES.observationSpace(), 1);

    StepByStep(Network network) {
      this.network = network;
      pass = network.pass(1, 1);
    }

    double logit(ObservationBatch observations, ActionBatch actions, int row, boolean starts) {
      observations.copyTo(row, observation, 0, 1);
      actions.copyTo(row, action, 0, 1);
      action.encode(encoded, 2);
      network.forward(pass, new Inputs(observation, encoded, new boolean[] {starts}, 1, 1));
      return pass.output(0)[0];
    }
  }

  private static double[] logits(StepByStep[] copies, Rollout rollout) {
    double[] logits = new double[rollout.rows()];
    for (int row = 0; row < logits.length; row++) {
      logits[row] =
          copies[row % COPIES].logit(
              rollout.observations(), rollout.actions(), row, rollout.episodeStarts()[row]);
    }
    return logits;
  }

  private static StepByStep[] copies(Network network) {
    return IntStream.range(0, COPIES)
        .mapToObj(copy -> new StepByStep(network))
        .toArray(StepByStep[]::new);
  }

  @Test
  void rewardsFollowTheEpisodesFromRolloutToRollout() {
    for (int sequenceLength : new int[] {1, 4, 50}) {
      GailDiscriminator discriminator =
          discriminator(config(elman(), 1, 8, sequenceLength), expert(6, 9));
      StepByStep[] copies = copies(discriminator.network());
      for (int i = 0; i < 3; i++) {
        Rollout rollout = rollout(i == 0);
        double[] expected = logits(copies, rollout);

        discriminator.relabel(new Experience(rollout, null));

        for (int row = 0; row < expected.length; row++) {
          assertThat((double) rollout.rewards()[row]).isCloseTo(expected[row], within(1e-5));
        }
      }
    }
  }

  @Test
  void theLossIsThatOfEveryEpisodeStepByStepHoweverItIsCut() {
    Demonstrations expert = expert(6, 1, 9, 4);
    Rollout before = rollout(true);
    Rollout rollout = rollout(false);
    for (int sequenceLength : new int[] {1, 4, 7, 50}) {
      GailDiscriminator discriminator =
          discriminator(config(elman(), 1, null, sequenceLength), expert);
      StepByStep[] copies = copies(discriminator.network());
      logits(copies, before);
      discriminator.relabel(new Experience(before, null));
      double expected = loss(discriminator.network(), expert, logits(copies, rollout));

      Map<String, Double> metrics = new HashMap<>();
      discriminator.train(new Experience(rollout, null), metrics);

      assertThat(metrics.get("discriminator/loss")).isCloseTo(expected, within(1e-5));
    }
  }

  private static double loss(Network network, Demonstrations expert, double[] ofPolicy) {
    ObservationBatch observations = expert.allocateObservations(expert.rows());
    ActionBatch actions = expert.allocateActions(expert.rows());
    expert.copy(0, expert.rows(), observations, actions);
    double loss = 0;
    StepByStep walk = new StepByStep(network);
    for (int episode = 0; episode < expert.episodes(); episode++) {
      for (int step = 0; step < expert.length(episode); step++) {
        int row = expert.firstRow(episode) + step;
        double logit = walk.logit(observations, actions, row, step == 0);
        loss += DiscriminatorLoss.softplus(-logit) / expert.rows();
      }
    }
    for (double logit : ofPolicy) {
      loss += DiscriminatorLoss.softplus(logit) / ofPolicy.length;
    }
    return loss;
  }

  @Test
  void gradientThroughWholeEpisodesIsThatOfFiniteDifferences() {
    Demonstrations expert = expert(6, 1, 9, 4);
    Rollout rollout = rollout(true);
    GailDiscriminator discriminator = discriminator(config(elman(), 1, null, 50), expert);
    Network network = discriminator.network();
    discriminator.drawExperts();
    discriminator.selectBatch(rollout, 0);
    float[] gradient = discriminator.gradient().clone();

    float[] parameters = network.parameters();
    for (int i = 0; i < parameters.length; i++) {
      float value = parameters[i];
      parameters[i] = value + 1e-2f;
      double high = loss(network, expert, logits(copies(network), rollout));
      parameters[i] = value - 1e-2f;
      double low = loss(network, expert, logits(copies(network), rollout));
      parameters[i] = value;
      assertThat((double) gradient[i])
          .as("parameter %d", i)
          .isCloseTo((high - low) / 2e-2, within(5e-4));
    }
  }

  /** The cue is seen at the first step only; the expert always does what it says. */
  @Test
  void memoryTellsWhatSingleTransitionsDoNot() {
    int episodes = 30;
    float[] observations = new float[episodes * LENGTH * WIDTH];
    int[] actions = new int[episodes * LENGTH];
    for (int row = 0; row < actions.length; row++) {
      boolean first = row % LENGTH == 0;
      actions[row] = first ? random.nextInt(2) : actions[row - 1];
      observations[row * WIDTH] = first ? 2 * actions[row] - 1 : 0;
    }
    int[] lengths = new int[episodes];
    Arrays.fill(lengths, LENGTH);
    Demonstrations expert =
        Demonstrations.of(
            new int[] {WIDTH},
            new ObservationBatch.Float32(observations, actions.length, WIDTH),
            new ActionBatch.Discrete(actions),
            new float[actions.length],
            lengths,
            new double[episodes]);

    assertThat(accuracy(elman(), expert)).isGreaterThan(0.95);
    assertThat(accuracy(new Choice<>(new MlpPlugin(), MlpConfig.tanh(8)), expert)).isLessThan(0.75);
  }

  /** Against a policy that does the opposite. */
  private double accuracy(Choice<NetworkPlugin<?>> network, Demonstrations expert) {
    GailDiscriminator discriminator = discriminator(config(network, 5, 60, 5), expert);
    Map<String, Double> metrics = new HashMap<>();
    for (int round = 0; round < 80; round++) {
      Rollout rollout = Rollout.allocate(SPACES, LENGTH, COPIES, 0, false);
      for (int copy = 0; copy < COPIES; copy++) {
        int action = random.nextInt(2);
        rollout.episodeStarts()[copy] = true;
        ((ObservationBatch.Float32) rollout.observations()).values()[copy * WIDTH] = 1 - 2 * action;
        for (int row = copy; row < rollout.rows(); row += COPIES) {
          ((ActionBatch.Discrete) rollout.actions()).values()[row] = action;
        }
      }
      discriminator.train(new Experience(rollout, null), metrics);
      discriminator.relabel(new Experience(rollout, null));
    }
    return (metrics.get("discriminator/accuracy-expert")
            + metrics.get("discriminator/accuracy-generator"))
        / 2;
  }

  @Test
  void theMemoryOfTheCopiesIsRestored() throws IOException {
    Demonstrations expert = expert(6, 9);
    GailDiscriminator whole = discriminator(config(elman(), 2, 8, 4), expert);
    Rollout first = rollout(true);
    Rollout second = rollout(false);
    whole.train(new Experience(first, null), new HashMap<>());
    whole.relabel(new Experience(first, null));
    ByteArrayOutputStream state = new ByteArrayOutputStream();
    whole.save(new DataOutputStream(state));
    whole.relabel(new Experience(second, null));
    float[] expected = second.rewards().clone();

    GailDiscriminator resumed = discriminator(config(elman(), 2, 8, 4), expert);
    resumed.restore(new DataInputStream(new ByteArrayInputStream(state.toByteArray())));
    resumed.relabel(new Experience(second, null));

    assertThat(second.rewards()).isEqualTo(expected);
  }
}
