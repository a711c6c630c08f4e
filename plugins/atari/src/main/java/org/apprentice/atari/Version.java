package org.apprentice.atari;

/** What the ending of Gym's name of a game stands for. */
enum Version {
  /** {@code Breakout-v0}. */
  V0,
  /** {@code Breakout-v4}. */
  V4,
  /** {@code BreakoutNoFrameskip-v4}, which DeepMind's wrappers are put around. */
  NO_FRAMESKIP_V4,
  /** {@code ALE/Breakout-v5}: Machado et al. (2018), https://arxiv.org/abs/1709.06009. */
  V5;

  Rules rules() {
    return switch (this) {
      case V0 -> new Rules(2, 4, 0.25, 10_000, 0);
      case V4 -> new Rules(2, 4, 0, 100_000, 0);
      case NO_FRAMESKIP_V4 -> new Rules(1, 1, 0, 400_000, 0);
      case V5 -> new Rules(4, 4, 0.25, 0, 108_000);
    };
  }
}
