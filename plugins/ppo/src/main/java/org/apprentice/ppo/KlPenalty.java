package org.apprentice.ppo;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.apprentice.rl.ActionDistribution;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.SequenceBatch;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;

/**
 * The penalty {@code beta KL(old || new)} of Schulman et al. 2017, section 4: beta is halved after
 * an update that moved the policy less than {@code target / 1.5}, and doubled after one that moved
 * it more than {@code 1.5 target}.
 */
final class KlPenalty {
  private static final double TOLERANCE = 1.5;

  private final double target;
  private final NetworkActorCritic policy;
  private final SequenceBatch batch;
  private final ActionDistribution distribution;
  private final int width;
  private final int[] order;

  /** Of each row of the rollout, by the policy that collected it. */
  private final float[][] rolloutParameters;

  private final float[][] oldParameters;
  private final float[][] newParameters;
  private final float[] divergences;
  private final float[] weights;
  private Rollout rollout;
  private ObservationBatch source;
  private double beta;

  /**
   * @param batch in which the minibatches are gathered
   * @param distribution of as many rows as the batch
   */
  KlPenalty(
      PpoConfig config,
      NetworkActorCritic policy,
      SequenceBatch batch,
      ActionDistribution distribution,
      int rolloutRows) {
    target = config.klTarget();
    beta = config.klPenalty();
    this.policy = policy;
    this.batch = batch;
    this.distribution = distribution;
    width = policy.environment().actionSpace().width();
    order = new int[batch.sequences()];
    Arrays.setAll(order, i -> i);
    int arrays = policy.distributionHeads().length;
    rolloutParameters = new float[arrays][rolloutRows * width];
    oldParameters = new float[arrays][batch.maxRows() * width];
    newParameters = new float[arrays][];
    divergences = new float[batch.maxRows()];
    weights = new float[batch.maxRows()];
  }

  /** The factor beta. */
  double beta() {
    return beta;
  }

  /** Notes what the policy, which has not changed since the rollout, says of each of its rows. */
  void begin(Rollout from, ObservationBatch observations) {
    rollout = from;
    source = observations;
    for (int start = 0; start < order.length; start += batch.maxSequences()) {
      forward(start);
      for (int i = 0; i < newParameters.length; i++) {
        batch.scatter(newParameters[i], width, rolloutParameters[i]);
      }
    }
  }

  private void forward(int start) {
    int count = Math.min(batch.maxSequences(), order.length - start);
    batch.gather(rollout, source, order, start, count);
    batch.forward();
    policy.parameters(batch.pass(), newParameters);
  }

  /**
   * Adds the gradient of the mean penalty on the batch's rows.
   *
   * @param parameters of the distribution now
   * @return sum of the penalties
   */
  double add(float[][] parameters, float[][] gradients) {
    double sum = divergence(parameters);
    Arrays.fill(weights, (float) (beta / batch.validRows()));
    distribution.addKlGradient(
        oldParameters, parameters, batch.actionMask(), weights, batch.rows(), gradients);
    return beta * sum;
  }

  /** Sum over the batch's rows but for padding. */
  private double divergence(float[][] parameters) {
    for (int i = 0; i < oldParameters.length; i++) {
      batch.select(rolloutParameters[i], width, oldParameters[i]);
    }
    distribution.kl(oldParameters, parameters, batch.actionMask(), batch.rows(), divergences);
    double sum = 0;
    for (int row = 0; row < batch.rows(); row++) {
      sum += batch.isPadding(row) ? 0 : divergences[row];
    }
    return sum;
  }

  /**
   * Changes beta for the next update by how far the policy has moved.
   *
   * @return mean divergence over the rollout
   */
  double adapt() {
    double sum = 0;
    for (int start = 0; start < order.length; start += batch.maxSequences()) {
      forward(start);
      sum += divergence(newParameters);
    }
    double mean = sum / rollout.rows();
    if (mean < target / TOLERANCE) {
      beta /= 2;
    } else if (mean > target * TOLERANCE) {
      beta *= 2;
    }
    return mean;
  }

  void save(DataOutput out) throws IOException {
    out.writeDouble(beta);
  }

  void restore(DataInput in) throws IOException {
    beta = in.readDouble();
  }
}
