package org.apprentice.ppo;

import java.util.Optional;
import org.apprentice.rl.Schedule;

/** Settings of {@code ppo}; documented in {@code /algorithm/ppo.conf}. */
public record PpoConfig(
    int rolloutLength,
    int minibatchSize,
    int epochs,
    double gamma,
    double gaeLambda,
    double learningRate,
    Schedule learningRateSchedule,
    double clip,
    Schedule clipSchedule,
    Optional<Double> valueClip,
    double valueCoefficient,
    double entropy,
    double maxGradientNorm,
    Optional<Double> targetKl,
    double adamEpsilon,
    boolean normalizeAdvantages,
    boolean normalizeObservations,
    boolean normalizeRewards,
    double policyGain,
    double initialLogStd) {

  public PpoConfig {
    atLeast("rollout-length", rolloutLength, 1);
    atLeast("minibatch-size", minibatchSize, 1);
    atLeast("epochs", epochs, 1);
    require(gamma >= 0 && gamma <= 1, "gamma must be in [0, 1], found " + gamma);
    require(gaeLambda >= 0 && gaeLambda <= 1, "gae-lambda must be in [0, 1], found " + gaeLambda);
    require(learningRate > 0, "learning-rate must be greater than 0, found " + learningRate);
    require(clip > 0 && clip < 1, "clip must be in (0, 1), found " + clip);
    require(
        valueClip.isEmpty() || valueClip.get() > 0,
        "value-clip must be greater than 0, found " + valueClip.orElse(0.0));
    atLeast("value-coefficient", valueCoefficient, 0);
    atLeast("entropy", entropy, 0);
    require(
        maxGradientNorm > 0, "max-gradient-norm must be greater than 0, found " + maxGradientNorm);
    require(
        targetKl.isEmpty() || targetKl.get() > 0,
        "target-kl must be greater than 0, found " + targetKl.orElse(0.0));
    require(adamEpsilon > 0, "adam-epsilon must be greater than 0, found " + adamEpsilon);
    require(policyGain > 0, "policy-gain must be greater than 0, found " + policyGain);
  }

  private static void atLeast(String key, double value, int least) {
    require(value >= least, key + " must be at least " + least + ", found " + value);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
