package org.apprentice.gail;

import static org.apprentice.rl.imitation.DiscriminatorLoss.softplus;

/**
 * How the discriminator's logit {@code l} becomes a reward. The logit is high for the expert:
 * {@code D = 1 / (1 + e^-l)} is the judged probability that the expert made the transition. The
 * first three rise with the logit; they differ in sign, and so in what they say about the length of
 * episodes. The others are controls: they say nothing else.
 */
public enum ImitationReward {
  /** {@code log D <= 0}: every further step costs, so ending early pays. */
  LOG_D,
  /** {@code -log(1 - D) >= 0}: every further step pays. */
  NEG_LOG_ONE_MINUS_D,
  /** {@code log D - log(1 - D) = l} (Fu, Luo and Levine 2018): of either sign. */
  LOGIT,
  /** 1, whatever the discriminator thinks. */
  CONSTANT,
  /** -1, whatever the discriminator thinks. */
  NEGATIVE_CONSTANT;

  /** Finite for every finite logit. */
  public double of(double logitExpertIsHigh) {
    return switch (this) {
      case LOG_D -> -softplus(-logitExpertIsHigh);
      case NEG_LOG_ONE_MINUS_D -> softplus(logitExpertIsHigh);
      case LOGIT -> logitExpertIsHigh;
      case CONSTANT -> 1;
      case NEGATIVE_CONSTANT -> -1;
    };
  }
}
