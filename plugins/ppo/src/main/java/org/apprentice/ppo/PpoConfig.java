package org.apprentice.ppo;

import java.util.Optional;
import org.apprentice.rl.Exploration;
import org.apprentice.rl.Schedule;

/** Settings of {@code ppo}; documented in {@code /algorithm/ppo.conf}. */
public record PpoConfig(
    int rolloutLength,
    int minibatchSize,
    Optional<Integer> sequenceLength,
    int epochs,
    double gamma,
    double gaeLambda,
    double learningRate,
    Schedule learningRateSchedule,
    Objective objective,
    double clip,
    Schedule clipSchedule,
    double klPenalty,
    double klTarget,
    Optional<Double> valueClip,
    double valueCoefficient,
    double entropy,
    double maxGradientNorm,
    Optional<Double> targetKl,
    double adamEpsilon,
    boolean normalizeAdvantages,
    boolean normalizeObservations,
    double observationClip,
    boolean normalizeRewards,
    double policyGain,
    Exploration.LogStd logStd,
    double initialLogStd,
    Optional<Integer> sdeSampleFrequency,
    Exploration.Actions actions) {

  /** What keeps the policy near the one that collected the rollout. */
  public enum Objective {
    /** Schulman et al. 2017, equation 7. */
    CLIP,
    /** Equation 8. */
    KL_PENALTY
  }

  public PpoConfig {
    atLeastOne("rollout-length", rolloutLength);
    atLeastOne("minibatch-size", minibatchSize);
    sequenceLength.ifPresent(it -> atLeastOne("sequence-length", it));
    atLeastOne("epochs", epochs);
    require(gamma >= 0 && gamma <= 1, "gamma must be in [0, 1], found " + gamma);
    require(gaeLambda >= 0 && gaeLambda <= 1, "gae-lambda must be in [0, 1], found " + gaeLambda);
    require(learningRate > 0, "learning-rate must be greater than 0, found " + learningRate);
    require(clip > 0 && clip < 1, "clip must be in (0, 1), found " + clip);
    require(klPenalty > 0, "kl-penalty must be greater than 0, found " + klPenalty);
    require(klTarget > 0, "kl-target must be greater than 0, found " + klTarget);
    require(
        valueClip.isEmpty() || valueClip.get() > 0,
        "value-clip must be greater than 0, found " + valueClip.orElse(0.0));
    require(
        valueCoefficient >= 0, "value-coefficient must be at least 0, found " + valueCoefficient);
    require(entropy >= 0, "entropy must be at least 0, found " + entropy);
    require(
        maxGradientNorm > 0, "max-gradient-norm must be greater than 0, found " + maxGradientNorm);
    require(
        targetKl.isEmpty() || targetKl.get() > 0,
        "target-kl must be greater than 0, found " + targetKl.orElse(0.0));
    require(adamEpsilon > 0, "adam-epsilon must be greater than 0, found " + adamEpsilon);
    require(
        observationClip > 0, "observation-clip must be greater than 0, found " + observationClip);
    sdeSampleFrequency.ifPresent(it -> atLeastOne("sde-sample-frequency", it));
    require(policyGain > 0, "policy-gain must be greater than 0, found " + policyGain);
    require(
        Double.isFinite(initialLogStd),
        "initial-log-std must be a finite number, found " + initialLogStd);
  }

  Exploration exploration() {
    return new Exploration(
        logStd, initialLogStd, sdeSampleFrequency.orElse(rolloutLength), actions);
  }

  private static void atLeastOne(String key, int value) {
    require(value >= 1, key + " must be at least 1, found " + value);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
