package org.apprentice.rl;

import org.apprentice.spi.Rollout;

/** Generalised advantage estimation (Schulman et al. 2016, equations 11 to 16). */
public final class Advantages {
  private Advantages() {}

  /**
   * Writes {@code A_t = sum_l (gamma lambda)^l delta_{t+l}} with {@code delta_t = r_t + gamma
   * V(s_{t+1}) - V(s_t)}, and {@code returns = A + V}. A terminated step has no value beyond it, a
   * truncated one that of its final observation; the sum stops at both.
   *
   * @param rewards {@code [length x copies]}, in the units of the rollout's values
   * @param advantages {@code [length x copies]}, overwritten
   * @param returns {@code [length x copies]}, overwritten
   */
  public static void estimate(
      Rollout rollout,
      float[] rewards,
      double gamma,
      double lambda,
      float[] advantages,
      float[] returns) {
    int copies = rollout.copies();
    float[] values = rollout.values();
    boolean[] terminated = rollout.terminated();
    boolean[] truncated = rollout.truncated();
    float discount = (float) gamma;
    float decay = (float) (gamma * lambda);
    for (int copy = 0; copy < copies; copy++) {
      float nextValue = rollout.lastValues()[copy];
      float advantage = 0;
      for (int row = (rollout.length() - 1) * copies + copy; row >= 0; row -= copies) {
        if (terminated[row]) {
          nextValue = 0;
          advantage = 0;
        } else if (truncated[row]) {
          nextValue = rollout.finalValues()[row];
          advantage = 0;
        }
        float delta = rewards[row] + discount * nextValue - values[row];
        advantage = delta + decay * advantage;
        advantages[row] = advantage;
        returns[row] = advantage + values[row];
        nextValue = values[row];
      }
    }
  }

  /**
   * {@code 1 - Var(returns - values) / Var(returns)}: 1 is perfect, 0 no better than the mean; NaN
   * without variance.
   */
  public static double explainedVariance(float[] values, float[] returns, int rows) {
    double meanReturn = 0;
    double meanError = 0;
    for (int i = 0; i < rows; i++) {
      meanReturn += returns[i];
      meanError += returns[i] - values[i];
    }
    meanReturn /= rows;
    meanError /= rows;
    double returnSquares = 0;
    double errorSquares = 0;
    for (int i = 0; i < rows; i++) {
      double centredReturn = returns[i] - meanReturn;
      double centredError = returns[i] - values[i] - meanError;
      returnSquares += centredReturn * centredReturn;
      errorSquares += centredError * centredError;
    }
    return returnSquares == 0 ? Double.NaN : 1 - errorSquares / returnSquares;
  }
}
