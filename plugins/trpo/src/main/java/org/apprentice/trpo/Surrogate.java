package org.apprentice.trpo;

import java.util.Arrays;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.SequenceBatch;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;

/**
 * What an update climbs and what bounds it, over a whole rollout (Schulman et al. 2015, equation
 * 14): {@code mean(ratio A) + c_e mean(H)} and {@code mean KL(old || new)}.
 */
final class Surrogate {
  private final double entropyCoefficient;
  private final ActorBatch batch;
  private final int[] order;

  /** Per batch and parameter of the distribution, what the old policy said. */
  private final float[][][] oldParameters;

  private final float[] oldLogProbabilities;
  private final float[] advantages;
  private final float[] logProbabilityGradient;
  private final float[] divergences;
  private Rollout rollout;
  private ObservationBatch seen;
  private float[] rolloutAdvantages;
  private int gathered;
  private double objective;
  private double kl;
  private double entropy;

  /**
   * @param batchRows about how many rows are computed at once
   */
  Surrogate(TrpoConfig config, NetworkActorCritic policy, int copies, int batchRows) {
    entropyCoefficient = config.entropy();
    batch = new ActorBatch(config, policy, copies, batchRows);
    SequenceBatch sequences = batch.sequences();
    order = new int[sequences.sequences()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    int batches = (order.length + sequences.maxSequences() - 1) / sequences.maxSequences();
    float[][] rows = batch.rowVectors();
    oldParameters = new float[batches][rows.length][rows[0].length];
    oldLogProbabilities = new float[sequences.maxRows()];
    advantages = new float[sequences.maxRows()];
    logProbabilityGradient = new float[sequences.maxRows()];
    divergences = new float[sequences.maxRows()];
  }

  /** How many sequences a rollout has. */
  int sequences() {
    return order.length;
  }

  /**
   * Takes the policy as it is for the old one.
   *
   * @param observations the rollout's, as the network takes them
   * @param estimates of the advantages, {@code [rows]}
   * @param gradient of the objective by the actor's parameters, overwritten
   */
  void begin(Rollout of, ObservationBatch observations, float[] estimates, float[] gradient) {
    rollout = of;
    seen = observations;
    rolloutAdvantages = estimates;
    gathered = -1;
    Arrays.fill(gradient, 0f);
    clear();
    for (int i = 0; i < oldParameters.length; i++) {
      gather(i);
      batch.evaluate();
      for (int p = 0; p < oldParameters[i].length; p++) {
        int length = Math.min(oldParameters[i][p].length, batch.parameters()[p].length);
        System.arraycopy(batch.parameters()[p], 0, oldParameters[i][p], 0, length);
      }
      add(oldParameters[i]);
      batch
          .distribution()
          .gradient(
              batch.sequences().actions(),
              logProbabilityGradient,
              (float) (entropyCoefficient / rollout.rows()),
              batch.sequences().rows(),
              batch.rowVectors());
      batch.addBackward(gradient);
    }
  }

  /** Evaluates the policy as it is now. */
  void evaluate() {
    clear();
    for (int i = 0; i < oldParameters.length; i++) {
      gather(i);
      batch.evaluate();
      add(oldParameters[i]);
    }
  }

  private void clear() {
    objective = 0;
    kl = 0;
    entropy = 0;
  }

  private void gather(int index) {
    if (index == gathered && !batch.recurrent()) {
      return; // a memory has gone on since, and begins anew
    }
    int most = batch.sequences().maxSequences();
    int start = index * most;
    batch.gather(rollout, seen, order, start, Math.min(most, order.length - start));
    batch.sequences().select(rollout.logProbabilities(), oldLogProbabilities);
    batch.sequences().select(rolloutAdvantages, advantages);
    gathered = index;
  }

  /** Adds this batch's share of the means. */
  private void add(float[][] old) {
    SequenceBatch sequences = batch.sequences();
    int rows = sequences.rows();
    batch.distribution().kl(old, batch.parameters(), sequences.actionMask(), rows, divergences);
    double inverse = 1.0 / rollout.rows();
    double gain = 0;
    double divergence = 0;
    double disorder = 0;
    for (int row = 0; row < rows; row++) {
      if (sequences.isPadding(row)) {
        logProbabilityGradient[row] = 0;
        continue;
      }
      double ratio = Math.exp(batch.logProbabilities()[row] - oldLogProbabilities[row]);
      logProbabilityGradient[row] = (float) (ratio * advantages[row] * inverse);
      gain += ratio * advantages[row];
      divergence += divergences[row];
      disorder += batch.entropies()[row];
    }
    objective += (gain + entropyCoefficient * disorder) * inverse;
    kl += divergence * inverse;
    entropy += disorder * inverse;
  }

  /** What is to grow, at the last {@link #begin} or {@link #evaluate}. */
  double objective() {
    return objective;
  }

  /** Mean divergence from the old policy, in nats. */
  double kl() {
    return kl;
  }

  /** Mean entropy, in nats. */
  double entropy() {
    return entropy;
  }
}
