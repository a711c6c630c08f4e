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
import org.apprentice.networks.MlpConfig;
import org.apprentice.networks.MlpPlugin;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.Corruption;
import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.apprentice.rl.demonstrations.Demonstrations;
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
import org.junit.jupiter.api.Test;

class GailDiscriminatorTest {
  private static final DemonstrationSource SOURCE =
      new DemonstrationSource(
          Optional.empty(), Optional.of(Path.of("expert.npz")), 1, 1, true, Corruption.NONE);
  private static final int WIDTH = 3;
  private static final EnvironmentSpec DISCRETE =
      new EnvironmentSpec(BoxSpace.unbounded(WIDTH), new ActionSpace.Discrete(2));
  private static final EnvironmentSpec CONTINUOUS =
      new EnvironmentSpec(
          BoxSpace.unbounded(WIDTH),
          new ActionSpace.Continuous(new float[] {-1, -1}, new float[] {1, 1}));

  private static GailConfig config(int updates, int batchSize, boolean normalize, double entropy) {
    return config(
        new Choice<>(new MlpPlugin(), MlpConfig.tanh(8)),
        updates,
        Optional.of(batchSize),
        1,
        normalize,
        entropy,
        ImitationReward.LOGIT);
  }

  private static GailConfig config(
      Choice<NetworkPlugin<?>> network,
      int updates,
      Optional<Integer> batchSize,
      int sequenceLength,
      boolean normalize,
      double entropy,
      ImitationReward reward) {
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
            batchSize,
            sequenceLength,
            normalize,
            0,
            entropy),
        reward,
        Optional.empty(),
        Optional.empty(),
        1,
        new Pretraining(0, 1, 1, 1, 0),
        SOURCE);
  }

  private static GailDiscriminator discriminator(
      GailConfig config, EnvironmentSpec environment, Demonstrations expert, Rollout like) {
    return new GailDiscriminator(
        config,
        environment,
        new ExpertDemonstrations(SOURCE, expert),
        new GailDiscriminator.Rollouts(like.length(), like.copies(), 0.9),
        1,
        new RandomStreams(1));
  }

  private static Experience of(Rollout rollout) {
    return new Experience(rollout, null);
  }

  private static Map<String, Double> train(GailDiscriminator discriminator, Rollout rollout) {
    Map<String, Double> metrics = new HashMap<>();
    discriminator.train(of(rollout), metrics);
    return metrics;
  }

  private static ObservationBatch.Float32 normal(int rows, double mean, Random random) {
    float[] values = new float[rows * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + random.nextGaussian());
    }
    return new ObservationBatch.Float32(values, rows, WIDTH);
  }

  private static Demonstrations expert(
      ObservationBatch observations, ActionBatch actions, int rows) {
    return Demonstrations.of(
        new int[] {WIDTH}, observations, actions, new float[rows], new int[] {rows}, new double[1]);
  }

  private static Demonstrations expert(EnvironmentSpec environment, int rows, double mean) {
    Random random = new Random(3);
    ActionBatch actions = ActionBatch.allocate(environment.actionSpace(), rows);
    if (actions instanceof ActionBatch.Discrete discrete) {
      Arrays.setAll(discrete.values(), i -> random.nextInt(2));
    } else if (actions instanceof ActionBatch.Continuous continuous) {
      for (int i = 0; i < continuous.values().length; i++) {
        continuous.values()[i] = (float) random.nextGaussian();
      }
    }
    return expert(normal(rows, mean, random), actions, rows);
  }

  private static Rollout rollout(EnvironmentSpec environment, int rows, double mean) {
    Rollout rollout = Rollout.allocate(environment, rows, 1, 0, false);
    Demonstrations same = expert(environment, rows, mean);
    same.copy(0, rows, rollout.observations(), rollout.actions());
    return rollout;
  }

  @Test
  void discreteGradientIsThatOfFiniteDifferences() {
    checkGradient(DISCRETE);
  }

  @Test
  void continuousGradientIsThatOfFiniteDifferences() {
    checkGradient(CONTINUOUS);
  }

  private static void checkGradient(EnvironmentSpec environment) {
    int half = 12;
    GailConfig config = config(1, half, false, 0.4);
    Demonstrations expert = expert(environment, half, 0.5);
    Rollout rollout = rollout(environment, half, -0.5);
    GailDiscriminator discriminator = discriminator(config, environment, expert, rollout);

    discriminator.drawExperts();
    discriminator.selectBatch(rollout, 0);
    float[] gradient = discriminator.gradient().clone();

    float[] parameters = discriminator.network().parameters();
    for (int i = 0; i < parameters.length; i++) {
      float value = parameters[i];
      float step = 1e-2f;
      double high = lossAt(discriminator.network(), i, value + step, expert, rollout, 0.4);
      double low = lossAt(discriminator.network(), i, value - step, expert, rollout, 0.4);
      lossAt(discriminator.network(), i, value, expert, rollout, 0.4);
      assertThat((double) gradient[i])
          .as("parameter %d", i)
          .isCloseTo((high - low) / (2 * step), within(5e-4));
    }
  }

  /** The loss as written in the papers: by probabilities, not by logits. */
  private static double lossAt(
      Network network,
      int parameter,
      float value,
      Demonstrations expert,
      Rollout rollout,
      double entropyWeight) {
    network.parameters()[parameter] = value;
    network.parametersChanged();
    int rows = expert.rows();
    ObservationBatch observations = expert.allocateObservations(rows);
    ActionBatch actions = expert.allocateActions(rows);
    expert.copy(0, rows, observations, actions);
    double[] ofExpert = judge(network, observations, actions);
    double[] ofPolicy = judge(network, rollout.observations(), rollout.actions());
    double loss = 0;
    for (int i = 0; i < rows; i++) {
      loss -= (Math.log(ofExpert[i]) + Math.log(1 - ofPolicy[i])) / rows;
      loss -= entropyWeight * (entropy(ofExpert[i]) + entropy(ofPolicy[i])) / (2 * rows);
    }
    return loss;
  }

  private static double entropy(double d) {
    return -d * Math.log(d) - (1 - d) * Math.log(1 - d);
  }

  private static double[] judge(
      Network network, ObservationBatch observations, ActionBatch actions) {
    int rows = observations.rows();
    Pass pass = network.pass(1, rows);
    float[] encoded = new float[rows * 2];
    ActionSpace space =
        actions instanceof ActionBatch.Discrete ? DISCRETE.actionSpace() : CONTINUOUS.actionSpace();
    space.encodeExecuted(actions, encoded);
    network.forward(pass, new Inputs(observations, encoded, null, 1, rows));
    double[] probabilities = new double[rows];
    Arrays.setAll(probabilities, i -> 1 / (1 + Math.exp(-pass.output(0)[i])));
    return probabilities;
  }

  @Test
  void actionsBeyondTheBoundsAreJudgedAsWhatTheEnvironmentDoes() {
    int rows = 12;
    Demonstrations expert = expert(CONTINUOUS, rows, 0.5);
    Rollout within = rollout(CONTINUOUS, rows, -0.5);
    Rollout beyond = rollout(CONTINUOUS, rows, -0.5);
    float[] inside = ((ActionBatch.Continuous) within.actions()).values();
    float[] outside = ((ActionBatch.Continuous) beyond.actions()).values();
    for (int i = 0; i < inside.length; i++) {
      inside[i] = i % 2 == 0 ? 1 : -1;
      outside[i] = 7 * inside[i];
    }
    GailDiscriminator discriminator =
        discriminator(config(1, rows, false, 0), CONTINUOUS, expert, within);

    discriminator.relabel(of(within));
    discriminator.relabel(of(beyond));

    assertThat(beyond.rewards()).isEqualTo(within.rewards()).doesNotContain(0f);
  }

  @Test
  void metricsAreThoseOfTheLossWrittenByProbabilities() {
    int half = 12;
    Demonstrations expert = expert(DISCRETE, half, 0.5);
    Rollout rollout = rollout(DISCRETE, half, -0.5);
    GailDiscriminator discriminator =
        discriminator(config(1, half, false, 0.4), DISCRETE, expert, rollout);
    double expected =
        lossAt(
            discriminator.network(),
            0,
            discriminator.network().parameters()[0],
            expert,
            rollout,
            0.4);

    Map<String, Double> metrics = train(discriminator, rollout);

    assertThat(metrics.get("discriminator/loss")).isCloseTo(expected, within(1e-5));
  }

  @Test
  void learnsToTellThemApartAndIsHighForTheExpert() {
    Rollout policyLike = rollout(DISCRETE, 100, -2);
    GailDiscriminator discriminator =
        discriminator(config(60, 64, true, 1e-3), DISCRETE, expert(DISCRETE, 200, 2), policyLike);

    Map<String, Double> before = train(discriminator, policyLike);
    Map<String, Double> after = train(discriminator, policyLike);

    assertThat(after.get("discriminator/loss")).isLessThan(before.get("discriminator/loss"));
    assertThat(after.get("discriminator/accuracy-expert")).isGreaterThan(0.95);
    assertThat(after.get("discriminator/accuracy-generator")).isGreaterThan(0.95);
    assertThat(after.get("discriminator/entropy")).isBetween(0.0, Math.log(2));

    Rollout expertLike = rollout(DISCRETE, 100, 2);
    discriminator.relabel(of(policyLike));
    discriminator.relabel(of(expertLike));
    assertThat(mean(policyLike.rewards())).isNegative();
    assertThat(mean(expertLike.rewards())).isPositive();
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  @Test
  void actionsAloneTellThemApart() {
    int rows = 64;
    ObservationBatch.Float32 same =
        new ObservationBatch.Float32(new float[rows * WIDTH], rows, WIDTH);
    int[] ones = new int[rows];
    Arrays.fill(ones, 1);
    Demonstrations expert = expert(same, new ActionBatch.Discrete(ones), rows);
    Rollout rollout = Rollout.allocate(DISCRETE, rows, 1, 0, false);
    GailDiscriminator discriminator =
        discriminator(config(50, rows, true, 0), DISCRETE, expert, rollout);

    train(discriminator, rollout);
    Arrays.fill(((ActionBatch.Discrete) rollout.actions()).values(), 0, rows / 2, 1);
    discriminator.relabel(of(rollout));

    assertThat(rollout.rewards()[0]).isGreaterThan(1);
    assertThat(rollout.rewards()[rows - 1]).isLessThan(-1);
  }

  @Test
  void relabellingTouchesRewardsOnlyAndAllOfThem() {
    for (int batchSize : new int[] {1, 7, 10, 64}) {
      Demonstrations expert = expert(DISCRETE, 40, 1);
      Rollout rollout = rollout(DISCRETE, 33, 0);
      GailDiscriminator discriminator =
          discriminator(config(3, batchSize, true, 0), DISCRETE, expert, rollout);
      train(discriminator, rollout);
      Arrays.fill(rollout.rewards(), Float.NaN);
      float[] observations = ((ObservationBatch.Float32) rollout.observations()).values().clone();

      discriminator.relabel(of(rollout));

      assertThat(rollout.rewards()).doesNotContain(Float.NaN);
      assertThat(((ObservationBatch.Float32) rollout.observations()).values())
          .isEqualTo(observations);
      float[] rewards = rollout.rewards().clone();
      discriminator.relabel(of(rollout));
      assertThat(rollout.rewards()).isEqualTo(rewards);
    }
  }

  @Test
  void rewardsAreThoseOfTheNetworksLogits() {
    Demonstrations expert = expert(DISCRETE, 40, 1);
    for (ImitationReward reward : ImitationReward.values()) {
      Rollout rollout = rollout(DISCRETE, 20, 0);
      GailConfig config =
          config(
              new Choice<>(new MlpPlugin(), MlpConfig.tanh(8)),
              3,
              Optional.of(8),
              1,
              false,
              0,
              reward);
      GailDiscriminator discriminator = discriminator(config, DISCRETE, expert, rollout);
      train(discriminator, rollout);
      double[] d = judge(discriminator.network(), rollout.observations(), rollout.actions());

      discriminator.relabel(of(rollout));

      for (int i = 0; i < d.length; i++) {
        double expected =
            switch (reward) {
              case LOG_D -> Math.log(d[i]);
              case NEG_LOG_ONE_MINUS_D -> -Math.log(1 - d[i]);
              case LOGIT -> Math.log(d[i] / (1 - d[i]));
              case CONSTANT -> 1;
              case NEGATIVE_CONSTANT -> -1;
            };
        assertThat((double) rollout.rewards()[i]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void withoutABatchSizeAGradientStepSeesEverything() {
    Demonstrations expert = expert(DISCRETE, 40, 1);
    Rollout rollout = rollout(DISCRETE, 20, 0);
    Choice<NetworkPlugin<?>> mlp = new Choice<>(new MlpPlugin(), MlpConfig.tanh(8));
    GailDiscriminator whole =
        discriminator(
            config(mlp, 1, Optional.empty(), 1, false, 0, ImitationReward.LOGIT),
            DISCRETE,
            expert,
            rollout);
    double[] ofExpert = judge(whole.network(), copy(expert), actions(expert));
    double[] ofPolicy = judge(whole.network(), rollout.observations(), rollout.actions());
    double expected = 0;
    for (double d : ofExpert) {
      expected -= Math.log(d) / 40;
    }
    for (double d : ofPolicy) {
      expected -= Math.log(1 - d) / 20;
    }

    assertThat(train(whole, rollout).get("discriminator/loss")).isCloseTo(expected, within(1e-5));
  }

  private static ObservationBatch copy(Demonstrations demonstrations) {
    ObservationBatch observations = demonstrations.allocateObservations(demonstrations.rows());
    demonstrations.copy(0, demonstrations.rows(), observations, actions(demonstrations));
    return observations;
  }

  private static ActionBatch actions(Demonstrations demonstrations) {
    ActionBatch actions = demonstrations.allocateActions(demonstrations.rows());
    demonstrations.copy(
        0,
        demonstrations.rows(),
        demonstrations.allocateObservations(demonstrations.rows()),
        actions);
    return actions;
  }

  @Test
  void restoringContinuesBitForBit() throws IOException {
    Demonstrations expert = expert(DISCRETE, 40, 1);
    Rollout first = rollout(DISCRETE, 33, 0);
    Rollout second = rollout(DISCRETE, 33, -1);
    RandomStreams random = new RandomStreams(1);
    GailDiscriminator whole =
        new GailDiscriminator(
            config(5, 8, true, 1e-3),
            DISCRETE,
            new ExpertDemonstrations(SOURCE, expert),
            new GailDiscriminator.Rollouts(33, 1, 0.9),
            1,
            random);
    train(whole, first);
    ByteArrayOutputStream state = new ByteArrayOutputStream();
    whole.save(new DataOutputStream(state));
    random.save(new DataOutputStream(state));
    train(whole, second);

    RandomStreams otherRandom = new RandomStreams(2);
    GailDiscriminator resumed =
        new GailDiscriminator(
            config(5, 8, true, 1e-3),
            DISCRETE,
            new ExpertDemonstrations(SOURCE, expert),
            new GailDiscriminator.Rollouts(33, 1, 0.9),
            1,
            otherRandom);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(state.toByteArray()));
    resumed.restore(in);
    otherRandom.restore(in);
    train(resumed, second);

    assertThat(resumed.network().parameters()).isEqualTo(whole.network().parameters());
  }
}
