package org.apprentice.airl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.apprentice.networks.MlpConfig;
import org.apprentice.networks.MlpPlugin;
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
import org.apprentice.testkit.components.ElmanConfig;
import org.apprentice.testkit.components.TestkitPlugin;
import org.junit.jupiter.api.Test;

class ShapedRewardTest {
  private static final int ROWS = 6;
  private static final int WIDTH = 2;
  private static final double GAMMA = 0.7;
  private static final EnvironmentSpec SPACES =
      new EnvironmentSpec(BoxSpace.unbounded(WIDTH), new ActionSpace.Discrete(3));
  private static final Choice<NetworkPlugin<?>> MLP =
      new Choice<>(new MlpPlugin(), MlpConfig.tanh(5));

  private final Random random = new Random(5);

  static AirlConfig.DiscriminatorConfig config(
      Choice<NetworkPlugin<?>> network, boolean stateOnly, int batchSize) {
    return new AirlConfig.DiscriminatorConfig(
        network, stateOnly, MLP, 1e-2, 1e-8, 1, batchSize, false, 0);
  }

  private ShapedReward filled(boolean stateOnly) {
    ShapedReward shaped = new ShapedReward(config(MLP, stateOnly, ROWS), SPACES, ROWS, GAMMA, 1, 1);
    shaped.begin(ROWS);
    float[] values = ((ObservationBatch.Float32) shaped.observations()).values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    for (int row = 0; row < ROWS; row++) {
      ((ActionBatch.Discrete) shaped.actions()).values()[row] = random.nextInt(3);
      shaped.terminal()[row] = row % 3 == 2;
    }
    return shaped;
  }

  private static float[] output(Network network, ObservationBatch observations, float[] actions) {
    int rows = observations.rows();
    Pass pass = network.pass(1, rows);
    network.forward(pass, new Inputs(observations, actions, null, 1, rows));
    return pass.output(0).clone();
  }

  /** Equation 4 of the paper, by the networks' own outputs. */
  private static double[] expected(ShapedReward shaped, boolean stateOnly) {
    ObservationBatch all = shaped.observations();
    ObservationBatch first = ObservationBatch.allocate(SPACES.observationSpace(), ROWS);
    all.copyTo(0, first, 0, ROWS);
    float[] encoded = new float[ROWS * 3];
    shaped.actions().encode(encoded, 3);
    float[] g = output(shaped.reward(), first, stateOnly ? null : encoded);
    float[] h = output(shaped.potential(), all, null);
    double[] f = new double[ROWS];
    for (int row = 0; row < ROWS; row++) {
      double next = shaped.terminal()[row] ? 0 : h[shaped.successor(row)];
      f[row] = g[row] + GAMMA * next - h[row];
    }
    return f;
  }

  @Test
  void theShapedRewardIsThatOfThePaper() {
    for (boolean stateOnly : new boolean[] {false, true}) {
      ShapedReward shaped = filled(stateOnly);
      double[] expected = expected(shaped, stateOnly);

      float[] f = shaped.forward();

      for (int row = 0; row < ROWS; row++) {
        assertThat((double) f[row]).isCloseTo(expected[row], within(1e-5));
      }
    }
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    ShapedReward shaped = filled(false);
    float[] weights = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      weights[row] = (float) random.nextGaussian();
    }
    shaped.forward();
    shaped.backward(weights);

    check(shaped, shaped.reward(), shaped.rewardGradient().clone(), weights);
    check(shaped, shaped.potential(), shaped.potentialGradient().clone(), weights);
  }

  private static void check(
      ShapedReward shaped, Network network, float[] gradient, float[] weights) {
    float[] parameters = network.parameters();
    for (int i = 0; i < parameters.length; i++) {
      float value = parameters[i];
      double high = sum(shaped, network, i, value + 1e-2f, weights);
      double low = sum(shaped, network, i, value - 1e-2f, weights);
      sum(shaped, network, i, value, weights);
      assertThat((double) gradient[i])
          .as("parameter %d", i)
          .isCloseTo((high - low) / 2e-2, within(2e-3));
    }
  }

  private static double sum(
      ShapedReward shaped, Network network, int parameter, float value, float[] weights) {
    network.parameters()[parameter] = value;
    network.parametersChanged();
    double[] f = expected(shaped, false);
    double sum = 0;
    for (int row = 0; row < ROWS; row++) {
      sum += weights[row] * f[row];
    }
    return sum;
  }

  @Test
  void recurrentNetworksAreRefused() {
    Choice<NetworkPlugin<?>> elman = new Choice<>(TestkitPlugin.ELMAN, new ElmanConfig(3));

    assertThatThrownBy(
            () -> new ShapedReward(config(elman, false, ROWS), SPACES, ROWS, GAMMA, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("discriminator.reward carries a state");
  }
}
