package org.apprentice.airl;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apprentice.nn.Adam;
import org.apprentice.nn.NetworkState;
import org.apprentice.rl.ObservationNormalizer;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Choice;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;

/**
 * A reward and a potential that shapes it (Fu, Luo and Levine 2018, equation 4):
 *
 * <pre>  f(s, a, s') = g(s, a) + gamma h(s') - h(s)</pre>
 *
 * <p>with {@code h(s') = 0} behind a step that ended the task. The optimal policy under {@code f}
 * is that under {@code g}.
 */
final class ShapedReward {
  private final int maxRows;
  private final int actionWidth;
  private final boolean stateOnly;
  private final double discount;
  private final Network reward;
  private final Network potential;
  private final Adam rewardAdam;
  private final Adam potentialAdam;
  private final Pass rewardPass;
  private final Pass potentialPass;
  private final Optional<ObservationNormalizer> normalizer;

  /** Those of a batch, and behind them what followed; {@code [2 rows]}. */
  private final ObservationBatch observations;

  private final ActionBatch actions;
  private final boolean[] terminal;
  private final float[] encoded;
  private final float[] values;
  private final float[] potentialGradient;
  private final float[] rewardParameters;
  private final float[] potentialParameters;
  private int rows;

  ShapedReward(
      AirlConfig.DiscriminatorConfig config,
      EnvironmentSpec environment,
      int maxRows,
      double discount,
      long seed,
      int threads) {
    this.maxRows = maxRows;
    this.discount = discount;
    actionWidth = environment.actionSpace().width();
    stateOnly = config.stateOnly();
    reward =
        network(config.reward(), "reward", environment, stateOnly ? 0 : actionWidth, seed, threads);
    potential = network(config.potential(), "potential", environment, 0, seed + 1, threads);
    rewardAdam = new Adam(reward.parameters().length, 0.9, 0.999, config.adamEpsilon());
    potentialAdam = new Adam(potential.parameters().length, 0.9, 0.999, config.adamEpsilon());
    rewardPass = reward.pass(1, maxRows);
    potentialPass = potential.pass(1, 2 * maxRows);
    observations = ObservationBatch.allocate(environment.observationSpace(), 2 * maxRows);
    actions = ActionBatch.allocate(environment.actionSpace(), maxRows);
    normalizer =
        config.normalizeObservations() && observations instanceof ObservationBatch.Float32
            ? Optional.of(new ObservationNormalizer(observations.width(), 10))
            : Optional.empty();
    terminal = new boolean[maxRows];
    encoded = new float[maxRows * actionWidth];
    values = new float[maxRows];
    potentialGradient = new float[2 * maxRows];
    rewardParameters = new float[reward.parameters().length];
    potentialParameters = new float[potential.parameters().length];
  }

  private static Network network(
      Choice<NetworkPlugin<?>> choice,
      String role,
      EnvironmentSpec environment,
      int actionWidth,
      long seed,
      int threads) {
    NetworkSpec spec =
        new NetworkSpec(
            environment.observationSpace(),
            actionWidth,
            List.of(new NetworkSpec.Head(role, 1, 1)),
            seed,
            threads);
    Network network = choice.plugin().createFrom(choice.config(), spec);
    if (network.stateWidth() > 0) {
      throw new IllegalArgumentException(
          "airl judges single transitions, but discriminator."
              + role
              + " carries a state from step to step; choose a feed-forward network");
    }
    return network;
  }

  Network reward() {
    return reward;
  }

  Network potential() {
    return potential;
  }

  /** Begins a batch of so many rows, each to be filled. */
  void begin(int newRows) {
    if (newRows > maxRows) {
      throw new IllegalArgumentException(newRows + " rows are more than " + maxRows);
    }
    rows = newRows;
  }

  /** For raw observations: those that the rows begin with, then the rows' successors. */
  ObservationBatch observations() {
    return observations;
  }

  /** Row of {@link #observations} that holds what followed a row. */
  int successor(int row) {
    return rows + row;
  }

  ActionBatch actions() {
    return actions;
  }

  /** For rows whose step ended the task. */
  boolean[] terminal() {
    return terminal;
  }

  /** The normaliser takes in the batch's observations, but not their successors. */
  void updateNormalizer() {
    normalizer.ifPresent(it -> it.update(observations, rows));
  }

  /** {@code f} of the rows, whose observations it normalises; overwritten by the next call. */
  float[] forward() {
    normalizer.ifPresent(it -> it.apply(observations, observations, 2 * rows));
    actions.encode(encoded, actionWidth);
    reward.forward(rewardPass, new Inputs(observations, stateOnly ? null : encoded, null, 1, rows));
    potential.forward(potentialPass, Inputs.of(observations, 2 * rows));
    float[] g = rewardPass.output(0);
    float[] h = potentialPass.output(0);
    for (int row = 0; row < rows; row++) {
      values[row] = (float) (g[row] + next(row) * h[rows + row] - h[row]);
    }
    return values;
  }

  /** What the potential of the row's successor counts with. */
  private double next(int row) {
    return terminal[row] ? 0 : discount;
  }

  /**
   * One step of Adam.
   *
   * @param gradient {@code [rows]}, d loss / d f at the last {@link #forward}
   */
  void step(float[] gradient, double learningRate) {
    backward(gradient);
    rewardAdam.step(reward.parameters(), rewardParameters, learningRate, Double.POSITIVE_INFINITY);
    potentialAdam.step(
        potential.parameters(), potentialParameters, learningRate, Double.POSITIVE_INFINITY);
    reward.parametersChanged();
    potential.parametersChanged();
  }

  void backward(float[] gradient) {
    for (int row = 0; row < rows; row++) {
      potentialGradient[row] = -gradient[row];
      potentialGradient[rows + row] = (float) (next(row) * gradient[row]);
    }
    reward.backward(rewardPass, new float[][] {gradient}, rewardParameters, null);
    potential.backward(potentialPass, new float[][] {potentialGradient}, potentialParameters, null);
  }

  /** After {@link #backward}. */
  float[] rewardGradient() {
    return rewardParameters;
  }

  /** After {@link #backward}. */
  float[] potentialGradient() {
    return potentialParameters;
  }

  void save(DataOutput out) throws IOException {
    NetworkState.save(reward, out);
    NetworkState.save(potential, out);
    rewardAdam.save(out);
    potentialAdam.save(out);
    if (normalizer.isPresent()) {
      normalizer.get().save(out);
    }
  }

  void restore(DataInput in) throws IOException {
    NetworkState.restore(reward, in);
    NetworkState.restore(potential, in);
    rewardAdam.restore(in);
    potentialAdam.restore(in);
    if (normalizer.isPresent()) {
      normalizer.get().restore(in);
    }
  }
}
