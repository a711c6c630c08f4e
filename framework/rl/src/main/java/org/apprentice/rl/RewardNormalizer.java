package org.apprentice.rl;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apprentice.spi.Rollout;

/**
 * Scales rewards by the standard deviation of a running discounted return, without shifting them,
 * clipped to {@code +-limit} (as OpenAI Baselines' and Stable-Baselines3's {@code VecNormalize}).
 */
public final class RewardNormalizer {
  private static final double EPSILON = 1e-8;

  private final double gamma;
  private final float limit;
  private final RunningMoments moments = new RunningMoments(1);
  private final double[] discountedReturns;
  private final float[] returns;

  public RewardNormalizer(int copies, double gamma, double limit) {
    this.gamma = gamma;
    this.limit = (float) limit;
    discountedReturns = new double[copies];
    returns = new float[copies];
  }

  /**
   * Learns from the rollout's rewards step by step and writes the scaled ones into {@code
   * out[length x copies]}.
   */
  public void apply(Rollout rollout, float[] out) {
    int copies = rollout.copies();
    for (int step = 0; step < rollout.length(); step++) {
      int offset = step * copies;
      for (int copy = 0; copy < copies; copy++) {
        discountedReturns[copy] =
            discountedReturns[copy] * gamma + rollout.rewards()[offset + copy];
        returns[copy] = (float) discountedReturns[copy];
      }
      moments.add(returns, copies);
      float scale = (float) (1 / Math.sqrt(moments.variance(0) + EPSILON));
      for (int copy = 0; copy < copies; copy++) {
        int row = offset + copy;
        out[row] = Math.max(-limit, Math.min(limit, rollout.rewards()[row] * scale));
        if (rollout.terminated()[row] || rollout.truncated()[row]) {
          discountedReturns[copy] = 0;
        }
      }
    }
  }

  public void save(DataOutput out) throws IOException {
    moments.save(out);
    StateArrays.write(out, discountedReturns);
  }

  public void restore(DataInput in) throws IOException {
    moments.restore(in);
    StateArrays.read(in, discountedReturns);
  }
}
