package org.apprentice.gail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.testkit.AlgorithmContract;
import org.apprentice.testkit.Trials;
import org.apprentice.testkit.components.GameExpert;
import org.apprentice.testkit.components.Rule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class GailContractTest {
  @TempDir static Path existing;

  @BeforeAll
  static void provideAnyFile() throws IOException {
    Files.createFile(existing.resolve("expert.npz"));
  }

  private interface Gail extends AlgorithmContract<GailConfig> {
    @Override
    default AlgorithmPlugin<GailConfig> plugin() {
      return new GailPlugin();
    }

    @Override
    default String requiredSettings() {
      return "demonstrations.file = \"" + existing.resolve("expert.npz") + "\"";
    }
  }

  @Nested
  class DiscreteActions implements Gail {
    @Override
    public String experiment(Path folder) throws IOException {
      Trials.record(folder, "identity", new GameExpert(4));
      return """
          environment { plugin = identity, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm {
            plugin = gail
            generator { rollout-length = 32, epochs = 4, learning-rate = 1e-2, gamma = 0.5 }
            discriminator { batch-size = 64, learning-rate = 1e-2 }
            generator-rounds = 2
            demonstrations { file = "demonstrations.npz", subsample = 2 }
          }
          training.steps = 16000
          """;
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }

    @Override
    public int iterations() {
      return 3;
    }
  }

  @Nested
  class ContinuousActions implements Gail {
    @Override
    public String experiment(Path folder) throws IOException {
      Trials.record(folder, "identity-continuous", Rule.REPEAT);
      return """
          environment { plugin = identity-continuous, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm {
            plugin = gail
            generator {
              rollout-length = 32, epochs = 4, learning-rate = 3e-3, gamma = 0.5, initial-log-std = -0.5
            }
            discriminator { batch-size = 64, learning-rate = 3e-3 }
            demonstrations.file = "demonstrations.npz"
          }
          training.steps = 20000
          """;
    }

    @Override
    public double learnedReturn() {
      return -1;
    }
  }

  @Nested
  class TrustRegion implements Gail {
    @Override
    public String experiment(Path folder) throws IOException {
      Trials.record(folder, "identity", new GameExpert(4));
      return """
          environment { plugin = identity, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm {
            plugin = gail
            generator { plugin = trpo, rollout-length = 32, max-kl = 0.1, gamma = 0.5 }
            discriminator { batch-size = 64, learning-rate = 1e-2 }
            demonstrations.file = "demonstrations.npz"
          }
          training.steps = 16000
          """;
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }
  }

  /** The environment refuses what the mask forbids, from the policy and from its imitator. */
  @Nested
  class MaskedActions implements Gail {
    @Override
    public String experiment(Path folder) throws IOException {
      Trials.record(folder, "identity-masked", new GameExpert(4));
      return """
          environment { plugin = identity-masked, copies = 8 }
          network { plugin = mlp, hidden = [16] }
          algorithm {
            plugin = gail
            generator { rollout-length = 32, epochs = 4, learning-rate = 1e-2, gamma = 0.5 }
            discriminator { batch-size = 64, learning-rate = 1e-2 }
            demonstrations.file = "demonstrations.npz"
          }
          training.steps = 16000
          """;
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }
  }

  /**
   * Judged by pictures without their edges, and with all that keeps a judgement from being steep.
   */
  @Nested
  class Images implements Gail {
    @Override
    public String experiment(Path folder) throws IOException {
      Trials.record(folder, "identity-image", new GameExpert(4));
      return """
          environment { plugin = identity-image, copies = 8 }
          network { plugin = cnn, filters = [4], kernels = [4], strides = [4], hidden = [16] }
          algorithm {
            plugin = gail, reward = logit
            generator { rollout-length = 32, epochs = 4, learning-rate = 1e-2, gamma = 0.5 }
            discriminator {
              network { plugin = cnn, filters = [8], kernels = [3], strides = [3], hidden = [16] }
              crop { top = 1, right = 1 }
              spectral-norm = true
              gradient-penalty = 0.1
              batch-size = 64, updates = 4, learning-rate = 1e-2
            }
            demonstrations.file = "demonstrations.npz"
          }
          training.steps = 16000
          """;
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }
  }

  /** Who is right is known only to a discriminator that remembers, too. */
  @Nested
  class Recurrent implements Gail {
    @Override
    public String experiment(Path folder) throws IOException {
      Trials.record(folder, "recall", 100, new GameExpert(2));
      return """
          environment { plugin = recall, copies = 8 }
          network { plugin = gru, width = 16 }
          algorithm {
            plugin = gail, reward = logit
            generator {
              plugin = trpo, rollout-length = 32, sequence-length = 16, max-kl = 0.1, gamma = 0.5
            }
            discriminator { batch-size = 128, sequence-length = 16, learning-rate = 5e-3, updates = 4 }
            discriminator.network { plugin = lstm, width = 16 }
            demonstrations { file = "demonstrations.npz", episodes = 100 }
          }
          training.steps = 20000
          """;
    }

    @Override
    public double learnedReturn() {
      return 0.95;
    }
  }
}
