package org.apprentice.bc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apprentice.networks.MlpConfig;
import org.apprentice.networks.MlpPlugin;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.demonstrations.DemonstrationSampler;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;
import org.junit.jupiter.api.Test;

class CloningLossTest {
  private static final int ROWS = 24;
  private static final int WIDTH = 3;
  private static final double ENTROPY_WEIGHT = 0.3;

  private final Random random = new Random(5);

  private static NetworkActorCritic policy(ActionSpace actions) {
    return NetworkActorCritic.create(
        spec -> new MlpPlugin().create(MlpConfig.tanh(7), spec),
        new EnvironmentSpec(BoxSpace.unbounded(WIDTH), actions),
        new NetworkActorCritic.Settings(false, 1, -0.5, false),
        3,
        1);
  }

  private Demonstrations demonstrations(ActionBatch actions) {
    return Demonstrations.of(
        new int[] {WIDTH},
        new ObservationBatch.Float32(normal(ROWS * WIDTH), ROWS, WIDTH),
        actions,
        new float[ROWS],
        new int[] {ROWS},
        new double[1]);
  }

  private float[] normal(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void crossEntropyGradientIsThatOfFiniteDifferences() {
    ActionBatch actions = new ActionBatch.Discrete(random.ints(ROWS, 0, 4).toArray());
    checkGradient(policy(new ActionSpace.Discrete(4)), demonstrations(actions));
  }

  @Test
  void gaussianGradientIsThatOfFiniteDifferences() {
    ActionBatch actions = new ActionBatch.Continuous(normal(ROWS * 2), ROWS, 2);
    checkGradient(
        policy(new ActionSpace.Continuous(new float[] {-1, -1}, new float[] {1, 1})),
        demonstrations(actions));
  }

  private static void checkGradient(NetworkActorCritic policy, Demonstrations demonstrations) {
    CloningLoss loss = new CloningLoss(policy, ROWS, ENTROPY_WEIGHT);
    loss.draw(new DemonstrationSampler(demonstrations, new Random(1)), ROWS);
    loss.evaluate();
    float[] parameters = policy.network().parameters();
    float[] gradient = new float[parameters.length];
    loss.backward(gradient);
    for (int i = 0; i < parameters.length; i++) {
      float value = parameters[i];
      float step = 1e-2f;
      double high = lossAt(policy, demonstrations, loss, i, value + step);
      double low = lossAt(policy, demonstrations, loss, i, value - step);
      lossAt(policy, demonstrations, loss, i, value);
      assertThat((double) gradient[i])
          .as("parameter %d", i)
          .isCloseTo((high - low) / (2 * step), within(5e-4));
    }
  }

  private static double lossAt(
      NetworkActorCritic policy,
      Demonstrations demonstrations,
      CloningLoss loss,
      int parameter,
      float value) {
    policy.network().parameters()[parameter] = value;
    policy.network().parametersChanged();
    loss.clear();
    loss.evaluateAll(demonstrations);
    return loss.meanLoss();
  }

  @Test
  void lossIsTheClosedFormOfAUniformPolicy() {
    NetworkActorCritic policy = policy(new ActionSpace.Discrete(4));
    java.util.Arrays.fill(policy.network().parameters(), 0);
    policy.network().parametersChanged();
    CloningLoss loss = new CloningLoss(policy, 10, ENTROPY_WEIGHT);

    loss.evaluateAll(demonstrations(new ActionBatch.Discrete(new int[ROWS])));

    Map<String, Double> metrics = new HashMap<>();
    loss.addMetrics("train/", metrics);
    assertThat(loss.meanLoss()).isCloseTo((1 - ENTROPY_WEIGHT) * Math.log(4), within(1e-6));
    assertThat(metrics.get("train/negative-log-likelihood")).isCloseTo(Math.log(4), within(1e-6));
    assertThat(metrics.get("train/entropy")).isCloseTo(Math.log(4), within(1e-6));
    assertThat(metrics.get("train/accuracy")).isEqualTo(1.0);
  }

  @Test
  void lossIsTheClosedFormOfAGaussian() {
    NetworkActorCritic policy = policy(new ActionSpace.Continuous(new float[1], new float[1]));
    java.util.Arrays.fill(policy.network().parameters(), 0);
    policy.network().parametersChanged();
    CloningLoss loss = new CloningLoss(policy, ROWS, ENTROPY_WEIGHT);
    float[] actions = new float[ROWS];
    java.util.Arrays.fill(actions, 2);

    loss.evaluateAll(demonstrations(new ActionBatch.Continuous(actions, ROWS, 1)));

    double likelihood = 0.5 * Math.log(2 * Math.PI) + 2;
    double entropy = 0.5 * Math.log(2 * Math.PI * Math.E);
    Map<String, Double> metrics = new HashMap<>();
    loss.addMetrics("train/", metrics);
    assertThat(loss.meanLoss()).isCloseTo(likelihood - ENTROPY_WEIGHT * entropy, within(1e-5));
    assertThat(metrics.get("train/absolute-error")).isEqualTo(2.0);
  }
}
