package org.apprentice.rl.imitation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apprentice.rl.ActionDistribution;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.junit.jupiter.api.Test;

class CloningLossTest {
  private static final int[] LENGTHS = {7, 1, 12, 4};
  private static final int ROWS = IntStream.of(LENGTHS).sum();
  private static final int WIDTH = 3;
  private static final double ENTROPY_WEIGHT = 0.3;
  private static final ActionSpace DISCRETE = new ActionSpace.Discrete(4);
  private static final ActionSpace CONTINUOUS =
      new ActionSpace.Continuous(new float[] {-1, -1}, new float[] {1, 1});

  private final Random random = new Random(5);

  private static NetworkActorCritic policy(NetworkFactory networks, ActionSpace actions) {
    return NetworkActorCritic.create(
        networks,
        new EnvironmentSpec(BoxSpace.unbounded(WIDTH), actions),
        new NetworkActorCritic.Settings(false, 1, -0.5, false),
        3,
        1);
  }

  private Demonstrations demonstrations(ActionSpace space) {
    ActionBatch actions =
        space instanceof ActionSpace.Discrete discrete
            ? new ActionBatch.Discrete(random.ints(ROWS, 0, discrete.n()).toArray())
            : new ActionBatch.Continuous(normal(ROWS * space.width()), ROWS, space.width());
    return demonstrations(actions);
  }

  private Demonstrations demonstrations(ActionBatch actions) {
    return Demonstrations.of(
        new int[] {WIDTH},
        new ObservationBatch.Float32(normal(ROWS * WIDTH), ROWS, WIDTH),
        actions,
        new float[ROWS],
        LENGTHS,
        new double[LENGTHS.length]);
  }

  private float[] normal(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Cloning.Settings settings(int batchSize, int sequenceLength) {
    return new Cloning.Settings(batchSize, sequenceLength, 1e-9, 1e-8, ENTROPY_WEIGHT, 0);
  }

  /** Every episode alone, one step at a time. */
  private static double lossStepByStep(NetworkActorCritic policy, Demonstrations demonstrations) {
    ActionDistribution distribution = policy.distribution(1);
    ObservationBatch observations = demonstrations.allocateObservations(1);
    ActionBatch actions = demonstrations.allocateActions(1);
    Pass pass = policy.network().pass(1, 1);
    float[][] parameters = new float[policy.distributionHeads().length][];
    float[] logProbability = new float[1];
    float[] entropy = new float[1];
    double loss = 0;
    for (int episode = 0; episode < demonstrations.episodes(); episode++) {
      Arrays.fill(pass.state(), 0);
      for (int step = 0; step < demonstrations.length(episode); step++) {
        demonstrations.copyRow(demonstrations.firstRow(episode) + step, observations, actions, 0);
        policy.network().forward(pass, Inputs.of(observations, 1));
        policy.parameters(pass, parameters);
        distribution.evaluate(parameters, actions, 1, logProbability, entropy);
        loss -= logProbability[0] + ENTROPY_WEIGHT * entropy[0];
      }
    }
    return loss / demonstrations.rows();
  }

  @Test
  void theLossIsThatOfEveryEpisodeStepByStepHoweverItIsCut() {
    for (NetworkFactory networks : new NetworkFactory[] {Networks::dense, Networks::gru}) {
      for (ActionSpace space : new ActionSpace[] {DISCRETE, CONTINUOUS}) {
        NetworkActorCritic policy = policy(networks, space);
        Demonstrations demonstrations = demonstrations(space);
        double expected = lossStepByStep(policy, demonstrations);
        for (int sequenceLength : new int[] {1, 3, 5, 100}) {
          for (int batchSize : new int[] {1, 8, 500}) {
            Cloning.Settings settings = settings(batchSize, sequenceLength);
            CloningData data = new CloningData(demonstrations, policy, settings);
            data.evaluateAll();
            assertThat(data.loss().meanLoss()).isCloseTo(expected, within(1e-5));

            // a learning rate of almost nothing: the epoch sees the same network all the time
            Cloning cloning =
                new Cloning(policy, settings, new RandomStreams(1).stream("minibatches"), null);
            cloning.learnFrom(demonstrations);
            cloning.epoch();
            Map<String, Double> metrics = new HashMap<>();
            cloning.addTrainingMetrics("", metrics);
            assertThat(metrics.get("loss")).isCloseTo(expected, within(1e-4));
          }
        }
      }
    }
  }

  @Test
  void crossEntropyGradientIsThatOfFiniteDifferences() {
    checkGradient(Networks::dense, DISCRETE);
    checkGradient(Networks::gru, DISCRETE);
  }

  @Test
  void gaussianGradientIsThatOfFiniteDifferences() {
    checkGradient(Networks::dense, CONTINUOUS);
    checkGradient(Networks::gru, CONTINUOUS);
  }

  /** Whole episodes side by side, the shorter ones padded. */
  private void checkGradient(NetworkFactory networks, ActionSpace space) {
    NetworkActorCritic policy = policy(networks, space);
    Demonstrations demonstrations = demonstrations(space);
    CloningData data = new CloningData(demonstrations, policy, settings(500, 100));
    float[] parameters = policy.network().parameters();
    float[] gradient = new float[parameters.length];
    Pass pass = data.pass();
    data.evaluate(IntStream.range(0, data.sequences()).toArray(), data.sequences(), pass);
    data.loss().backward(pass, gradient);
    for (int i = 0; i < parameters.length; i++) {
      float value = parameters[i];
      float step = 1e-2f;
      double high = lossAt(policy, demonstrations, i, value + step);
      double low = lossAt(policy, demonstrations, i, value - step);
      lossAt(policy, demonstrations, i, value);
      assertThat((double) gradient[i])
          .as("parameter %d", i)
          .isCloseTo((high - low) / (2 * step), within(5e-4));
    }
  }

  private static double lossAt(
      NetworkActorCritic policy, Demonstrations demonstrations, int parameter, float value) {
    policy.network().parameters()[parameter] = value;
    policy.network().parametersChanged();
    return lossStepByStep(policy, demonstrations);
  }

  @Test
  void lossIsTheClosedFormOfAUniformPolicy() {
    NetworkActorCritic policy = policy(Networks::dense, DISCRETE);
    Arrays.fill(policy.network().parameters(), 0);
    policy.network().parametersChanged();
    CloningData data =
        new CloningData(
            demonstrations(new ActionBatch.Discrete(new int[ROWS])), policy, settings(10, 1));

    data.evaluateAll();

    Map<String, Double> metrics = new HashMap<>();
    data.loss().addMetrics("train/", metrics);
    assertThat(data.loss().meanLoss()).isCloseTo((1 - ENTROPY_WEIGHT) * Math.log(4), within(1e-6));
    assertThat(metrics.get("train/negative-log-likelihood")).isCloseTo(Math.log(4), within(1e-6));
    assertThat(metrics.get("train/entropy")).isCloseTo(Math.log(4), within(1e-6));
    assertThat(metrics.get("train/accuracy")).isEqualTo(1.0);
  }

  @Test
  void lossIsTheClosedFormOfAGaussian() {
    NetworkActorCritic policy =
        policy(Networks::dense, new ActionSpace.Continuous(new float[1], new float[1]));
    Arrays.fill(policy.network().parameters(), 0);
    policy.network().parametersChanged();
    float[] actions = new float[ROWS];
    Arrays.fill(actions, 2);
    CloningData data =
        new CloningData(
            demonstrations(new ActionBatch.Continuous(actions, ROWS, 1)),
            policy,
            settings(ROWS, 1));

    data.evaluateAll();

    double likelihood = 0.5 * Math.log(2 * Math.PI) + 2;
    double entropy = 0.5 * Math.log(2 * Math.PI * Math.E);
    Map<String, Double> metrics = new HashMap<>();
    data.loss().addMetrics("train/", metrics);
    assertThat(data.loss().meanLoss())
        .isCloseTo(likelihood - ENTROPY_WEIGHT * entropy, within(1e-5));
    assertThat(metrics.get("train/absolute-error")).isEqualTo(2.0);
  }
}
