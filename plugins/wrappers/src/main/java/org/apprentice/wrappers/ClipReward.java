package org.apprentice.wrappers;

import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Environment;

/** Changes the reward that is learned from; the episode's return stays the raw one. */
final class ClipReward extends Wrapper {
  private final ClipRewardConfig config;

  ClipReward(ClipRewardConfig config, Environment inner) {
    super(inner, inner.spec());
    this.config = config;
  }

  @Override
  public void step(ActionBatch actions, int row, Outcome out) {
    inner.step(actions, row, out);
    out.reward =
        switch (config.by()) {
          case SIGN -> Math.signum(out.reward);
          case BOUNDS -> Math.max(config.low(), Math.min(config.high(), out.reward));
        };
  }
}
