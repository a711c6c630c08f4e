package org.apprentice.dagger;

import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.apprentice.rl.imitation.Cloning;

/** Settings of {@code dagger}; documented in {@code /algorithm/dagger.conf}. */
public record DaggerConfig(
    DemonstrationSource demonstrations,
    int roundEpisodes,
    Beta beta,
    int epochs,
    int batchSize,
    int sequenceLength,
    double learningRate,
    double adamEpsilon,
    double entropy,
    double l2,
    boolean normalizeObservations,
    double policyGain,
    double initialLogStd) {

  public DaggerConfig {
    demonstrations.requireShown("dagger");
    if (demonstrations.expert().isEmpty()) {
      throw new IllegalArgumentException(
          "demonstrations need expert = \"<experiment file>\" here: dagger asks the expert what it"
              + " would do, and a file cannot answer");
    }
    require(
        demonstrations.channels() == DemonstrationSource.Channels.ALL,
        "demonstrations.channels must be all here: dagger shows the expert what the learner sees");
    require(roundEpisodes >= 1, "round-episodes must be at least 1, found " + roundEpisodes);
    require(epochs >= 1, "epochs must be at least 1, found " + epochs);
    new Cloning.Settings(batchSize, sequenceLength, learningRate, adamEpsilon, entropy, l2);
    require(policyGain > 0, "policy-gain must be greater than 0, found " + policyGain);
  }

  Cloning.Settings cloning() {
    return new Cloning.Settings(batchSize, sequenceLength, learningRate, adamEpsilon, entropy, l2);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
