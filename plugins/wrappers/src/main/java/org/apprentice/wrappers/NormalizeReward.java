package org.apprentice.wrappers;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Environment;

/**
 * Pays {@code reward / sqrt(variance + epsilon)} within bounds, by the variance of the discounted
 * return so far (Engstrom et al., "Implementation matters in deep policy gradients", 2020). The
 * mean stays: taking it away would change which policy is best.
 */
final class NormalizeReward extends Wrapper {
  private final NormalizeRewardConfig config;
  private final RunningStatistics statistics = new RunningStatistics(1);
  private double discounted;

  NormalizeReward(NormalizeRewardConfig config, Environment inner) {
    super(inner, inner.spec());
    this.config = config;
  }

  @Override
  public void reset() {
    inner.reset();
    discounted = 0;
  }

  @Override
  public void nextLife() {
    inner.nextLife();
    discounted = 0;
  }

  @Override
  public void step(ActionBatch actions, int row, Outcome out) {
    inner.step(actions, row, out);
    discounted = discounted * config.gamma() + out.reward;
    statistics.add(discounted);
    double scaled = out.reward / Math.sqrt(statistics.variance(0) + config.epsilon());
    out.reward = Math.max(-config.clip(), Math.min(config.clip(), scaled));
  }

  @Override
  public void save(DataOutput out) throws IOException {
    statistics.save(out);
    out.writeDouble(discounted);
    inner.save(out);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    statistics.restore(in);
    discounted = in.readDouble();
    inner.restore(in);
  }
}
