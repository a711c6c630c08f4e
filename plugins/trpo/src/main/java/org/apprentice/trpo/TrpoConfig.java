package org.apprentice.trpo;

import java.util.Optional;
import org.apprentice.rl.Exploration;
import org.apprentice.rl.Schedule;

/** Settings of {@code trpo}; documented in {@code /algorithm/trpo.conf}. */
public record TrpoConfig(
    int rolloutLength,
    int sequenceLength,
    double gamma,
    double gaeLambda,
    double maxKl,
    Schedule maxKlSchedule,
    double klTolerance,
    int conjugateGradientIterations,
    double damping,
    double residualTolerance,
    int fisherSubsample,
    int lineSearchSteps,
    double lineSearchShrink,
    double entropy,
    int criticUpdates,
    int criticMinibatchSize,
    double criticLearningRate,
    Optional<Double> criticMaxGradientNorm,
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

  public TrpoConfig {
    atLeastOne("rollout-length", rolloutLength);
    atLeastOne("sequence-length", sequenceLength);
    require(gamma >= 0 && gamma <= 1, "gamma must be in [0, 1], found " + gamma);
    require(gaeLambda >= 0 && gaeLambda <= 1, "gae-lambda must be in [0, 1], found " + gaeLambda);
    positive("max-kl", maxKl);
    require(klTolerance >= 1, "kl-tolerance must be at least 1, found " + klTolerance);
    atLeastOne("conjugate-gradient-iterations", conjugateGradientIterations);
    require(damping >= 0, "damping must be at least 0, found " + damping);
    require(
        residualTolerance >= 0,
        "residual-tolerance must be at least 0, found " + residualTolerance);
    atLeastOne("fisher-subsample", fisherSubsample);
    atLeastOne("line-search-steps", lineSearchSteps);
    require(
        lineSearchShrink > 0 && lineSearchShrink < 1,
        "line-search-shrink must be in (0, 1), found " + lineSearchShrink);
    require(entropy >= 0, "entropy must be at least 0, found " + entropy);
    atLeastOne("critic-updates", criticUpdates);
    atLeastOne("critic-minibatch-size", criticMinibatchSize);
    positive("critic-learning-rate", criticLearningRate);
    criticMaxGradientNorm.ifPresent(norm -> positive("critic-max-gradient-norm", norm));
    positive("adam-epsilon", adamEpsilon);
    positive("observation-clip", observationClip);
    positive("policy-gain", policyGain);
    sdeSampleFrequency.ifPresent(steps -> atLeastOne("sde-sample-frequency", steps));
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

  private static void positive(String key, double value) {
    require(value > 0, key + " must be greater than 0, found " + value);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
