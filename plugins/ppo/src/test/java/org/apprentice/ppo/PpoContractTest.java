package org.apprentice.ppo;

import java.nio.file.Path;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.testkit.AlgorithmContract;
import org.junit.jupiter.api.Nested;

class PpoContractTest {
  /** Short rollouts and large steps: the tasks are tiny. */
  private interface Ppo extends AlgorithmContract<PpoConfig> {
    String SETTINGS =
        "rollout-length = 32, minibatch-size = 64, epochs = 8, learning-rate = 3e-3, gamma = 0.9";

    @Override
    default AlgorithmPlugin<PpoConfig> plugin() {
      return new PpoPlugin();
    }
  }

  @Nested
  class DiscreteActions implements Ppo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = identity, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm { plugin = ppo, %s }
          training.steps = 8000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }
  }

  @Nested
  class ContinuousActions implements Ppo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = identity-continuous, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm { plugin = ppo, initial-log-std = -0.5, %s }
          training.steps = 10000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return -0.5;
    }
  }

  @Nested
  class Images implements Ppo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = identity-image, copies = 8 }
          network { plugin = mlp, hidden = [16], flatten = true }
          algorithm { plugin = ppo, %s }
          training.steps = 8000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }
  }

  @Nested
  class ImagesByConvolutions implements Ppo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = identity-image, copies = 8 }
          network {
            plugin = cnn, filters = [8, 8], kernels = [4, 2], strides = [2, 1]
            hidden = [16], activation = tanh
          }
          algorithm { plugin = ppo, %s }
          training.steps = 20000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }
  }

  /** Pieces of 5 steps of rollouts of 24, with episodes that end inside them. */
  @Nested
  class Memory implements Ppo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = recall, copies = 16 }
          network { plugin = elman, hidden = 16 }
          algorithm {
            plugin = ppo
            rollout-length = 24
            sequence-length = 5
            minibatch-size = 96
            epochs = 8
            learning-rate = 5e-3
            gamma = 0.9
          }
          training.steps = 20000
          """;
    }

    @Override
    public double learnedReturn() {
      return 0.95;
    }
  }

  @Nested
  class AdaptivePenalty implements Ppo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = identity, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm { plugin = ppo, objective = kl-penalty, kl-target = 0.03, %s }
          training.steps = 10000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }
  }

  @Nested
  class MaskedActions implements Ppo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = identity-masked, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm { plugin = ppo, %s }
          training.steps = 8000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }
  }

  @Nested
  class SquashedActions implements Ppo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = identity-continuous, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm {
            plugin = ppo, initial-log-std = -0.5, log-std = state-dependent, actions = squash
            entropy = 0.001, %s
          }
          training.steps = 10000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return -0.5;
    }
  }

  @Nested
  class StateDependentExploration implements Ppo {
    @Override
    public String experiment(Path folder) {
      return """
          environment { plugin = identity-continuous, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm {
            plugin = ppo, initial-log-std = -1, log-std = gsde, sde-sample-frequency = 5, %s
          }
          training.steps = 10000
          """
          .formatted(SETTINGS);
    }

    @Override
    public double learnedReturn() {
      return -0.5;
    }
  }
}
