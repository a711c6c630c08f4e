package org.apprentice.trpo;

import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.spi.Network;

/**
 * Backtracks from a step until it improves the surrogate within the bound on the divergence
 * (Schulman et al. 2015, appendix C). Where no step does, the parameters stay what they were, bit
 * for bit.
 */
final class LineSearch {
  private final int steps;
  private final double shrink;
  private final double tolerance;
  private final Network network;
  private final NetworkActorCritic.Range range;
  private final float[] before;
  private double fraction;
  private double objective;
  private double kl;

  LineSearch(TrpoConfig config, NetworkActorCritic policy) {
    steps = config.lineSearchSteps();
    shrink = config.lineSearchShrink();
    tolerance = config.klTolerance();
    network = policy.network();
    range = policy.policyParameters();
    before = new float[range.length()];
  }

  /**
   * @param surrogate has just begun with the policy as it is
   * @param direction of the actor's parameters
   * @param curvature {@code direction' F direction}; half of it is the divergence that a step of
   *     the whole direction is expected to have
   * @param maxKl the divergence of the longest step, as far as is expected
   */
  void search(Surrogate surrogate, float[] direction, double curvature, double maxKl) {
    objective = surrogate.objective();
    kl = 0;
    fraction = 0;
    if (!(curvature > 0)) {
      return;
    }
    System.arraycopy(network.parameters(), range.from(), before, 0, before.length);
    double longest = Math.sqrt(2 * maxKl / curvature);
    double candidate = 1;
    for (int step = 0; step < steps; step++) {
      move(direction, (float) (candidate * longest));
      surrogate.evaluate();
      if (surrogate.objective() > objective && surrogate.kl() <= tolerance * maxKl) {
        objective = surrogate.objective();
        kl = surrogate.kl();
        fraction = candidate;
        return;
      }
      candidate *= shrink;
    }
    System.arraycopy(before, 0, network.parameters(), range.from(), before.length);
    network.parametersChanged();
  }

  private void move(float[] direction, float scale) {
    float[] parameters = network.parameters();
    int from = range.from();
    for (int i = 0; i < before.length; i++) {
      parameters[from + i] = before[i] + scale * direction[i];
    }
    network.parametersChanged();
  }

  /** Which part of the longest step was taken; 0 for none. */
  double fraction() {
    return fraction;
  }

  /** Of the policy that the search ended with. */
  double objective() {
    return objective;
  }

  /** Mean divergence of the policy that the search ended with from the one before, in nats. */
  double kl() {
    return kl;
  }
}
