package org.apprentice.trpo;

import java.nio.file.Path;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.testkit.AlgorithmContract;
import org.junit.jupiter.api.Nested;

class TrpoContractTest {
  /** Short rollouts and large steps: the tasks are tiny. */
  private interface Trpo extends AlgorithmContract<TrpoConfig> {
    String SETTINGS = "rollout-length = 32, max-kl = 0.1, gamma = 0.9";

    @Override
    default AlgorithmPlugin<TrpoConfig> plugin() {
      return new TrpoPlugin();
    }
  }

  @Nested
  class DiscreteActions implements Trpo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = identity, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm { plugin = trpo, %s }
          training.steps = 12000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }
  }

  @Nested
  class ContinuousActions implements Trpo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = identity-continuous, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm { plugin = trpo, initial-log-std = -0.5, normalize-observations = true, %s }
          training.steps = 12000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return -0.5;
    }
  }

  @Nested
  class StateDependentNoise implements Trpo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = identity-continuous, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm {
            plugin = trpo
            log-std = gsde
            initial-log-std = -1
            sde-sample-frequency = 4
            %s
          }
          training.steps = 20000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return -0.5;
    }
  }

  @Nested
  class SquashedActions implements Trpo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = identity-continuous, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm { plugin = trpo, log-std = state-dependent, actions = squash, %s }
          training.steps = 20000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return -0.7;
    }
  }

  @Nested
  class Images implements Trpo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = identity-image, copies = 8 }
          network { plugin = mlp, hidden = [16], flatten = true }
          algorithm { plugin = trpo, %s }
          training.steps = 12000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }
  }

  /** Without a memory a quarter of the answers is right. */
  @Nested
  class Memory implements Trpo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = recall, copies = 8 }
          network { plugin = elman, hidden = 16 }
          algorithm {
            plugin = trpo
            normalize-rewards = true
            sequence-length = 12
            fisher-subsample = 2
            %s
          }
          training.steps = 30000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return 0.9;
    }
  }

  /** A memory for the actor alone. */
  @Nested
  class ActorWithMemory implements Trpo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = recall, copies = 8 }
          network {
            actor { plugin = elman, hidden = 16 }
            critic { plugin = mlp, hidden = [16] }
          }
          algorithm { plugin = trpo, sequence-length = 16, %s }
          training.steps = 30000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return 0.9;
    }
  }
}
