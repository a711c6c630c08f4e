package org.apprentice.sarsa;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.apprentice.rl.StateArrays;

/**
 * {@code q(s, a)}: the sum of the weights of the observation's tiles for that action (Sutton and
 * Barto 2018, section 10.1). The weight of place {@code p} and action {@code a} is {@code weights[p
 * * actions + a]}.
 */
final class ActionValues {
  private final TileCoding coding;
  private final int actions;
  private final double initialValue;
  private final double[] weights;

  /**
   * @param places as the tile coding has
   * @param initialValue of every action of every observation
   */
  ActionValues(TileCoding coding, int places, int actions, double initialValue) {
    this.coding = coding;
    this.actions = actions;
    this.initialValue = initialValue / coding.tilings();
    weights = new double[places * actions];
    Arrays.fill(weights, this.initialValue);
  }

  TileCoding coding() {
    return coding;
  }

  int actions() {
    return actions;
  }

  double[] weights() {
    return weights;
  }

  /**
   * Value of one action.
   *
   * @param tiles of the observation, {@code [tilings]} from {@code at} on, all of them met
   */
  double of(int[] tiles, int at, int action) {
    double sum = 0;
    for (int i = at; i < at + coding.tilings(); i++) {
      sum += weights[tiles[i] * actions + action];
    }
    return sum;
  }

  /**
   * Values of all actions.
   *
   * @param tiles of the observation, {@code [tilings]} from {@code at} on
   */
  void all(int[] tiles, int at, double[] out) {
    Arrays.fill(out, 0);
    for (int i = at; i < at + coding.tilings(); i++) {
      int tile = tiles[i] * actions;
      for (int action = 0; action < actions; action++) {
        out[action] += tile < 0 ? initialValue : weights[tile + action];
      }
    }
  }

  /**
   * The allowed action of the greatest value, the first of several.
   *
   * @param mask {@code [rows x actions]}, the row from {@code maskAt} on says what is allowed; null
   *     where everything is
   */
  static int greedy(double[] values, boolean[] mask, int maskAt) {
    int best = -1;
    for (int action = 0; action < values.length; action++) {
      boolean allowed = mask == null || mask[maskAt + action];
      if (allowed && (best < 0 || values[action] > values[best])) {
        best = action;
      }
    }
    return best;
  }

  /** {@link #greedy}, but any allowed action with probability {@code epsilon}. */
  static int epsilonGreedy(
      double[] values, boolean[] mask, int maskAt, double epsilon, RandomGenerator random) {
    if (random.nextDouble() >= epsilon) {
      return greedy(values, mask, maskAt);
    }
    if (mask == null) {
      return random.nextInt(values.length);
    }
    int allowed = 0;
    for (int action = 0; action < values.length; action++) {
      allowed += mask[maskAt + action] ? 1 : 0;
    }
    int chosen = random.nextInt(allowed);
    int action = 0;
    while (!mask[maskAt + action] || chosen-- > 0) {
      action++;
    }
    return action;
  }

  void save(DataOutput out) throws IOException {
    coding.save(out);
    StateArrays.write(out, weights);
  }

  void restore(DataInput in) throws IOException {
    coding.restore(in);
    StateArrays.read(in, weights);
  }
}
