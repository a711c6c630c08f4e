package org.apprentice.dagger;

import java.util.random.RandomGenerator;
import org.apprentice.rl.demonstrations.DemonstrationRecorder;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;

/**
 * In each step of each copy the expert acts with probability beta, else the learner; what is
 * written down is always what the expert would have done.
 */
final class MixedDemonstrator implements DemonstrationRecorder.Demonstrator {
  private final Policy expert;
  private final Policy learner;
  private final PolicyState expertState;
  private final PolicyState learnerState;
  private final ActionBatch labels;
  private final double beta;
  private final RandomGenerator mixing;
  private long steps;

  /**
   * @param acting draws the learner's actions
   * @param mixing draws who acts
   */
  MixedDemonstrator(
      Policy expert,
      Policy learner,
      double beta,
      ActionSpace actions,
      int copies,
      RandomGenerator acting,
      RandomGenerator mixing) {
    this.expert = expert;
    this.learner = learner;
    this.beta = beta;
    this.mixing = mixing;
    expertState = expert.newState(copies, acting);
    learnerState = learner.newState(copies, acting);
    labels = ActionBatch.allocate(actions, copies);
  }

  @Override
  public ActionBatch act(PolicyInput input, ActionBatch done) {
    expert.act(input, expertState, true, labels);
    learner.act(input, learnerState, false, done);
    for (int copy = 0; copy < labels.rows(); copy++) {
      if (mixing.nextDouble() < beta) {
        labels.copyTo(copy, done, copy, 1);
      }
    }
    steps += labels.rows();
    return labels;
  }

  /** Steps of all copies together. */
  long steps() {
    return steps;
  }
}
