package org.apprentice.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apprentice.networks.MlpConfig;
import org.apprentice.networks.MlpPlugin;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loss and its gradient against {@link ReferenceLoss}. */
@Tag("own-kernels")
class MinibatchTest {
  private static final int INPUTS = 3;
  private static final int[] HIDDEN = {6, 5};
  private static final int ROLLOUT_ROWS = 30;
  private static final float CLIP = 0.2f;

  private final Random random = new Random(17);

  private static PpoConfig config(String... settings) {
    List<String> all = new ArrayList<>(List.of("rollout-length = " + ROLLOUT_ROWS));
    all.addAll(List.of(settings));
    return Trial.DEFAULTS.with(all.toArray(new String[0]));
  }

  /** A policy with random weights and a rollout that an older one collected. */
  private final class Case {
    private final PpoConfig config;
    private final boolean shared;
    private final NetworkActorCritic policy;
    private final Rollout rollout;
    private final List<ReferenceLoss.Row> rows = new ArrayList<>();
    private final float[] advantages = new float[ROLLOUT_ROWS];
    private final float[] returns = new float[ROLLOUT_ROWS];
    private final ReferenceLoss reference;

    Case(PpoConfig config, boolean discrete, boolean shared) {
      this.config = config;
      this.shared = shared;
      ActionSpace actions =
          discrete
              ? new ActionSpace.Discrete(4)
              : new ActionSpace.Continuous(new float[2], new float[2]);
      EnvironmentSpec spec = new EnvironmentSpec(BoxSpace.unbounded(INPUTS), actions);
      policy = policy(spec);
      rollout = Rollout.allocate(spec, ROLLOUT_ROWS, 1, 0, false);
      reference = new ReferenceLoss(config, CLIP, actions.width(), HIDDEN, shared, discrete);
      fill();
    }

    private NetworkActorCritic policy(EnvironmentSpec spec) {
      MlpConfig mlp =
          new MlpConfig(
              IntStream.of(HIDDEN).boxed().toList(),
              Activation.TANH,
              Initialization.ORTHOGONAL,
              shared,
              false,
              0,
              Engine.KERNELS);
      NetworkActorCritic created =
          NetworkActorCritic.create(
              head -> new MlpPlugin().create(mlp, head),
              spec,
              new NetworkActorCritic.Settings(true, 1, -0.3, config.normalizeObservations()),
              3,
              1);
      float[] parameters = created.network().parameters();
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] += 0.3f * (float) random.nextGaussian();
      }
      created.network().parametersChanged();
      return created;
    }

    private void fill() {
      float[] observations = ((ObservationBatch.Float32) rollout.observations()).values();
      for (int i = 0; i < observations.length; i++) {
        observations[i] = (float) random.nextGaussian();
      }
      double shift = 0;
      double scale = 1;
      if (config.normalizeObservations()) {
        // every column has mean 1 and deviation 2
        float[] seen = {3, 3, 3, -1, -1, -1};
        policy.normalizer().orElseThrow().update(new ObservationBatch.Float32(seen, 2, 3), 2);
        shift = 1;
        scale = 0.5;
      }
      double[] parameters = parameters();
      for (int row = 0; row < ROLLOUT_ROWS; row++) {
        double[] observation = new double[INPUTS];
        for (int i = 0; i < INPUTS; i++) {
          observation[i] = (observations[row * INPUTS + i] - shift) * scale;
        }
        fill(row, observation, parameters);
      }
    }

    private void fill(int row, double[] observation, double[] parameters) {
      int action = 0;
      double[] actionVector = new double[2];
      if (rollout.actions() instanceof ActionBatch.Discrete all) {
        action = random.nextInt(4);
        all.values()[row] = action;
      } else {
        for (int i = 0; i < 2; i++) {
          float value = (float) random.nextGaussian();
          ((ActionBatch.Continuous) rollout.actions()).values()[2 * row + i] = value;
          actionVector[i] = value;
        }
      }
      ReferenceLoss.Outputs now =
          reference.outputs(
              parameters,
              new ReferenceLoss.Row(observation, action, actionVector, 0, 0, 0, 0, null));
      rollout.logProbabilities()[row] =
          (float) (now.logProbability() + 0.3 * random.nextGaussian());
      rollout.values()[row] = (float) (now.value() + 0.3 * random.nextGaussian());
      advantages[row] = 0.4f + (float) random.nextGaussian();
      returns[row] = (float) (now.value() + random.nextGaussian());
      rows.add(
          new ReferenceLoss.Row(
              observation,
              action,
              actionVector,
              rollout.logProbabilities()[row],
              rollout.values()[row],
              advantages[row],
              returns[row],
              now));
    }

    private double[] parameters() {
      float[] parameters = policy.network().parameters();
      return IntStream.range(0, parameters.length).mapToDouble(i -> parameters[i]).toArray();
    }

    /** Metrics and gradient of these rows of the rollout. */
    Evaluated evaluate(int... order) {
      Minibatch minibatch = new Minibatch(config, policy, 1);
      minibatch.begin(rollout, advantages, returns, CLIP);
      minibatch.gather(order, 0, order.length);
      Losses losses = new Losses();
      minibatch.evaluate(losses);
      float[] gradient = new float[policy.network().parameters().length];
      minibatch.backward(gradient);
      return new Evaluated(losses.metrics(1, CLIP, 0), gradient, minibatch.kl());
    }

    double[] expectedGradient(int... order) {
      return expectedGradient(IntStream.of(order).mapToObj(rows::get).toList());
    }

    double[] expectedGradient(List<ReferenceLoss.Row> chosen) {
      double[] parameters = parameters();
      double[] gradient = new double[parameters.length];
      double step = 1e-6;
      for (int i = 0; i < gradient.length; i++) {
        double kept = parameters[i];
        parameters[i] = kept + step;
        double above = reference.at(parameters, chosen);
        parameters[i] = kept - step;
        double below = reference.at(parameters, chosen);
        parameters[i] = kept;
        gradient[i] = (above - below) / (2 * step);
      }
      return gradient;
    }
  }

  private record Evaluated(Map<String, Double> metrics, float[] gradient, double kl) {}

  @ParameterizedTest
  @CsvSource({
    "true,  false, value-clip = null, entropy = 0,    normalize-advantages = true",
    "true,  true,  value-clip = null, entropy = 0.05, normalize-advantages = true",
    "true,  false, value-clip = 0.2,  entropy = 0.05, normalize-advantages = false",
    "true,  true,  value-clip = 0.2,  entropy = 0,    normalize-advantages = false",
    "false, false, value-clip = null, entropy = 0,    normalize-advantages = true",
    "false, true,  value-clip = null, entropy = 0.05, normalize-advantages = false",
    "false, false, value-clip = 0.2,  entropy = 0.05, normalize-advantages = true",
    "false, true,  value-clip = 0.2,  entropy = 0,    normalize-advantages = false",
  })
  void gradientIsThatOfTheLoss(
      boolean discrete, boolean shared, String valueClip, String entropy, String advantages) {
    for (String observations :
        new String[] {"normalize-observations = false", "normalize-observations = true"}) {
      Case given =
          new Case(
              config(valueClip, entropy, advantages, observations, "value-coefficient = 0.7"),
              discrete,
              shared);
      int[] order = random.ints(21, 0, ROLLOUT_ROWS).toArray();
      Evaluated found = given.evaluate(order);
      assertThat(found.metrics.get("losses/clip-fraction")).isBetween(0.2, 0.8);
      double[] expected = given.expectedGradient(order);
      assertThat(expected).hasSameSizeAs(found.gradient);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) found.gradient[i])
            .as("parameter %d", i)
            .isCloseTo(expected[i], within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"true, 0", "true, 0.05", "false, 0", "false, 0.05"})
  void gradientWithAPenaltyIsThatOfItsLoss(boolean discrete, double entropy) {
    Case given =
        new Case(
            config("objective = kl-penalty", "kl-penalty = 1.7", "entropy = " + entropy),
            discrete,
            false);
    Minibatch minibatch = new Minibatch(given.config, given.policy, 1);
    minibatch.begin(given.rollout, given.advantages, given.returns, CLIP);
    double[] old = given.parameters();
    List<ReferenceLoss.Row> rows =
        given.rows.stream().map(row -> row.collectedBy(given.reference.outputs(old, row))).toList();
    float[] parameters = given.policy.network().parameters();
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] += 0.2f * (float) random.nextGaussian();
    }
    given.policy.network().parametersChanged();

    int[] order = IntStream.range(0, ROLLOUT_ROWS).toArray();
    minibatch.gather(order, 0, order.length);
    Losses losses = new Losses();
    minibatch.evaluate(losses);
    float[] gradient = new float[parameters.length];
    minibatch.backward(gradient);
    double[] expected = given.expectedGradient(rows);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) gradient[i]).as("parameter %d", i).isCloseTo(expected[i], within(2e-5));
    }
    Map<String, Double> metrics = losses.metrics(1, CLIP, 0);
    assertThat(
            metrics.get("losses/policy")
                + metrics.get("losses/value")
                - entropy * metrics.get("losses/entropy"))
        .isCloseTo(given.reference.at(given.parameters(), rows), within(1e-5));
    double divergence =
        rows.stream()
            .mapToDouble(
                row ->
                    given.reference.divergence(
                        row, given.reference.outputs(given.parameters(), row)))
            .average()
            .orElseThrow();
    assertThat(minibatch.penalty().orElseThrow().adapt()).isCloseTo(divergence, within(1e-5));
  }

  @Test
  void metricsAreThePartsOfTheLoss() {
    Case given = new Case(config("normalize-advantages = false", "value-clip = 0.2"), true, false);
    int[] order = {3, 1, 4, 15, 9, 2, 6};
    Evaluated found = given.evaluate(order);
    List<ReferenceLoss.Row> rows = IntStream.of(order).mapToObj(given.rows::get).toList();
    double[] parameters = given.parameters();
    double entropy = 0;
    double kl = 0;
    double clipped = 0;
    for (ReferenceLoss.Row row : rows) {
      ReferenceLoss.Outputs now = given.reference.outputs(parameters, row);
      double logRatio = now.logProbability() - row.oldLogProbability();
      entropy += now.entropy() / rows.size();
      kl += (Math.exp(logRatio) - 1 - logRatio) / rows.size();
      clipped += Math.abs(Math.exp(logRatio) - 1) > CLIP ? 1.0 / rows.size() : 0;
    }
    double value = found.metrics.get("losses/value");
    assertThat(found.metrics.get("losses/policy") + value)
        .isCloseTo(given.reference.at(parameters, rows), within(1e-5));
    assertThat(found.metrics.get("losses/entropy")).isCloseTo(entropy, within(1e-5));
    assertThat(found.metrics.get("losses/approx-kl")).isCloseTo(kl, within(1e-5));
    assertThat(found.kl).isCloseTo(kl, within(1e-5));
    assertThat(found.metrics.get("losses/clip-fraction")).isCloseTo(clipped, within(1e-12));
  }

  @Test
  void rowClippedOnTheProfitableSideHasNoPolicyGradient() {
    Case given = policyOnly();
    // the ratio is far above 1 and the advantage good, or far below 1 and the advantage bad
    set(given, 0, -1f, 2f);
    set(given, 1, 1f, -2f);
    for (int row : new int[] {0, 1}) {
      Evaluated found = given.evaluate(row);
      assertThat(found.metrics.get("losses/clip-fraction")).isEqualTo(1);
      assertThat(found.gradient).containsOnly(new float[] {0}, within(0f));
    }
  }

  @Test
  void rowClippedOnTheHarmfulSideIsStillCorrected() {
    Case given = policyOnly();
    set(given, 0, -1f, -2f);
    set(given, 1, 1f, 2f);
    for (int row : new int[] {0, 1}) {
      Evaluated found = given.evaluate(row);
      assertThat(found.metrics.get("losses/clip-fraction")).isEqualTo(1);
      double norm = 0;
      for (float element : found.gradient) {
        norm += element * element;
      }
      assertThat(norm).isGreaterThan(1e-3);
    }
  }

  private Case policyOnly() {
    return new Case(config("value-coefficient = 0", "normalize-advantages = false"), true, false);
  }

  /** Moves the old log-probability of a row away from what the policy says now. */
  private static void set(Case given, int row, float change, float advantage) {
    given.rollout.logProbabilities()[row] =
        (float) given.reference.outputs(given.parameters(), given.rows.get(row)).logProbability()
            + change;
    given.advantages[row] = advantage;
  }

  @Test
  void singleRowKeepsItsAdvantage() {
    Case given = new Case(config("value-coefficient = 0"), true, false);
    set(given, 5, 0, 3);
    assertThat(given.evaluate(5).metrics.get("losses/policy")).isCloseTo(-3, within(1e-5));
  }

  @Test
  void equalAdvantagesAreNormalizedToNothing() {
    Case given = new Case(config("value-coefficient = 0"), true, false);
    for (int row = 0; row < 4; row++) {
      set(given, row, 0, 3);
    }
    assertThat(given.evaluate(0, 1, 2, 3).gradient).containsOnly(new float[] {0}, within(0f));
  }
}
