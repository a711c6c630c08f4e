package org.apprentice.rl.imitation;

/**
 * The {@code pretraining} node of an adversarial algorithm: behavioural cloning of the generator's
 * policy before the first rollout.
 *
 * @param epochs passes over the demonstrations; 0 for none
 * @param batchSize transitions of a gradient step
 * @param sequenceLength most steps of a sequence that a recurrent policy is trained on
 * @param learningRate step size of Adam
 * @param entropy weight of the entropy bonus
 */
public record Pretraining(
    int epochs, int batchSize, int sequenceLength, double learningRate, double entropy) {
  private static final double ADAM_EPSILON = 1e-8;

  public Pretraining {
    if (epochs < 0) {
      throw new IllegalArgumentException("epochs must be at least 0, found " + epochs);
    }
    new Cloning.Settings(batchSize, sequenceLength, learningRate, ADAM_EPSILON, entropy, 0);
  }

  Cloning.Settings cloning() {
    return new Cloning.Settings(batchSize, sequenceLength, learningRate, ADAM_EPSILON, entropy, 0);
  }
}
