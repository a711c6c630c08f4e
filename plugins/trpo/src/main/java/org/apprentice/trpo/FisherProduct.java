package org.apprentice.trpo;

import java.util.Arrays;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;

/**
 * Products with {@code mean(J' M J) + damping I}: the Fisher matrix of the policy by its
 * parameters, where {@code J} is the Jacobian of the distribution's parameters and {@code M} the
 * Fisher matrix by those (Schulman et al. 2015, appendix C.1). One pass of tangents and one
 * backward, after one forward for all products. The mean is over a part of the rollout.
 */
final class FisherProduct implements ConjugateGradient.Operator {
  private final ActorBatch batch;
  private final float damping;
  private final int[] chosen;

  FisherProduct(TrpoConfig config, NetworkActorCritic policy, int copies, int sequences) {
    damping = (float) config.damping();
    int every = config.fisherSubsample();
    chosen = new int[(sequences + every - 1) / every];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = i * every;
    }
    batch =
        new ActorBatch(
            config, policy, copies, chosen.length * ActorBatch.sequenceLength(config, policy));
  }

  /** Takes the policy as it is, on its part of a rollout. */
  void begin(Rollout rollout, ObservationBatch seen) {
    batch.gather(rollout, seen, chosen, 0, chosen.length);
    batch.evaluate();
  }

  @Override
  public void multiply(float[] vector, float[] out) {
    batch.tangent(vector);
    float[][] rows = batch.rowVectors();
    batch.distribution().fisher(rows, batch.sequences().rows(), rows);
    Arrays.fill(out, 0f);
    batch.addBackward(out);
    float inverse = 1f / batch.sequences().validRows();
    for (int i = 0; i < out.length; i++) {
      out[i] = out[i] * inverse + damping * vector[i];
    }
  }
}
